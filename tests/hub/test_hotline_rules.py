"""Who receives a report and who never sees it; working days; cards."""

from datetime import date, timedelta
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.hotline import cards, workdays
from hub.hotline.cards import Done, days, standing
from hub.hotline.limits import Limits, ways
from hub.hotline.routing import (
    COUNTY,
    RECEIVER,
    TOWNSHIP,
    About,
    Reader,
    is_named,
    may_see,
    read,
    routes,
)

OFFICES = (RECEIVER, "township.leader", "township.duty", "village.director", "village.clerk")
SETS = list(chain.from_iterable(combinations(OFFICES, n) for n in range(len(OFFICES) + 1)))
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
KNOWN = workdays.years()


@pytest.mark.parametrize("concern", [*routes(), "unknown"])
@pytest.mark.parametrize("excluded", [frozenset(), frozenset({"ren"})])
@pytest.mark.parametrize("accused", ["", "任 甲"])
def test_every_line_every_set_of_offices(
    concern: str, excluded: frozenset[str], accused: str
) -> None:
    """Whoever it is about, or holds an office that it names, or one of a village, never sees it."""
    about = About(concern, accused, excluded)
    route = routes().get(concern)
    for offices in SETS:
        seen = may_see(Reader("ren", "任甲", frozenset(offices)), about)
        free = not excluded and not accused and not any(o.startswith("village.") for o in offices)
        apart = route is not None and route.to == TOWNSHIP and not set(offices) & route.offices
        assert seen == (RECEIVER in offices and free and apart), offices


def test_a_table_that_gives_a_report_to_whom_it_is_about_is_refused() -> None:
    row = '[[route]]\nid="a"\nzh="甲"\nto="{}"\nvillage=false\noffices=["{}"]\n'
    assert read(row.format(COUNTY, RECEIVER))["a"].to == COUNTY
    for wrong in (row.format(TOWNSHIP, RECEIVER), row.format("nowhere", "village.clerk")):
        with pytest.raises(ValueError, match="a:"):
            read(wrong)
    assert routes()["inspection"].to == COUNTY


@pytest.mark.parametrize("typed", ["任甲", "任　甲", "村里的任甲主任", "任 甲"])
def test_a_name_is_his_however_it_is_typed(typed: str) -> None:
    assert is_named("任甲", typed)
    assert not is_named("任乙", typed)


@given(DAYS, st.integers(1, 40))
def test_a_deadline_lies_on_a_working_day_with_so_many_before_it(start: date, count: int) -> None:
    due = workdays.after(start, count, KNOWN)
    between = [start + timedelta(days=n) for n in range(1, (due.day - start).days + 1)]
    assert sum(workdays.is_working(one, KNOWN) for one in between) == count
    assert workdays.is_working(due.day, KNOWN)
    assert due.sure == all(one.year in KNOWN for one in between)


@pytest.mark.parametrize(
    ("start", "count", "due", "sure"),
    [
        ("2026-02-13", 1, "2026-02-14", True),
        ("2026-02-14", 1, "2026-02-24", True),
        ("2026-09-30", 3, "2026-10-10", True),
        ("2026-12-31", 1, "2027-01-01", False),
    ],
)
def test_holidays_and_worked_weekends_count_as_announced(
    start: str, count: int, due: str, sure: bool
) -> None:
    found = workdays.after(date.fromisoformat(start), count, KNOWN)
    assert (found.day.isoformat(), found.sure) == (due, sure)


MONDAY = date(2026, 11, 2)


def at(day: int, *done: Done) -> tuple[str, str]:
    found = standing(MONDAY, done, MONDAY + timedelta(days=day), KNOWN, days())
    return found.state, found.card


def act(what: str, day: int, added: int = 0) -> Done:
    return Done(what, MONDAY + timedelta(days=day), added)


def test_cards_as_the_rules_name_them() -> None:
    accepted, forwarded = act("accepted", 1), act("forwarded", 1)
    assert (at(3), at(4), at(7), at(8)) == (
        ("new", ""), ("new", "blue"), ("new", "blue"), ("new", "red"),
    )  # fmt: skip
    assert at(4, accepted) == ("accepted", "blue")
    assert at(8, accepted, forwarded) == ("forwarded", "")
    assert at(9, accepted, forwarded) == ("forwarded", "yellow")
    once = (accepted, forwarded, act("extended", 8, 5))
    assert (at(13, *once)[1], at(14, *once)[1]) == ("", "yellow")
    assert at(9, *once, act("extended", 8, 5), act("extended", 8, 5))[1] == "red"
    closed = (accepted, forwarded, act("closed", 4))
    assert (at(25, *closed)[1], at(28, *closed)[1]) == ("", "red")
    first = (*closed, act("answered", 5), act("rated", 6, 0))
    assert at(7, *first) == ("again", "")
    assert at(8, *first, act("closed", 7), act("answered", 7), act("rated", 8, 0)) == (
        "ended",
        "red",
    )
    assert at(90, *closed, act("answered", 5), act("rated", 6, 1)) == ("ended", "")


@given(
    st.lists(st.sampled_from(sorted({w for may in cards.MAY.values() for w in may})), max_size=9)
)
def test_whatever_is_done_in_turn_has_a_state_that_says_what_may_follow(names: list[str]) -> None:
    done: list[Done] = []
    for name in names:
        if name in cards.MAY[cards.state(done)]:
            done.append(act(name, len(done)))
    found = standing(MONDAY, done, MONDAY + timedelta(days=30), KNOWN, days())
    assert found.state in cards.STATES
    assert found.card in cards.CARDS


def test_the_nationwide_ways_out_are_shown_first() -> None:
    shown = ways(Limits(telephones={"镇纪委": "0570 1234567"}))
    assert [number for _, number in shown] == ["12388", "12345", "0570 1234567"]
