"""`sealinspect diff`, its arguments and what it prints. Calls `inspector` and `wire.record`."""

import argparse
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any, Final

from inspector import diff as comparing
from inspector import renewed
from inspector.answer import Answer, Commands
from inspector.bundle import Bundle
from inspector.diff import Diff, Fork
from inspector.findings import NotVerifiedError, UnusableError
from inspector.leaf import ENVELOPE, Leaf, read
from inspector.policy import Policy
from inspector.report.span import clock
from wire.record import words
from wire.tlog.checkpoint import Checkpoint
from wire.tlog.tree import leaf_hash

LINES: Final = 50
FOLDERS: Final = {"openings": "开示", "photos": "照片", "lists": "清单文件"}


def add(commands: Commands) -> argparse.ArgumentParser:
    """The command with its own arguments."""
    parser = commands.add_parser("diff", help="两份记录包的差别 what a later bundle adds")
    parser.add_argument("bundle", type=Path, help="较早的记录包 the earlier bundle")
    parser.add_argument("later", type=Path, help="较新的记录包 the later bundle")
    parser.add_argument("--lines", type=int, default=LINES, help="列出多少条 new entries shown")
    parser.set_defaults(tell=run)
    return parser


def run(options: argparse.Namespace, policy: Policy, _earlier: Checkpoint | None) -> Answer:
    """Whether the later bundle continues the earlier one; the difference as fields and text."""
    if not options.later.is_dir():
        raise UnusableError(f"{options.later}: 没有这个目录。 No such folder.")
    later = Bundle.open(options.later)
    former = Bundle.open(options.bundle)
    found = comparing.diff(former, later, policy)
    text = [_verdict(found), *_counts(found)]
    fresh = (one for one in comparing.new_leaves(former, later, found.former, found.later))
    entries = (one for one in fresh if isinstance(one, Leaf))
    shown = [_line(one) for one in islice(entries, max(0, options.lines))]
    if shown:
        text += ["新记录 new entries:", *shown]
        if len(shown) < found.kinds.total():
            text.append(f"  …… 共 {found.kinds.total()} 条 in all（--lines）")
    return Answer(found.good, _fields(found), "\n".join(text))


def _verdict(found: Diff) -> str:
    first, second = found.former.size, found.later.size
    if found.again is not None:
        return renewed.verdict(found.former, found.again)
    if found.fork is None:
        return (
            f"后一份是前一份的延续：{first} 条之后又有 {second - first} 条。\n"
            f"The later log continues the earlier one: {second - first} leaves after {first}."
        )
    fork = found.fork
    if fork.later is None:
        return (
            f"后一份比前一份短：{second} 条，前一份有 {first} 条。若两份放反了，请对调；"
            "若没有放反，日志被截短了。\n"
            f"The later log has {second} leaves, the earlier one {first}: exchanged, or truncated."
        )
    return (
        f"分叉：从第 {fork.leaf} 叶起两份日志不同。请原样保存两份记录包。\n"
        f"A fork: the logs differ from leaf {fork.leaf} on. Keep both bundles as they are.\n"
        f"  前一份 earlier: {_told(fork.leaf, fork.former)}\n"
        f"  后一份 later: {_told(fork.leaf, fork.later)}"
    )


def _told(index: int, data: bytes | None) -> str:
    if data is None:
        return "—"
    name = leaf_hash(data).hex()
    if not data.startswith(ENVELOPE):
        return f"清单 a list, {name}"
    try:
        return f"{_entry(read(index, data))}, {name}"
    except NotVerifiedError:
        return f"读不出来 not readable, {name}"


def _counts(found: Diff) -> list[str]:
    lines = []
    for kind, count in found.kinds.most_common():
        zh, en = words.KINDS[kind]
        lines.append(f"  {zh} {en}: {count}")
    for device, (first, last) in sorted(found.machines.items()):
        lines.append(f"  机器 machine {device}: #{first} – #{last}")
    for device, count in sorted(found.lists.items()):
        lines.append(f"  清单 lists {device}: {count} 版 versions")
    for name, files in found.files.items():
        if files.new or files.gone or files.changed:
            lines.append(
                f"  {FOLDERS[name]} {name}: 新增 new {files.new}，"
                f"不再有 gone {files.gone}，被改 changed {files.changed}"
            )
        lines += [f"    {one}" for one in files.named]
    return lines


def _line(leaf: Leaf) -> str:
    return f"  {leaf.index} {clock(leaf.entry.time.wall)} {_entry(leaf)}"


def _entry(leaf: Leaf) -> str:
    zh, en = words.KINDS[leaf.entry.kind]
    return f"{leaf.entry.device} #{leaf.entry.seq} {zh} {en}"


def _fields(found: Diff) -> dict[str, Any]:
    return {
        "continues": found.fork is None,
        "again": None if found.again is None else asdict(found.again),
        "fork": _place(found.fork),
        "former": found.former.size,
        "later": found.later.size,
        "kinds": dict(found.kinds),
        "machines": {name: list(seqs) for name, seqs in found.machines.items()},
        "lists": dict(found.lists),
        "files": {name: vars(one) for name, one in found.files.items()},
    }


def _place(fork: Fork | None) -> int | None:
    return None if fork is None else fork.leaf
