"""A release reads back, has one encoding, and is refused where its parts contradict one another."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docs.examples.cast import RELEASE
from wire import cbor, release
from wire.errors import WireError
from wire.release import Attachment, Cell, Column, Release, Shown

WORDS = st.text("村民张三，。·《》（）aZ09-", min_size=1, max_size=12)
IDS = st.text("az09._-", max_size=8).map(lambda rest: f"a{rest}")
DIGITS = st.integers(0, 10**6 - 1)
CELLS: dict[str, st.SearchStrategy[Any]] = {
    "text": WORDS,
    "name": WORDS,
    "address": WORDS,
    "amount": st.integers(-(2**40), 2**40),
    "date": st.dates().map(str),
    "number": st.tuples(DIGITS, DIGITS).map(lambda two: f"-{two[0]}.{two[1]}"),
}
COLUMNS = st.lists(
    st.builds(Column, IDS, WORDS, st.sampled_from(sorted(CELLS))),
    max_size=5,
    unique_by=lambda one: one.key,
).map(tuple)


@st.composite
def releases(draw: st.DrawFn) -> Release:
    columns = draw(COLUMNS)
    row = st.tuples(*(st.none() | CELLS[one.type] for one in columns))
    personal = [one.key for one in columns if one.type in release.PERSONAL]
    edition = draw(st.integers(1, 5))
    return Release(
        id=draw(st.binary(min_size=32, max_size=32)),
        village=draw(IDS),
        item=draw(IDS),
        period=draw(st.sampled_from(["2026", "2026-Q4", "2026-H2", "2026-11", "2026-11-02"])),
        edition=edition,
        replaces=None if edition == 1 else draw(st.binary(min_size=32, max_size=32)),
        reason="" if edition == 1 else draw(WORDS),
        title=draw(WORDS),
        text=tuple(draw(st.lists(WORDS, max_size=3))),
        columns=columns,
        rows=tuple(draw(st.lists(row, max_size=5))),
        attachments=(Attachment(bytes(32), draw(WORDS)),),
        shown=Shown(tuple(personal), draw(WORDS), draw(st.integers(1, 60))) if personal else None,
        made=draw(st.integers(0, 2**52)),
        proposer=draw(IDS),
    )


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(releases())
def test_a_release_reads_back_and_has_one_encoding(made: Release) -> None:
    data = release.encode(made)
    assert release.decode(data) == made
    assert cbor.encode(cbor.decode(data)) == data


@given(st.binary(max_size=200))
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(WireError):
        release.decode(data)


NAMED = Column("name", "姓名", "name")
PAID = Column("amount", "金额", "amount")


@pytest.mark.parametrize(
    "change",
    [
        {"edition": 2},
        {"replaces": bytes(32)},
        {"reason": "写错了"},
        {"edition": 0},
        {"edition": 2, "replaces": bytes(32)},
        {"period": "2026-13"},
        {"period": "今年"},
        {"title": ""},
        {"text": ("一段\n两段",)},
        {"columns": (NAMED, NAMED), "rows": (), "shown": None},
        {"columns": (Column("x", "某", "phone"),), "rows": (), "shown": None},
        {"shown": Shown(("amount",), "依据", 10)},
        {"shown": Shown(("nobody",), "依据", 10)},
        {"shown": Shown(("name",), "", 10)},
        {"shown": Shown(("name",), "依据", 0)},
        {"attachments": (Attachment(bytes(31), "一页"),)},
        {"attachments": (Attachment(bytes(32), "一页"),) * 2},
    ],
)
def test_parts_that_contradict_one_another_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(WireError):
        release.encode(replace(RELEASE, **change))


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("amount", "12.00"),
        ("amount", 2**53),
        ("amount", True),
        ("date", "2026-2-3"),
        ("date", "20260203"),
        ("date", "2026-02-30"),
        ("number", 12),
        ("number", "1e9"),
        ("number", "012"),
        ("name", 7),
        ("name", ""),
        ("text", "看不见\u200b的"),
        ("text", "长" * 501),
    ],
)
def test_a_cell_that_its_column_cannot_hold_is_refused(kind: str, cell: Cell) -> None:
    columns = (Column("one", "一", kind),)
    with pytest.raises(WireError):
        release.encode(replace(RELEASE, columns=columns, rows=((cell,),), shown=None))


def test_a_row_has_a_cell_for_each_column() -> None:
    for row in ((), ("张三",), ("张三", 1, 2)):
        with pytest.raises(WireError):
            release.encode(replace(RELEASE, columns=(NAMED, PAID), rows=(row,), shown=None))


def test_another_edition_has_another_name() -> None:
    first = release.encode(RELEASE)
    name = release.name_of(first)
    again = replace(RELEASE, edition=2, replaces=name, reason="第 2 行金额写错了")
    assert release.decode(release.encode(again)).replaces == name
    assert release.name_of(release.encode(again)) != name
