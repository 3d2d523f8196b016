"""What somebody asks a pull for: leaves or times, one village; and the scope that this makes.

Calls `wire` and `inspector`. A log's order is that in which entries reached it, so that times are
only nearly in order: a range of times is widened by a tile of 256 leaves at both ends.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from inspector.findings import NotVerifiedError, UnusableError
from inspector.leaf import ENVELOPE, read
from inspector.scope import Scope
from wire.tlog import tiles

DAY_S: Final = 86_400
Tile = Callable[[int, int], list[bytes]]
"""(index, width) → its leaves."""


@dataclass(frozen=True)
class Place:
    """A leaf's number, or a time in ms since 1970 UTC."""

    leaf: int | None = None
    ms: int | None = None


@dataclass(frozen=True)
class Selection:
    village: str | None = None
    start: Place | None = None
    end: Place | None = None

    def scope(self, size: int, tile: Tile) -> Scope:
        """Of a log of that size, whose tiles can be asked for."""
        first = 0 if self.start is None else _leaf(self.start, size, tile, -1)
        end = None if self.end is None else _leaf(self.end, size, tile, 2)
        if end is not None and end >= size and self.end is not None and self.end.leaf is None:
            end = None
        if first >= size or (end is not None and end <= first):
            text = f"第 {first} 条以后没有这样的记录。 There are no such leaves after {first}."
            raise UnusableError(text)
        return Scope(self.village, first, end)


def place(text: str, *, end: bool = False) -> Place:
    """A number, or a day or time of this computer's clock; a day as an end is the whole day.
    Raises UnusableError.
    """
    if text.isascii() and text.isdecimal() and len(text) < 16:
        return Place(leaf=int(text))
    try:
        found = datetime.fromisoformat(text).astimezone()
    except ValueError as error:
        sentence = "要写条数或日期，如 2026-11-02。 A number or a date is expected"
        raise UnusableError(f"{text}: {sentence}: 2026-11-02.") from error
    whole_day = end and len(text) == len("2026-11-02")
    return Place(ms=int((found.timestamp() + DAY_S * whole_day) * 1000))


def _leaf(wanted: Place, size: int, tile: Tile, widen: int) -> int:
    if wanted.leaf is not None:
        return wanted.leaf
    low, high = 0, -(-size // tiles.WIDTH)
    while low < high:
        middle = (low + high) // 2
        width = min(tiles.WIDTH, size - middle * tiles.WIDTH)
        if _newest(tile(middle, width)) < (wanted.ms or 0):
            low = middle + 1
        else:
            high = middle
    return max(0, low + widen) * tiles.WIDTH


def _newest(leaves: list[bytes]) -> int:
    """The latest time (ms) of any entry of a tile; of lists alone, 0."""
    try:
        entries = [read(0, leaf).entry for leaf in leaves if leaf.startswith(ENVELOPE)]
    except NotVerifiedError as error:
        raise UnusableError(f"日志不能读取。 The log cannot be read: {error.detail}") from error
    return max((one.time.wall for one in entries), default=0)
