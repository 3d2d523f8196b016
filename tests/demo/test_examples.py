"""What the demo's village publishes can be published on any day, and says nothing of tomorrow."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

import pytest

from demo import relief_sheets
from demo.cast import VILLAGE, VILLAGE_NAME
from demo.editions import editions
from hub import sheets
from hub.affairs import catalogue, cells, items
from hub.relief import fields

DAYS = [date(2026, 12, 25) + timedelta(days=at) for at in range(0, 400, 9)]
ITEMS = items.read(catalogue.EXAMPLE.read_bytes())


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_every_edition_fits_its_item_and_no_row_is_of_a_day_to_come(today: date) -> None:
    made = editions(today)
    assert len({one.key for one in made}) == len(made)
    for one in made:
        columns = ITEMS[one.item].columns
        rows = cells.typed(columns, one.rows)
        assert len(rows) == len(one.rows)
        assert bool(rows) == bool(columns)
        days = [
            cell
            for row in rows
            for column, cell in zip(columns, row, strict=True)
            if column.type == "date"
        ]
        assert all(str(day) <= today.isoformat() for day in days)
        assert one.day <= today
        assert ITEMS[one.item].is_event == bool(one.called or one.of)


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
