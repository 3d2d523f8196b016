"""`make evidence`: judges at least 2,000 photos and writes the table into docs/evidence.md."""

import argparse
import sys
from pathlib import Path

from bench.evidence import cases, report, run

PAGE = run.ROOT / "docs" / "evidence.md"


def main() -> int:
    """Print the table; with a full run also put it into the page."""
    parser = argparse.ArgumentParser(prog="python -m bench.evidence")
    parser.add_argument("--count", type=int, default=cases.TOTAL, help="how many photos")
    parser.add_argument("--var", type=Path, default=Path("var"), help="where outcomes are kept")
    parser.add_argument("--workers", type=int, help="processes; all cores unless given")
    given = parser.parse_args()
    judged = []
    for outcome in run.outcomes(given.count, given.var / "evidence", given.workers):
        judged.append(outcome)
        if sys.stderr.isatty():
            print(f"\r{len(judged)} / {given.count}", end="", file=sys.stderr)
    table = report.table(judged)
    print(table)
    if given.count >= cases.TOTAL:
        PAGE.write_text(report.put(PAGE.read_text("utf-8"), table), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
