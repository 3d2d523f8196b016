"""`sealinspect`: pull a township's records, verify them offline. Calls `inspector`.

Exit status 0 verified, 1 not verified, 2 nothing usable.
"""

import argparse
import json
import os
import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from inspector import cli_accepted, cli_diff, cli_report, cli_show, cli_site, erased, renewed
from inspector.answer import Answer
from inspector.bundle import Bundle
from inspector.findings import NotVerifiedError, UnusableError
from inspector.head import read_earlier
from inspector.policy import Policy, read_policy
from inspector.progress import Progress
from inspector.pull import EARLIER, Pull
from inspector.remembered import default_folder, ledger_path
from inspector.selection import Selection, place
from inspector.source import Source
from inspector.supply import Folder, Sites, Supply
from inspector.verify import Report, verify
from wire.tlog.checkpoint import Checkpoint


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of the command."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except NotVerifiedError as error:
        _say(options, {"verified": False, "code": error.code, "where": error.where}, str(error))
        return 1
    except (UnusableError, OSError) as error:
        _say(options, {"verified": False, "code": "unusable"}, str(error))
        return 2
    except sqlite3.Error as error:
        text = f"核验进度不能用，请加 --again 重来。 Progress cannot be used, add --again: {error}"
        _say(options, {"verified": False, "code": "unusable"}, text)
        return 2
    except KeyboardInterrupt:
        text = "已中断；再运行一次即从这里继续。 Broken off; run it again to go on from here."
        _say(options, {"verified": False, "code": "unusable"}, text)
        return 2
    return status


def _verify(options: argparse.Namespace) -> int:
    policy, earlier = _trusted(options)
    bundle = Bundle.open(options.bundle)
    progress = Progress()
    folder = options.state or default_folder()
    with ledger_path(folder, bundle, policy, again=options.again) as ledger:
        report = verify(
            bundle,
            policy,
            now_ms=time.time_ns() // 1_000_000,
            earlier=earlier,
            processes=options.jobs or len(os.sched_getaffinity(0)),
            ledger=None if bundle.scope.ranged else ledger,
            tell=progress.tell,
        )
    again = None if options.former is None else _again(options.former, bundle, policy, report)
    progress.clear()
    text = verdict(report)
    if report.follows is not None:
        text += "\n" + renewed.verdict(report.follows, again)
        if report.unjudged:
            text += (
                f"\n机器见过的 {report.unjudged} 个旧日志头，要核验旧记录包才知道。 "
                f"{report.unjudged} heads that machines saw of the former log: verify its bundle."
            )
    fields = {"again": None if again is None else asdict(again), **report.fields()}
    _say(options, {"verified": True, **fields}, text)
    return 0


def _again(folder: Path, bundle: Bundle, policy: Policy, report: Report) -> renewed.Again:
    """What of the former log's bundle stands in this one; UnusableError, NotVerifiedError."""
    old = read_earlier(folder / "checkpoint", policy)
    if report.follows is None or report.follows.origin != old.origin:
        raise UnusableError(f"{folder}: 不是它接续的日志。 Not of the log that this one follows.")
    renewed.hold([report.follows], old)
    return renewed.came_again(Bundle.open(folder), old, bundle, report.leaves)


def verdict(report: Report) -> str:
    """What a person reads."""
    text = (
        f"核验通过：{report.leaves} 条日志，{report.entries} 条记录，{report.stamps} 次用印，"
        f"{report.lists} 份清单，{report.devices} 台机器。\n"
        f"Verified: {report.leaves} leaves, {report.entries} entries, {report.stamps} stamps, "
        f"{report.lists} lists, {report.devices} machines."
    )
    if report.emergencies or report.outside or report.corrected:
        text += (
            f"\n其中应急用印 {report.emergencies} 次，机外用印 {report.outside} 次，"
            f"作废 {report.corrected} 次，请逐一复核。\n"
            f"To be reviewed one by one: {report.emergencies} emergency openings, "
            f"{report.outside} uses outside the machine, {report.corrected} corrections."
        )
    if report.beyond:
        text += (
            f"\n被接替的旧机在接替之后另有记录，请逐一复核：{report.told_beyond('条')}。\n"
            "Replaced machines have entries after the one at which another continued, to be "
            f"reviewed one by one: {report.told_beyond('entries')}."
        )
    if report.erased:
        text += "\n" + "\n".join(erased.told(report.erased))
    if report.before:
        text += (
            f"\n前 {report.before} 条上次已核验，本次未重看其开示和照片。\n"
            f"The first {report.before} leaves were held before: their openings and photos were "
            "not looked at again."
        )
    if report.village is not None:
        text += f"\n只核验了 {report.village} 一村的记录。 Entries of this village only."
    if (report.first, report.end) != (0, None):
        end = report.leaves if report.end is None else report.end
        text += (
            f"\n只核验了第 {report.first} 至 {end} 条，其中 {report.unjudged} 处取决于更早的记录。 "
            f"Leaves {report.first} to {end} only; {report.unjudged} things rest on earlier ones."
        )
    if not report.witnesses:
        text += "\n尚待县级见证。 Pending county witness."
    return text


def _site(options: argparse.Namespace) -> int:
    return _answered(options, cli_site.run(options))


def _tell(options: argparse.Namespace) -> int:
    """What `report`, `show` and `diff` have to say."""
    return _answered(options, options.tell(options, *_trusted(options)))


def _answered(options: argparse.Namespace, answer: Answer) -> int:
    fields = {"verified": answer.good, **answer.fields, "text": answer.text}
    print(json.dumps(fields, ensure_ascii=False) if options.json else answer.text)
    return 0 if answer.good else 1


def _trusted(options: argparse.Namespace) -> tuple[Policy, Checkpoint | None]:
    """Whom the inspector trusts, and the head that he kept; raises UnusableError."""
    if not options.bundle.is_dir():
        raise UnusableError(f"{options.bundle}: 没有这个目录。 No such folder.")
    policy = read_policy(options.policy or options.bundle / "policy.json")
    kept = getattr(options, "earlier", None)
    if kept is None and Bundle.open(options.bundle).has(EARLIER):
        kept = options.bundle / EARLIER
    return policy, None if kept is None else read_earlier(kept, policy)


def _pull(options: argparse.Namespace) -> int:
    start = None if options.start is None else place(options.start)
    end = None if options.end is None else place(options.end, end=True)
    selection = Selection(options.village, start, end)
    progress = Progress()
    with ExitStack() as open_sites:
        supply = _supply(options, open_sites)
        pull = Pull(supply, options.out, selection, progress.tell, log_only=options.log_only)
        pulled = pull.run(options.policy, visited=options.since_last)
    progress.clear()
    text = f"已下载 {pulled.size} 条日志。 Pulled {pulled.size} leaves: {options.out}"
    if 0 < pulled.former < pulled.size:
        new = pulled.size - pulled.former
        text += f"\n比上次多 {new} 条。 {new} more than at the last visit."
    if pulled.missing:
        count = pulled.missing
        text += f"\n有 {count} 个文件尚未给出。 {count} files were not given yet."
    _say(options, {**asdict(pulled), "withheld": list(pulled.withheld)}, text)
    return 0


def _supply(options: argparse.Namespace, open_sites: ExitStack) -> Supply:
    if options.from_folder is not None:
        if options.hub or options.public or options.token_file:
            raise UnusableError("要么网址，要么目录。 Either addresses or a folder.")
        return Folder(Bundle(options.from_folder))
    if not (options.hub and options.public and options.token_file):
        names = "--hub, --public, --token-file / --from-folder"
        raise UnusableError(f"要写网址或目录。 Addresses or a folder are needed: {names}")
    hub = open_sites.enter_context(Source(options.hub, _token(options.token_file)))
    return Sites(hub, open_sites.enter_context(Source(options.public)))


def _token(path: Path) -> str:
    try:
        token = path.read_text("ascii").strip()
    except (OSError, ValueError) as error:
        raise UnusableError(f"{path}: 令牌不能用。 Not a token: {error}") from error
    if not token.isprintable() or not token or " " in token:
        raise UnusableError(f"{path}: 令牌不能用。 Not a token.")
    return token


def _say(options: argparse.Namespace, fields: dict[str, object], text: str) -> None:
    if options.json:
        print(json.dumps({**fields, "text": text}, ensure_ascii=False))
    else:
        print(text, file=sys.stdout if fields.get("verified", True) else sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sealinspect", description="核验用印记录 inspect records")
    commands = parser.add_subparsers(
        required=True, metavar="{pull,verify,report,show,diff,accepted,site}"
    )
    verify_ = commands.add_parser("verify", help="离线核验 verify a bundle offline")
    verify_.add_argument("bundle", type=Path)
    verify_.add_argument("--earlier", type=Path, help="先前保存的检查点 a checkpoint kept before")
    words = "旧日志的记录包 a bundle of the log that this one follows"
    verify_.add_argument("--former", type=Path, metavar="BUNDLE", help=words)
    verify_.add_argument("--policy", type=Path, help="政策文件 instead of the bundle's own")
    verify_.add_argument("--again", action="store_true", help="全部重来 hold everything anew")
    verify_.add_argument("--state", type=Path, help="进度目录 where progress is remembered")
    verify_.add_argument("--jobs", type=int, help="进程数 processes; one for each core by default")
    verify_.set_defaults(run=_verify)
    telling = [module.add(commands) for module in (cli_report, cli_show, cli_diff, cli_accepted)]
    for command in telling:
        command.add_argument("--policy", type=Path, help="政策文件 instead of the bundle's own")
        command.set_defaults(run=_tell)
    pull = commands.add_parser("pull", help="下载记录包 bring a bundle up to date")
    pull.add_argument("--hub", help="乡镇平台地址 address of the staff site")
    pull.add_argument("--public", help="公开网站地址 address of the public site")
    pull.add_argument("--token-file", type=Path)
    pull.add_argument("--from-folder", type=Path, help="目录或U盘 a folder or stick instead")
    pull.add_argument("--since-last", action="store_true", help="只接着上次 only go on from before")
    pull.add_argument("--village", help="只要一个村 of one village")
    pull.add_argument("--from", dest="start", help="从第几条或哪天 from a leaf's number or a day")
    pull.add_argument("--to", dest="end", help="到第几条或哪天 up to a leaf's number or a day")
    words = "只要日志和清单，不要开示和照片 the log and its lists, no openings, no photos"
    pull.add_argument("--log-only", action="store_true", help=words)
    pull.add_argument("--policy", type=Path, required=True)
    pull.add_argument("out", type=Path)
    pull.set_defaults(run=_pull)
    site = cli_site.add(commands)
    site.set_defaults(run=_site)
    for command in (verify_, pull, site, *telling):
        command.add_argument("--json", action="store_true", help="for programs")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
