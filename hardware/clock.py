"""The computer's own clock. Calls only hardware.ports and the C library's adjtimex.

How `quality` is judged: a wall clock before 2025 was never set ('floor'); otherwise the kernel says
through adjtimex(2) whether a time service disciplines it ('synced') or not ('rtc'). 'witnessed' is
never answered here: only a county's cosignature makes time that good.
"""

import ctypes
import time
from typing import Final

from hardware.ports import Quality

FIRST_PLAUSIBLE_MS: Final = 1_735_689_600_000
"""2025-01-01T00:00:00Z; a clock that says less has never been set."""

_TIME_ERROR: Final = 5  # adjtimex: the clock is not synchronised
_STRUCT_TIMEX_BYTES: Final = 512  # more than any Linux ABI's; all zero means: read only


class SystemClock:
    """Satisfies ports.Clock."""

    def wall_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def mono_ms(self) -> int:
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000

    def quality(self) -> Quality:
        if self.wall_ms() < FIRST_PLAUSIBLE_MS:
            return "floor"
        return "synced" if _disciplined() else "rtc"


def _disciplined() -> bool:
    """Whether the kernel holds the clock for synchronised; False when it does not say."""
    answer: int = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_STRUCT_TIMEX_BYTES))
    return 0 <= answer < _TIME_ERROR
