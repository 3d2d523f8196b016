"""Alarms for the eye: who sees which, each with all that became of it.

Calls `hub.alarms`, `hub.applications.models`, `hub.devices.authority`, `hub.people.roster` and
`hub.records`. The number of queries does not depend on how many are shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from hub.alarms.act import WORDS
from hub.alarms.limits import HOUR_MS, Limits
from hub.alarms.models import Alarm, AlarmStep
from hub.alarms.sought import has
from hub.alarms.table import Rule
from hub.alarms.words import found
from hub.applications.models import Filed
from hub.clock import moment
from hub.devices import authority
from hub.people import roster
from hub.people.roster import Staff
from hub.records import filters
from hub.records.models import RecordIndex

OFFICE: Final = "township.inspector"


@dataclass(frozen=True)
class Step:
    """One thing that became of it."""

    kind: str
    at: datetime
    who: str
    verdict: tuple[str, str] | None
    words: str


@dataclass(frozen=True)
class Shown:
    """One alarm at this moment, by the hours in force."""

    alarm: Alarm
    rule: Rule
    village: str
    title: str
    steps: tuple[Step, ...]
    now_ms: int

    @property
    def raised(self) -> datetime:
        return moment(self.alarm.raised_ms)

    @property
    def since(self) -> datetime:
        return moment(self.alarm.since_ms)

    @property
    def due(self) -> datetime:
        return moment(self.alarm.due_ms)

    @property
    def settled(self) -> bool:
        return self.alarm.settled_ms is not None

    @property
    def overdue(self) -> bool:
        return not self.settled and self.alarm.due_ms <= self.now_ms

    @property
    def cleared(self) -> Step | None:
        return self._first("cleared")

    @property
    def acknowledged(self) -> Step | None:
        return self._first("acknowledged")

    @property
    def escalated(self) -> list[Step]:
        return [one for one in self.steps if one.kind == "escalated"]

    @property
    def outcomes(self) -> list[Step]:
        return [one for one in self.steps if one.kind == "outcome"]

    @property
    def disputed(self) -> bool:
        """Whether people found different things."""
        return len({one.verdict for one in self.outcomes}) > 1

    @property
    def expected(self) -> str:
        return self.rule.expected_zh.format(limit=self.rule.after_h)

    @property
    def found(self) -> str:
        """What was found instead, in Chinese."""
        told = self.alarm.told
        end_ms = int(self.cleared.at.timestamp() * 1000) if self.cleared else self.now_ms
        hours = (end_ms - self.alarm.since_ms) // HOUR_MS
        lasted = f"{'共' if self.cleared else '已'} {hours} 小时" if self.rule.lasting else ""
        return "，".join(filter(None, (found(self.rule.id, told), lasted)))

    def _first(self, kind: str) -> Step | None:
        return next((one for one in self.steps if one.kind == kind), None)


def seen_by(staff: Staff, limits: Limits) -> QuerySet[Alarm] | None:
    """The alarms that somebody may see: all as the inspector, those that came to his office as
    whom they go to next; None for everybody else.
    """
    if OFFICE in staff.offices:
        return Alarm.objects.all()
    levels = staff.offices & set(limits.escalate_to)
    if not levels:
        return None
    return Alarm.objects.filter(has("escalated", office__in=levels))


def shown(alarms: Sequence[Alarm], limits: Limits, now_ms: int) -> list[Shown]:
    """In their order."""
    steps = _steps(alarms)
    villages = dict(filters.villages())
    titles = _titles(alarms)
    return [
        Shown(
            one,
            limits.rules[one.rule],
            villages.get(one.village, one.village),
            titles.get(one.pk, ""),
            steps.get(one.pk, ()),
            now_ms,
        )
        for one in alarms
    ]


def _steps(alarms: Iterable[Alarm]) -> Mapping[int, tuple[Step, ...]]:
    names = roster.labels()
    offices = {} if authority.current() is None else authority.policy().offices
    made: dict[int, tuple[Step, ...]] = {}
    for one in AlarmStep.objects.filter(alarm__in=alarms).order_by("pk"):
        office = offices.get(one.office, (one.office,))[0]
        step = Step(
            one.kind,
            moment(one.made_ms),
            names.get(one.person, one.person) or office,
            WORDS.get(one.verdict),
            one.words,
        )
        made[one.alarm_id] = (*made.get(one.alarm_id, ()), step)
    return made


def _titles(alarms: Sequence[Alarm]) -> Mapping[int, str]:
    """Alarm → title of the application that it is about, for those that the hub filed."""
    names = [bytes(one.entry_hash) for one in alarms if one.entry_hash is not None]
    about = RecordIndex.objects.filter(record__entry_hash__in=names, grant__isnull=False)
    rows = about.values_list("record__entry_hash", "grant")
    grants = {bytes(name): bytes(grant) for name, grant in rows if grant is not None}
    told = {
        one.pk: bytes.fromhex(one.told.get("grant", ""))
        or grants.get(bytes(one.entry_hash or b""), b"")
        for one in alarms
    }
    filed = Filed.objects.filter(subject__hash__in=set(told.values()))
    titles = {bytes(name): title for name, title in filed.values_list("subject__hash", "title")}
    return {pk: titles.get(grant, "") for pk, grant in told.items()}
