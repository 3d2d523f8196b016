"""The inspectors' list of reports, page by page: open ones first, and nothing of what is hidden."""

import re
from itertools import chain
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from hub.clock import now_ms
from hub.hotline import cards, file, lists
from hub.hotline.models import Act, Case, Exclusion, Opening, Verdict
from hub.people import roster
from tests.hub.hotline_rig import BOTH, staff
from tests.support.township import Township

pytestmark = pytest.mark.django_db(databases=BOTH)
NUMBER = re.compile(r'href="/hotline/(\d+)/"')
NEXT = re.compile(r'rel="next" href="([^"]+)"')
ANSWERED = ("accepted", "forwarded", "closed", "answered")


def make(count: int, *acts: str, **fields: Any) -> list[int]:
    """Numbers of so many cases to which this was done."""
    begin = Case.objects.count()
    rows = [
        Case(**{"code": str(begin + n).encode(), "concern": "matter", "made_ms": 1, **fields})
        for n in range(count)
    ]
    made = [one.pk for one in Case.objects.bulk_create(rows)]
    done = [Act(case_id=one, what=what, made_ms=2) for what in acts for one in made]
    Act.objects.bulk_create(done)
    return made


def pages(query: str = "", person: str = "ren") -> list[list[int]]:
    """The numbers on each page, as somebody goes on from one to the next."""
    found, there = [], [query]
    while there:
        said = staff(person).get("/hotline/" + there[0].replace("&amp;", "&")).content.decode()
        found.append([int(one) for one in NUMBER.findall(said)])
        there = NEXT.findall(said)
    return found


def test_open_reports_come_the_longest_waiting_first_and_done_ones_the_newest(
    township: Township,
) -> None:
    waiting = make(lists.PAGE + 1)
    done = make(lists.PAGE + 2, *ANSWERED)
    assert pages() == [waiting[: lists.PAGE], waiting[lists.PAGE :]]
    assert pages("?state=done") == [done[:1:-1], done[1::-1]]
    assert pages("?state=new") == pages()
    assert pages("?state=accepted") == [[]]
    assert pages("?state=nothing&after=x") == pages()


def test_on_a_page_those_that_press_come_first(township: Township) -> None:
    fresh, late = make(1, made_ms=now_ms()), make(1)
    assert pages() == [[*late, *fresh]]


def test_attack_reports_about_him_leave_no_gap_on_an_inspectors_pages(township: Township) -> None:
    """Whoever is hidden from hundreds has the pages that he would have without them."""
    name = township.roster.persons["ren"].name
    shown = []
    for _ in range(lists.PAGE + 7):
        make(3, accused=f"{name[0]}　{name[1:]} 主任")
        make(1, concern="leader")
        excluded = make(1)[0]
        Exclusion.objects.create(case_id=excluded, person="ren", made_by="x", made_ms=1)
        shown += make(1)
    assert pages() == [shown[: lists.PAGE], shown[lists.PAGE :]]


def test_a_page_takes_as_many_queries_however_many_reports_there_are(township: Township) -> None:
    me = roster.find("ren", now_ms())
    assert me is not None
    counts = set()
    for state in (lists.OPEN, lists.DONE, lists.OPEN, lists.DONE):
        make(2 * lists.PAGE)
        make(2 * lists.PAGE, *ANSWERED)
        with CaptureQueriesContext(connections["hotline"]) as asked:
            shown, more = lists.listed(me, state, None, now_ms())
        assert (len(shown), more) == (lists.PAGE, True)
        counts.add(len(asked))
    assert len(counts) == 1


def test_requests_come_undecided_first_and_page_by_page(township: Township) -> None:
    rows = [
        Opening.objects.create(
            number=n, person="ren", reason=f"缘由{n}。", code=str(n).encode(), made_ms=1
        )
        for n in range(lists.PAGE + 2)
    ]
    Verdict.objects.create(opening=rows[0], person="gui", granted=True, made_ms=1)
    first = staff("gui").get("/hotline/openings/").content.decode()
    assert ("缘由1。" in first, "缘由2。" in first, "缘由0。" in first) == (False, True, False)
    after = staff("gui").get("/hotline/openings/" + NEXT.findall(first)[0]).content.decode()
    assert ("缘由1。" in after, "缘由2。" in after, NEXT.findall(after)) == (True, False, [])
    assert "缘由0。" in staff("gui").get("/hotline/openings/?decided").content.decode()


@given(st.lists(st.integers(0, 20), max_size=10))
def test_what_the_database_says_of_a_case_is_what_its_acts_say(
    picks: list[int],
) -> None:
    case = Case.objects.get(pk=make(1)[0])
    for pick in picks:
        may = cards.MAY[cards.state(file.done(Case.objects.get(pk=case.pk)))]
        choices = list(chain.from_iterable([one] * 2 for one in may))
        if not choices:
            break
        at = pick % len(choices)
        Act.objects.create(case=case, what=choices[at], days=at % 2, made_ms=2)
        fresh = Case.objects.get(pk=case.pk)
        assert fresh.state == cards.state(file.done(fresh))
