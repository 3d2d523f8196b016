"""`sealinspect report`, its arguments and what it says. Calls `inspector`."""

import argparse
import os
import time
from datetime import date
from pathlib import Path
from typing import Final

from inspector.answer import Answer, Commands
from inspector.bundle import Bundle
from inspector.findings import UnusableError
from inspector.policy import Policy
from inspector.progress import Progress
from inspector.report import font, span
from inspector.report.options import read_options
from wire.tlog.checkpoint import Checkpoint

ROWS: Final = 1000


def add(commands: Commands) -> argparse.ArgumentParser:
    """The command with its own arguments."""
    parser = commands.add_parser("report", help="核验报告 PDF, HTML and CSV of a bundle")
    parser.add_argument("--earlier", type=Path, help="先前保存的检查点 a checkpoint kept before")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="报告目录 folder of the report")
    parser.add_argument("--from", dest="first", type=_day, help="自哪一天 first day, 2026-01-31")
    parser.add_argument("--to", dest="last", type=_day, help="至哪一天 last day, included")
    parser.add_argument("--village", help="只报告一个村 one village, by id or name")
    parser.add_argument("--rows", type=_rows, default=ROWS, help="每张表最多行数 rows a table")
    parser.add_argument("--options", type=Path, help="选项文件 which figures to mark")
    parser.add_argument("--jobs", type=int, help="进程数 processes; one for each core by default")
    parser.add_argument("--font", type=Path, help="中文字体 a Chinese font for the PDF")
    parser.set_defaults(tell=run)
    return parser


def run(options: argparse.Namespace, policy: Policy, earlier: Checkpoint | None) -> Answer:
    """Write the report; the answer says where. Who only verifies does not load what writes PDF."""
    from inspector.report.run import PAGE, PAPER, Wanted, report

    wanted = Wanted(
        out=options.out,
        font=font.find(options.font),
        span=span.make(options.first, options.last, options.village),
        options=read_options(options.options),
        limit=options.rows,
    )
    if options.out.resolve() == options.bundle.resolve():
        raise UnusableError(f"{options.out}: 报告不能写进记录包。 Not into the bundle itself.")
    progress = Progress()
    made = report(
        Bundle.open(options.bundle),
        policy,
        wanted,
        now_ms=time.time_ns() // 1_000_000,
        earlier=earlier,
        processes=options.jobs or len(os.sched_getaffinity(0)),
        tell=progress.tell,
    )
    progress.clear()
    text = (
        f"核验通过，报告已写好：{options.out / PAGE}、{PAPER}；用印 {made.stamps} 次。\n"
        f"Verified; report written: {options.out / PAGE}, {PAPER}; {made.stamps} stamps."
    )
    return Answer(True, {"out": str(options.out), **made.fields()}, text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text}: 请写成 2026-01-31。 Not a day.") from error


def _rows(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 100_000:
        raise argparse.ArgumentTypeError(f"{text}: 1 to 100000")
    return int(text)
