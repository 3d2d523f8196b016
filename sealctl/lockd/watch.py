"""What the body does without being asked: alarms from one reading to the next. Pure.

Calls only `sealctl.facts` for the type of a reading.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sealctl.facts import Body

SILENT_MS: Final = 2_000
"""A body that was not read for so long is silent: single readings may be lost on the way."""


@dataclass(frozen=True)
class Excused:
    """What two people have announced: maintenance under way, and slots whose seal they took out."""

    maintenance: bool = False
    out: frozenset[int] = frozenset()


class Watch:
    """Remembers the last reading; `look` names what happened since, each once."""

    def __init__(self, body: Body | None) -> None:
        self._last = body
        self._silent_since: int | None = None
        self._named = False
        self.silence_told = False
        """Whether the silence that lasts was named, or excused when it began."""

    def look(
        self, body: Body | None, *, now_ms: int, unlocked: bool, excused: Excused
    ) -> list[tuple[str, str]]:
        """(alarm, detail) for each thing that must not happen; `unlocked`: an opening is on.

        `now_ms` is monotonic.
        """
        if body is None:
            return self._silence(now_ms, excused)
        self._silent_since, self._named, self.silence_told = None, False, False
        last, self._last = self._last, body
        if last is None:
            return []
        return list(_differences(last, body, unlocked=unlocked, excused=excused))

    def _silence(self, now_ms: int, excused: Excused) -> list[tuple[str, str]]:
        if self._silent_since is None:
            self._silent_since = now_ms
        if excused.maintenance:
            self.silence_told = True
        elif not self._named and now_ms - self._silent_since >= SILENT_MS:
            self._named = self.silence_told = True
            return [("body_silent", "")]
        return []


def _differences(
    last: Body, now: Body, *, unlocked: bool, excused: Excused
) -> Iterator[tuple[str, str]]:
    moves = unlocked or excused.maintenance
    if last.case_closed and not now.case_closed and not excused.maintenance:
        yield "case_opened", ""
    if not moves and now.presses > last.presses:
        yield "press_without_opening", f"presses {last.presses} to {now.presses}"
    if not moves and now.unlatches > last.unlatches:
        yield "unlatch_without_opening", f"unlatches {last.unlatches} to {now.unlatches}"
    for slot in sorted(last.slots.keys() - now.slots.keys() - excused.out):
        yield "seal_out", f"slot {slot}"
    if now.fault is not None and last.fault is None:
        yield "head_fault", now.fault
