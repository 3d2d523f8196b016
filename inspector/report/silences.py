"""Times in which a machine signed nothing, although it writes a heartbeat every hour.

Calls `inspector.report`. By the machines' own clocks: a clock that was set back shows no silence.
"""

from typing import Final

from inspector.report.span import Span
from inspector.report.spool import Spool
from wire.record.entry import Entry

HEARTBEAT_MS: Final = 3_600_000
"""docs/formats.md, 1.2: `heartbeat`, every hour."""


class Silences:
    """Fed every entry of the machines in question; puts rows into the spool's `silence`."""

    def __init__(self, spool: Spool, span: Span) -> None:
        self._spool = spool
        self._span = span
        self._last: dict[str, int] = {}

    def take(self, entry: Entry) -> None:
        wall = entry.time.wall
        last = self._last.get(entry.device)
        if last is not None:
            self._silent(entry.device, last, wall, boot=entry.kind == "boot")
        self._last[entry.device] = max(wall, last or 0)

    def finish(self, newest_ms: int) -> None:
        """Until the newest time in the log."""
        for device, last in self._last.items():
            self._silent(device, last, newest_ms, boot=False)

    def _silent(self, device: str, start: int, stop: int, *, boot: bool) -> None:
        start, stop = self._span.clip(start, stop)
        missed = (stop - start) // HEARTBEAT_MS - 1
        if missed > 0:
            row = {"start": start, "stop": stop, "missed": missed, "boot": int(boot)}
            self._spool.put("silence", device=device, **row)
