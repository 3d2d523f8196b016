"""`sealhub ingest`, `replay`, `work`, `cosign` and `site`: what runs beside the sites.

Calls `hub.{config,clock,ingest,work,cosign,disclosing,keeping,site}`.
"""

import argparse
import sys
from typing import Any, Final

from hub.commands import parts

ERRORS: Final[parts.Errors] = (
    ("hub.ingest.process", "IngestError"),
    ("hub.work", "WorkError"),
    ("hub.site.key", "SiteKeyError"),
)


def add(commands: Any) -> None:
    """The verbs."""
    parts.add(commands, "ingest", _ingest, "接收记录 take in the machines' entries")
    parts.add(commands, "replay", _replay, "补回旧备份缺少的 what a restored database lacks")
    parts.add(commands, "work", _work, "发布清单 publish the machines' lists")
    parts.add(commands, "cosign", _cosign, "请县级见证 ask the county's witnesses")
    site = parts.add(commands, "site", _site, "更新公开网页 keep the public site's files")
    site.add_argument("--once", action="store_true", help="全部重做一遍就结束 make all and end")


def _ingest(_: argparse.Namespace) -> None:
    parts.django()
    from hub.clock import now_ms
    from hub.config import config
    from hub.ingest.process import run

    run(config(), now_ms, parts.stopping())


def _replay(_: argparse.Namespace) -> None:
    parts.django()
    from hub.clock import now_ms
    from hub.config import config
    from hub.ingest.replay import replay

    count = replay(config(), now_ms())
    print(f"从第二存储补回 {count} 片叶子。 {count} leaves came back from the second store.")


def _work(_: argparse.Namespace) -> None:
    parts.django()
    from hub.clock import now_ms
    from hub.config import config
    from hub.work import run

    run(config(), now_ms, parts.stopping())


def _cosign(_: argparse.Namespace) -> None:
    parts.django()
    from hub.clock import now_ms
    from hub.config import config
    from hub.cosign.process import run

    run(config(), now_ms, parts.stopping())


def _site(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub.clock import now_ms
    from hub.config import config
    from hub.disclosing import build, told
    from hub.keeping import all_of_it, run
    from hub.site.key import SiteKey

    if not arguments.once:
        run(config, now_ms, parts.stopping())
        return
    made = build(config(), now_ms(), afresh=True)
    slow = all_of_it(config(), now_ms())
    print(
        f"{made.villages} 个村，写了 {made.written} 个文件，打印和语音 {slow} 个。 "
        f"{made.villages} villages, {made.written} files written, {slow} for paper and voice.\n"
        f"{SiteKey.load(config()).vkey}"
    )
    if made.broken:
        sys.exit("\n".join(told(made.broken)))
