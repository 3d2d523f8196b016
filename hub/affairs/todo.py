"""What of publication waits for somebody: for one person of a village, and of all villages.

Calls `hub.affairs`, `hub.days`, `hub.people` and `hub.records.filters`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q

from hub.affairs import flow, village
from hub.affairs.models import Edition, Question
from hub.affairs.projects import Project
from hub.affairs.standing import Due
from hub.days import today
from hub.people.roster import Staff
from hub.records import filters


@dataclass(frozen=True)
class Todo:
    """`soon` is due within the days asked for, `projects` have a stage that is late or due soon;
    `reviews` are editions that wait for this person, `questions` wait for the village's answer.
    """

    late: tuple[Due, ...]
    soon: tuple[Due, ...]
    projects: tuple[Project, ...]
    reviews: int
    questions: int
    questions_late: int

    @property
    def any(self) -> bool:
        return bool(self.late or self.soon or self.projects or self.reviews or self.questions)


@dataclass(frozen=True)
class There:
    """How it stands in one village: how many of each."""

    village: str
    name: str
    late: int
    soon: int
    projects_late: int
    open: int
    questions: int
    questions_late: int

    @property
    def bad(self) -> int:
        return self.late + self.projects_late + self.questions_late


def of(staff: Staff, soon_days: int, now_ms: int) -> Todo:
    """For somebody of a village."""
    where, last = staff.village, today(now_ms) + timedelta(days=soon_days)
    due = village.dues_of(where, now_ms)
    asked = _questions([where], now_ms).get(where, (0, 0))
    open_ones = flow.standings(village.under_way(where))
    return Todo(
        late=tuple(one for one in due if one.state == "late"),
        soon=tuple(one for one in due if one.state == "waiting" and one.by <= last),
        projects=tuple(one for one in village.running([where], now_ms) if one.next_by <= last),
        reviews=sum(
            any(staff.person.id in who for who in held.waiting.values()) for held in open_ones
        ),
        questions=asked[0],
        questions_late=asked[1],
    )


def everywhere(soon_days: int, now_ms: int) -> list[There]:
    """Every village, those in which most is late first; a fixed number of queries."""
    named = dict(filters.villages())
    last = today(now_ms) + timedelta(days=soon_days)
    due, asked = village.all_dues(named, now_ms), _questions(named, now_ms)
    late = [one.village for one in village.running(named, now_ms) if one.late]
    rows = Edition.objects.filter(village__in=list(named), ended_ms=None)
    open_ones = dict(rows.values_list("village").annotate(Count("id")))
    found = [
        There(
            village=key,
            name=name,
            late=sum(one.state == "late" for one in due[key]),
            soon=sum(one.state == "waiting" and one.by <= last for one in due[key]),
            projects_late=late.count(key),
            open=open_ones.get(key, 0),
            questions=asked.get(key, (0, 0))[0],
            questions_late=asked.get(key, (0, 0))[1],
        )
        for key, name in named.items()
    ]
    return sorted(found, key=lambda one: (-one.bad, one.name))


def _questions(villages: Collection[str], now_ms: int) -> Mapping[str, tuple[int, int]]:
    """Village → how many wait for an answer, and how many of them for too long."""
    rows = Question.objects.filter(village__in=list(villages), answered_ms=None)
    late = Count("id", filter=Q(until_ms__lt=now_ms))
    counted = rows.values("village").annotate(all=Count("id"), late=late)
    return {one["village"]: (one["all"], one["late"]) for one in counted}
