"""Which reports and requests somebody is shown, page by page; the rules are `routing`'s.

Calls `hub.hotline.{cards,file,models,routing,workdays}`, `hub.people.roster` and `hub.days`. What
is hidden is neither counted nor leaves a gap.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from django.db.models import Model, QuerySet, prefetch_related_objects

from hub.days import today
from hub.hotline import cards, file, workdays
from hub.hotline.models import Case, Identity, Opening
from hub.hotline.routing import RECEIVER, About, Reader, may_see, routes
from hub.people.roster import Staff

Row = TypeVar("Row", bound=Model)

PAGE: Final = 50
CHUNK: Final = 500
OPEN: Final = ""
DONE: Final = "done"
"""Beside the states: which cases a list holds."""


@dataclass(frozen=True)
class Shown:
    """A case with how it stands."""

    case: Case
    standing: cards.Standing
    named: bool


def listed(staff: Staff, state: str, after: int | None, now_ms: int) -> tuple[list[Shown], bool]:
    """One page of those that he may see, and whether more follow: in OPEN or in that state the
    longest waiting first, in DONE the newest; on a page those that press.

    `after` is the number of the last one before.
    """
    rows = _readable(staff, Case.objects.prefetch_related("exclusions"))
    if state == DONE:
        rows = rows.exclude(state__in=cards.OPEN).order_by("-pk")
        rows = rows if after is None else rows.filter(pk__lt=after)
    else:
        rows = rows.filter(state__in=cards.OPEN if state == OPEN else [state])
        rows = rows.order_by("pk") if after is None else rows.filter(pk__gt=after).order_by("pk")
    found, more = _filled(rows, lambda some: [one for one in some if sees(staff, one)])
    return _pressing(found, now_ms), more


def openings(staff: Staff, before: int | None, *, decided: bool) -> tuple[list[Opening], bool]:
    """One page of what was asked, granted and opened, the newest first, as his superiors see it,
    and whether more follow; not of cases about them.
    """
    rows = Opening.objects.filter(verdict__isnull=not decided).order_by("-pk")
    rows = rows.select_related("verdict").prefetch_related("opened")
    rows = rows if before is None else rows.filter(pk__lt=before)
    return _filled(rows, lambda some: judgeable(staff, some))


def unseen(staffs: Sequence[Staff]) -> int:
    """How many reports to be worked on none of these people may see."""
    rows = Case.objects.filter(state__in=cards.OPEN).prefetch_related("exclusions")
    return sum(not any(sees(one, case) for one in staffs) for case in rows.iterator(CHUNK))


def sees(staff: Staff, case: Case) -> bool:
    """Whether he may; `case` with its exclusions."""
    return may_see(_reader(staff), _about(case))


def shown(case: Case, now_ms: int, *, named: bool) -> Shown:
    """How it stands; `case` with its acts."""
    done = file.done(case)
    made, now = today(case.made_ms), today(now_ms)
    standing = cards.standing(made, done, now, workdays.years(), cards.days())
    return Shown(case, standing, named)


def judgeable(staff: Staff, some: list[Opening]) -> list[Opening]:
    """Those of them that are not of cases about him."""
    cases = Case.objects.filter(pk__in={one.number for one in some})
    about = {one.pk: _about(one) for one in cases.prefetch_related("exclusions")}
    return [
        one for one in some if one.number not in about or not _concerned(staff, about[one.number])
    ]


def _readable(staff: Staff, rows: QuerySet[Case]) -> QuerySet[Case]:
    """Without most of those that he may not see; whom else they name `sees` tells."""
    me = _reader(staff)
    concerns = [one for one in routes() if may_see(me, About(one, "", frozenset()))]
    return rows.filter(concern__in=concerns).exclude(exclusions__person=me.id)


def _filled(rows: QuerySet[Row], keep: Callable[[list[Row]], list[Row]]) -> tuple[list[Row], bool]:
    """A full page of those that are kept, however many are not: what is hidden leaves no gap. One
    read where few are; each further one is of four times as many.
    """
    found: list[Row] = []
    begin, count = 0, PAGE + 1
    while len(found) <= PAGE:
        some = list(rows[begin : begin + count])
        found += keep(some)
        if len(some) < count:
            break
        begin, count = begin + count, 4 * count
    return found[:PAGE], len(found) > PAGE


def _pressing(found: list[Case], now_ms: int) -> list[Shown]:
    prefetch_related_objects(found, "acts")
    named = set(Identity.objects.filter(case__in=found).values_list("case_id", flat=True))
    order = list(reversed(list(cards.CARDS)))
    rows = [shown(one, now_ms, named=one.pk in named) for one in found]
    return sorted(rows, key=lambda one: order.index(one.standing.card))


def _reader(staff: Staff) -> Reader:
    return Reader(staff.person.id, staff.person.name, staff.offices)


def _concerned(staff: Staff, case: About) -> bool:
    """Whether it is about somebody who reads no cases, but is asked about their reporters."""
    offices = staff.offices | {RECEIVER}
    return not may_see(Reader(staff.person.id, staff.person.name, offices), case)


def _about(case: Case) -> About:
    excluded = frozenset(one.person for one in case.exclusions.all())
    return About(case.concern, case.accused, excluded)
