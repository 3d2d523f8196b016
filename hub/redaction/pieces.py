"""Digits of a text as somebody means them: runs, groups, and what is an amount, a date or a time.

Pure; calls nothing. A run is digits with nothing but separators between them; a group of a run
stands between two separators. What is written as an amount, a date, a time, or the code of a
project is a piece: it is joined with nothing around it.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

LEAST: Final = 7
"""Digits of a telephone without its area code; a shorter run is nothing."""
_X: Final = "XxХхΧχⅩⅹＸｘ×"
_ODD: Final = "".join(
    sign
    for block in (range(0xB2, 0xBA), range(0x2070, 0x208A), range(0x2460, 0x249C), (0x24EA,))
    for sign in map(chr, block)
    if unicodedata.normalize("NFKC", sign).strip("().").isdigit()
)
"""Raised, lowered, and in circles; all that is a decimal digit of some script is one besides."""
_BETWEEN: Final = r"[\W_]{0,8}"
_RUN: Final = re.compile(
    rf"[\d{_ODD}](?:{_BETWEEN}[\d{_ODD}]){{{LEAST - 2},}}(?:{_BETWEEN}[{_X}])?"
)
_PIECE: Final = re.compile(
    r"""(?<![\d,.:/-])(?:
        \d{4}-\d{6}-\d{2}-\d{2}-\d{6}
        | \d{1,3}(?:,\d{3})+(?:\.\d{1,2})?
        | \d+\.\d{1,2}
        | (?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])
        | (?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?
    )(?![,.:/-]?\d)""",
    re.VERBOSE | re.ASCII,
)
_CALLED: Final = re.compile(
    r"(?:电\s*话|手\s*机|座\s*机|传\s*真|热\s*线|联系方式|联系人|tel|phone|fax|mobile)[^\d\n]{0,12}$",
    re.IGNORECASE,
)
_BEFORE: Final = 24


@dataclass(frozen=True)
class Run:
    """`digits` (an X at the end may be one), and the place in the text of each. `is_called`: words
    before it say that it is a telephone.
    """

    text: str
    digits: str
    places: tuple[int, ...]
    is_called: bool

    def is_whole(self, first: int, last: int) -> bool:
        """Whether digits[first:last] are whole groups, or lie within one."""
        after = bisect_right(self._gaps, first)
        joined = after == len(self._gaps) or self._gaps[after] >= last
        return joined or {first, last} <= self._bounds

    def groups(self, most: int) -> Iterator[tuple[int, int]]:
        """Every (first, after the last) of whole groups of at most so many digits, where pieces
        stand alone.
        """
        for part in self._parts:
            for index, first in enumerate(part):
                for last in part[index + 1 :]:
                    if last - first > most:
                        break
                    yield first, last

    @cached_property
    def _gaps(self) -> list[int]:
        """Before which digits something stands, in order."""
        places = self.places
        return [i for i in range(1, len(places)) if places[i] > places[i - 1] + 1]

    @cached_property
    def _bounds(self) -> frozenset[int]:
        """Where groups begin and end; an X is one by itself."""
        whole = len(self.digits)
        return frozenset({*self._gaps, 0, whole, whole - (self.digits[-1] == "X")})

    @cached_property
    def _parts(self) -> list[list[int]]:
        """Bounds of what may be joined: from one piece to the next, and each piece by itself."""
        parts: list[list[int]] = []
        order, since = sorted(self._bounds), 0
        for found in _PIECE.finditer(self.text):
            first, last = (bisect_left(self.places, self.places[0] + at) for at in found.span())
            parts += [_between(order, since, first), [first, last]]
            since = last
        return [*parts, _between(order, since, len(self.digits))]


def _between(order: list[int], first: int, last: int) -> list[int]:
    return order[bisect_left(order, first) : bisect_right(order, last)]


def runs(text: str) -> Iterator[Run]:
    """All of the text that are long enough to be something."""
    for found in _RUN.finditer(text):
        digits, places = [], []
        for place in range(*found.span()):
            for digit in _digits(text[place]):
                digits.append(digit)
                places.append(place)
        before = text[max(0, found.start() - _BEFORE) : found.start()]
        yield Run(found[0], "".join(digits), tuple(places), bool(_CALLED.search(before)))


def _digits(sign: str) -> str:
    if sign in _X:
        return "X"
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    return "".join(one for one in unicodedata.normalize("NFKC", sign) if one.isdecimal())
