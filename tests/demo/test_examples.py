"""What the demo's village publishes can be published on any day, and says nothing of tomorrow."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from demo import relief_sheets
from demo.cast import VILLAGE, VILLAGE_NAME
from demo.editions import Edition, editions
from hub import sheets
from hub.affairs import catalogue, cells, items
from hub.relief import fields
from wire.release import Column

DAYS = [date(2026, 12, 25) + timedelta(days=at) for at in range(0, 400, 9)]
ITEMS = items.read(catalogue.EXAMPLE.read_bytes())


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_every_edition_fits_its_item_and_no_row_is_of_a_day_to_come(today: date) -> None:
    made = editions(today)
    assert len({one.key for one in made}) == len(made)
    for one in made:
        item = ITEMS[one.item]
        assert one.day <= today
        assert item.is_event == bool(one.called or one.of)
        assert bool(one.rows) == bool(item.columns)
        assert {column.zh for column in item.columns} <= set(one.heads)
        for column, text in typed(one):
            cell = cells.cell(column.type, text)
            assert column.type != "date" or str(cell or "") <= today.isoformat()


def typed(one: Edition) -> Iterator[tuple[Column, str]]:
    """The cells that its item asks for."""
    for row in one.rows:
        found = dict(zip(one.heads, row, strict=True))
        for column in ITEMS[one.item].columns:
            yield column, found[column.zh]


def test_the_sheets_of_relief_are_taken_without_a_word() -> None:
    today = DAYS[0]
    assert len(judged(fields.FUNDS, relief_sheets.funds(), ())) == 2
    projects = judged(fields.PROJECTS, relief_sheets.projects(today), ())
    known = {(str(one["village"]), str(one["name"])) for one in projects}
    assert len(judged(fields.BENEFITS, relief_sheets.people(today), known)) == 4


def judged(kind: str, sheet: bytes, projects: Collection[tuple[str, str]]) -> list[dict[str, Any]]:
    """The rows of a sheet in which nothing is wrong."""
    read = sheets.read(sheet, fields.COLUMNS[kind], fields.needed(kind))
    villages = {VILLAGE_NAME: VILLAGE}
    known = fields.Known(villages, projects, lambda name, number: f"{name} {number}".encode())
    found = fields.judge(kind, read.lines, known)
    assert found.wrong == []
    return found.rows
