"""`make faults`: plays the fault table and says what did not hold. Exit status 1 where anything.

Calls `tests.faults`.
"""

import argparse
import logging
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import Final

from tests.faults import live
from tests.faults.cases import Case, named, some
from tests.faults.coverage import missing

USUAL: Final = {"step": 10_000, "cut": 600, "write": 240}
ALL: Final = dict.fromkeys(USUAL, 1_000_000)


def main() -> int:
    """Play what was asked for."""
    parser = argparse.ArgumentParser(description="the machine's fault table")
    parser.add_argument("--seed", type=int, default=1, help="which cases, and what a cut tears")
    parser.add_argument("--all", action="store_true", help="every moment of every story")
    parser.add_argument("--only", metavar="CASE", help="one case by its name")
    parser.add_argument("--chains", action="store_true", help="print what the journal says now")
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    if given.chains:
        print("\n".join(live.observed()))
        return 0
    chosen = ALL if given.all else USUAL
    cases = [named(given.only)] if given.only else some(chosen, given.seed)
    began = time.monotonic()
    failed = sum(_play(case, given.seed) for case in cases)
    _tell(cases, failed, given.seed, time.monotonic() - began)
    unseen = [] if given.only else missing()
    for one in unseen:
        print(f"no case takes the step {one}")
    return 1 if failed or unseen else 0


def _play(case: Case, seed: int) -> bool:
    """Whether anything did not hold; prints what, and the command that shows it again."""
    wrong = case.run(seed)
    if not wrong:
        return False
    print(f"✗ {case.name}")
    for said in wrong:
        print(f"    {said}")
    print(f"    again: .venv/bin/python -m tests.faults --seed {seed} --only '{case.name}'")
    return True


def _tell(cases: Sequence[Case], failed: int, seed: int, seconds: float) -> None:
    groups = Counter(case.group for case in cases)
    for group, count in sorted(groups.items()):
        print(f"{count:>6} {group}")
    mark = "✗" if failed else "✓"
    print(f"{mark} {len(cases)} cases, {failed} failed, {seconds:.0f} s, seed {seed}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
