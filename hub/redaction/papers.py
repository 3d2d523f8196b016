"""Numbers of people on the picture of a page, with the boxes to paint over. Pure.

Calls `hub.redaction.scan`. Whoever calls brings the page's text (`hub.reading.start.texts`). A page
that could not be read, or not surely, is itself a finding: somebody looks at it.
"""

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from hub.redaction import scan
from hub.redaction.scan import Finding

UNREAD: Final = "unread"
KINDS: Final = {**scan.KINDS, UNREAD: "认不清的一页"}
SURE: Final = 0.75
ROOM: Final = 1.0
"""Digits' widths that a box is wider on each side: letters are not all as wide as one another."""
_ALIKE: Final = str.maketrans(
    {"〇": "0", "○": "0", "O": "0", "o": "0", "l": "1", "I": "1", "|": "1"}
)
"""Signs that an engine takes for digits, one for one."""

Box = tuple[int, int, int, int]


class Printed(Protocol):
    """A line of print and its box."""

    @property
    def text(self) -> str: ...
    @property
    def left(self) -> float: ...
    @property
    def top(self) -> float: ...
    @property
    def right(self) -> float: ...
    @property
    def bottom(self) -> float: ...


class Page(Protocol):
    """A picture's size, its lines after `turn` quarter turns to the left, how sure they are."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def turn(self) -> int: ...
    @property
    def sure(self) -> float: ...
    @property
    def lines(self) -> Sequence[Printed]: ...


@dataclass(frozen=True)
class PageFinding:
    """One of KINDS; `boxes` lie in the picture as it is, none where the whole page is meant."""

    kind: str
    before: str
    masked: str
    after: str
    boxes: tuple[Box, ...] = ()


def findings(page: Page | None, allowed: Collection[str] = ()) -> tuple[PageFinding, ...]:
    """What is on the page, from top to bottom."""
    if page is None:
        return (PageFinding(UNREAD, "", "", ""),)
    rows = _rows(page.lines)
    found = [one for row in rows for one in _in_text(row, " ", page, allowed)]
    whole = [line for row in rows for line in row]
    broken = _in_text(whole, "\n", page, allowed, only=scan.ID)
    found += [one for one in broken if not any(_same(one, other) for other in found)]
    if page.lines and page.sure < SURE:
        found.append(PageFinding(UNREAD, "", "", ""))
    return tuple(found)


def _in_text(
    lines: Sequence[Printed], joint: str, page: Page, allowed: Collection[str], only: str = ""
) -> Iterator[PageFinding]:
    """Findings in these lines read one after another."""
    text = joint.join(line.text for line in lines)
    read = text.translate(_ALIKE)
    found = scan.findings(read, allowed)
    for one in found:
        if only in ("", one.kind):
            boxes = tuple(_unturned(box, page) for box in _boxes(lines, len(joint), one))
            yield PageFinding(one.kind, *scan.excerpt(text, one, found), boxes)


def _boxes(lines: Sequence[Printed], joint: int, one: Finding) -> Iterator[Box]:
    """The part of each line that the finding stands in."""
    begin = 0
    for line in lines:
        first, last = max(one.start - begin, 0), min(one.end - begin, len(line.text))
        if first < last:
            yield _part(line, first, last)
        begin += len(line.text) + joint


def _part(line: Printed, first: int, last: int) -> Box:
    """Of a line that is higher than wide all of it."""
    widths = [_width(sign) for sign in line.text]
    one = (line.right - line.left) / sum(widths)
    height = line.bottom - line.top
    left, right = line.left, line.right
    if line.right - line.left >= height:
        left += one * (sum(widths[:first]) - ROOM)
        right -= one * (sum(widths[last:]) - ROOM)
    margin = height / 8
    return round(left), round(line.top - margin), round(right), round(line.bottom + margin)


def _width(sign: str) -> float:
    return 2.0 if unicodedata.east_asian_width(sign) in "WF" else 1.0


def _unturned(box: Box, page: Page) -> Box:
    left, top, right, bottom = box
    turned = {
        0: box,
        1: (page.width - bottom, left, page.width - top, right),
        2: (page.width - right, page.height - bottom, page.width - left, page.height - top),
        3: (top, page.height - right, bottom, page.height - left),
    }[page.turn]
    return (
        max(0, turned[0]),
        max(0, turned[1]),
        min(page.width, turned[2]),
        min(page.height, turned[3]),
    )


def _rows(lines: Sequence[Printed]) -> list[list[Printed]]:
    """From top to bottom, each from left to right."""
    rows: list[list[Printed]] = []
    for line in sorted(lines, key=lambda one: one.top + one.bottom):
        if rows and _middle(line) < rows[-1][0].bottom and line.top < _middle(rows[-1][0]):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda one: one.left) for row in rows]


def _middle(line: Printed) -> float:
    return (line.top + line.bottom) / 2


def _same(one: PageFinding, other: PageFinding) -> bool:
    return one.kind == other.kind and set(one.boxes) <= set(other.boxes)
