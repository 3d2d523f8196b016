"""What a further edition changed, for whoever reviews it. Pure; calls `wire.release`."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from wire.release import Cell, Release

Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Changes:
    """Rows that are gone and rows that are new, in their order, and whether anything else than rows
    is another.
    """

    gone: tuple[Row, ...]
    new: tuple[Row, ...]
    title: bool
    text: bool
    pictures: bool


def changes(before: Release, after: Release) -> Changes:
    """A row that was altered is gone and new."""
    same = before.columns == after.columns
    return Changes(
        _without(before.rows, after.rows) if same else before.rows,
        _without(after.rows, before.rows) if same else after.rows,
        before.title != after.title,
        before.text != after.text,
        [one.sha256 for one in before.attachments] != [one.sha256 for one in after.attachments],
    )


def _without(rows: Sequence[Row], others: Sequence[Row]) -> tuple[Row, ...]:
    left = Counter(others)
    found = []
    for row in rows:
        if left[row]:
            left[row] -= 1
        else:
            found.append(row)
    return tuple(found)
