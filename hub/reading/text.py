"""Text as a reader compares it: in order, without spaces and punctuation; where two texts differ.
Pure; calls nothing of ours.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

CONTEXT: Final = 6  # characters around a difference in its snippet
MOST: Final = 8  # differences that are kept
_ALIKE: Final = str.maketrans({"〇": "0", "○": "0", "O": "0", "o": "0", "l": "1", "I": "1"})
"""Signs that the engine takes for one another; in the papers of a village they are digits."""


@dataclass(frozen=True)
class Line:
    """A line of print: its text, how sure the engine is (0..1), and its box in pixels."""

    text: str
    score: float
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(frozen=True)
class Difference:
    """What the approved page says and what the photo, 〔marked〕 within its surroundings."""

    approved: str
    photo: str


def joined(lines: Iterable[Line]) -> str:
    """All text from top to bottom, each row from left to right, as `plain` leaves it."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda one: one.middle):
        if rows and line.middle < rows[-1][0].bottom and line.top < rows[-1][0].middle:
            rows[-1].append(line)
        else:
            rows.append([line])
    return "".join(
        plain(line.text) for row in rows for line in sorted(row, key=lambda one: one.left)
    )


def plain(text: str) -> str:
    """Letters, digits and Chinese characters alone, each in one form.

    Points and commas go, too: the engine mistakes one for the other.
    """
    folded = unicodedata.normalize("NFKC", text).translate(_ALIKE)
    return "".join(one for one in folded if unicodedata.category(one)[0] in "LN")


def differences(approved: str, photo: str) -> list[Difference]:
    """Where the photo's text is another than the approved page's; at most MOST."""
    matcher = SequenceMatcher(None, approved, photo, autojunk=False)
    found = [
        Difference(_snippet(approved, i1, i2), _snippet(photo, j1, j2))
        for kind, i1, i2, j1, j2 in matcher.get_opcodes()
        if kind != "equal"
    ]
    return found[:MOST]


def likeness(first: str, second: str) -> float:
    """0 for texts without anything in common, 1 for the same."""
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def sure(lines: Sequence[Line]) -> float:
    """How sure the engine is of a page: by the character."""
    total = sum(len(line.text) for line in lines)
    return sum(line.score * len(line.text) for line in lines) / total if total else 0.0


def _snippet(text: str, start: int, end: int) -> str:
    before = text[max(0, start - CONTEXT) : start]
    return f"{before}〔{text[start:end]}〕{text[end : end + CONTEXT]}"
