"""`sealhub ingest`, `replay`, `work` and `cosign`: what runs beside the sites.

Calls `hub.{config,clock,ingest,work,cosign}`.
"""

import argparse
from typing import Any, Final

from hub.commands import parts

ERRORS: Final[parts.Errors] = (
    ("hub.ingest.process", "IngestError"),
    ("hub.work", "WorkError"),
)


def add(commands: Any) -> None:
    """The verbs."""
    parts.add(commands, "ingest", _ingest, "接收记录 take in the machines' entries")
    parts.add(commands, "replay", _replay, "补回旧备份缺少的 what a restored database lacks")
    parts.add(commands, "work", _work, "发布清单 publish the machines' lists")
    parts.add(commands, "cosign", _cosign, "请县级见证 ask the county's witnesses")


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
