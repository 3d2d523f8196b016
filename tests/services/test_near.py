"""Ten minutes on foot, as the crow flies, and when somebody may come."""

import tomllib
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.services import files, near, slots, walk
from hub.services.guide import Booking, Guide, Spot, Times, Walking

SPOTS = st.builds(Spot, st.floats(18, 53), st.floats(74, 135))
TODAY = date(2026, 11, 6)
"""A Friday."""


def example() -> dict[str, Any]:
    return tomllib.loads((files.EXAMPLE / files.FILE).read_text("utf-8"))


def guide() -> Guide:
    return files.read(example(), (files.EXAMPLE / files.ITEMS).read_bytes())


@given(SPOTS, SPOTS)
def test_a_distance_is_the_same_both_ways_and_none_to_itself(one: Spot, other: Spot) -> None:
    assert walk.metres(one, other) == pytest.approx(walk.metres(other, one))
    assert walk.metres(one, one) == 0


def test_a_degree_of_latitude_is_111_kilometres() -> None:
    assert walk.metres(Spot(27, 120), Spot(28, 120)) == pytest.approx(111_195, abs=10)
    assert walk.metres(Spot(60, 120), Spot(60, 121)) == pytest.approx(55_597, abs=20)


@pytest.mark.parametrize(("metres", "minutes", "within"), [(600, 10, True), (601, 11, False)])
def test_ten_minutes_end_where_the_walking_speed_says(
    metres: int, minutes: int, within: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "metres", lambda *_: float(metres))
    (found, *_) = walk.sorted_from(Spot(0, 0), guide().points.values(), Walking(60, 10))
    assert (found.minutes, found.within) == (minutes, within)


def test_the_nearest_comes_first_and_without_a_start_nothing_is_known() -> None:
    found = near.shown(guide(), "sunrise")
    assert [(one.point.id, one.within) for one in found] == [
        ("sunrise-room", True),
        ("town-centre", False),
    ]
    assert [(one.point.id, one.minutes) for one in near.shown(guide(), "elsewhere")] == [
        ("town-centre", None)
    ]


def test_another_villages_room_is_shown_only_where_it_is_near() -> None:
    known = guide()
    for lat, shown in ((27.501, True), (27.6, False)):
        moved = replace(known, villages={"next": Spot(lat, 120.501)})
        ids = [one.point.id for one in near.shown(moved, "next")]
        assert ("sunrise-room" in ids) is shown


def test_nobody_comes_today_nor_when_it_is_closed_nor_too_far_ahead() -> None:
    point, booking = guide().points["sunrise-room"], Booking(days_ahead=7, closed=("2026-11-09",))
    assert slots.days(point, booking, TODAY) == (date(2026, 11, 11), date(2026, 11, 13))
    assert slots.slots(point, booking, TODAY, TODAY, {}) == ()


def test_a_time_that_is_full_has_no_place_left() -> None:
    point, booking = guide().points["town-centre"], guide().booking
    day = date(2026, 11, 9)
    found = slots.slots(point, booking, day, TODAY, {"08:30": 2, "09:00": 1})
    assert [(one.time, one.left) for one in found[:3]] == [("08:30", 0), ("09:00", 1), ("09:30", 2)]
    assert found[-1].time == "16:00"


@given(st.integers(0, 1000), st.integers(5, 240), st.integers(1, 400))
def test_each_time_ends_before_the_desk_closes(first: int, minutes: int, long: int) -> None:
    clock = [f"{at // 60:02d}:{at % 60:02d}" for at in (first, first + long)]
    times = Times((1, 2, 3, 4, 5, 6, 7), clock[0], clock[1], minutes, 1)
    point = replace(guide().points["town-centre"], times=(times,))
    day = TODAY + timedelta(days=1)
    found = slots.slots(point, Booking(), day, TODAY, {})
    assert len(found) == long // minutes


@pytest.mark.parametrize(
    "change",
    [
        {"walking": {"metres": 0, "minutes": 10}},
        {"villages": {"sunrise": {"lat": float("nan"), "lon": 1.0}}},
        {"booking": {"days_ahead": 14}},
        {
            "themes": [
                {"id": "a", "name": "同名", "line": "x"},
                {"id": "b", "name": "同名", "line": "x"},
            ]
        },
        {"unknown": 1},
    ],
)
def test_a_guide_that_is_wrong_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"expected|twice|known"):
        files.read(example() | change)


def test_no_number_of_a_person_stands_in_a_point() -> None:
    table = example()
    table["points"][0]["hours"] = "找某人 13812345678"
    with pytest.raises(ValueError, match="手机号码"):
        files.read(table)
