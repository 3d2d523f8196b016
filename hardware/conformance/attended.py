"""A conformance run at the machine itself: real time, a person who is told what to do, and rows to
be shown. Calls only hardware.conformance.
"""

import time
from collections.abc import Callable
from typing import Any, Final

from hardware.conformance.deeds import WORDS, Deed, Words
from hardware.conformance.model import Check
from hardware.conformance.run import Outcome

PATIENCE_MS: Final = 30_000


class Attended:
    """A Scene. `tell` shows one line to whoever stands there."""

    patience_ms = PATIENCE_MS

    def __init__(self, mono_ms: Callable[[], int], tell: Callable[[str], None]) -> None:
        self._mono_ms = mono_ms
        self._tell = tell

    def mono_ms(self) -> int:
        return self._mono_ms()

    def pause(self, ms: int) -> None:
        time.sleep(ms / 1000)

    def ask(self, deed: Deed) -> None:
        self._tell(f"  ☞ {_both(WORDS[deed])}")

    def begin(self, check: Check[Any]) -> None:
        """Say what is about to be done."""
        self._tell(f"… {check.port}.{check.name}: {_both(check.does)}")


def row(outcome: Outcome) -> dict[str, Any]:
    """One line of the table, for people and for programs."""
    check, seen = outcome.check, outcome.seen
    return {
        "port": check.port,
        "check": check.name,
        "verdict": seen.verdict,
        "withheld": outcome.withheld,
        "guarded": check.guarded,
        "person": [WORDS[deed]._asdict() for deed in check.deeds],
        "does": check.does._asdict(),
        "expected": check.expects._asdict(),
        "seen": seen.words._asdict(),
    }


def _both(words: Words) -> str:
    return f"{words.zh} {words.en}"
