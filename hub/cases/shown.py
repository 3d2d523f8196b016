"""Cases for the eye: what is in one, in order, with names. Calls `hub.alarms`, `hub.cases.models`,
`hub.people.roster` and `hub.records`. The number of queries does not depend on how much there
is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hub.alarms.limits import Limits
from hub.alarms.models import Alarm
from hub.alarms.shown import Shown as ShownAlarm
from hub.alarms.shown import shown as shown_alarms
from hub.cases.act import WORDS
from hub.cases.models import Case, CaseEnd, CaseItem
from hub.clock import moment
from hub.ingest.models import Record
from hub.people import roster
from hub.records import queries
from hub.records.queries import Row

KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "record": ("用印记录", "record"),
    "alarm": ("报警", "alarm"),
    "note": ("检查笔记", "note"),
    "statement": ("谈话记录", "statement"),
}


@dataclass(frozen=True)
class Item:
    """One thing in it; `row` of a record, `alarm` of an alarm."""

    item: CaseItem
    who: str
    row: Row | None
    alarm: ShownAlarm | None

    @property
    def kind(self) -> tuple[str, str]:
        return KINDS[self.item.kind]

    @property
    def at(self) -> datetime:
        return moment(self.item.made_ms)


@dataclass(frozen=True)
class Shown:
    """One case at this moment."""

    case: Case
    opener: str
    items: tuple[Item, ...]
    end: CaseEnd | None
    ender: str

    @property
    def opened(self) -> datetime:
        return moment(self.case.opened_ms)

    @property
    def ended(self) -> datetime | None:
        return None if self.end is None else moment(self.end.made_ms)

    @property
    def outcome(self) -> tuple[str, str] | None:
        return None if self.end is None else WORDS[self.end.outcome]

    def plain(self) -> dict[str, object]:
        """For programs."""
        return {
            "case": self.case.pk,
            "title": self.case.title,
            "opened": _told(self.opener, self.case.opened_ms),
            "items": [
                {
                    "kind": one.item.kind,
                    **_told(one.who, one.item.made_ms),
                    "entry": bytes(one.item.entry_hash or b"").hex() or None,
                    "application": bytes(one.item.grant or b"").hex() or None,
                    "alarm": None if one.alarm is None else one.alarm.rule.id,
                    "found": None if one.alarm is None else one.alarm.found,
                    "speaker": one.item.speaker or None,
                    "words": one.item.words or None,
                }
                for one in self.items
            ],
            "end": None
            if self.end is None
            else {
                **_told(self.ender, self.end.made_ms),
                "outcome": self.end.outcome,
                "words": self.end.words,
            },
        }


def shown(case: Case, limits: Limits, now_ms: int) -> Shown:
    """With all that was gathered, in its order."""
    items = list(CaseItem.objects.filter(case=case).order_by("pk"))
    end = CaseEnd.objects.filter(case=case).first()
    names = roster.labels()
    rows, alarms = _rows(items), _alarms(items, limits, now_ms)
    return Shown(
        case,
        names.get(case.opener, case.opener),
        tuple(
            Item(
                one,
                names.get(one.person, one.person),
                rows.get(bytes(one.entry_hash or b"")) if one.kind == "record" else None,
                alarms.get(one.alarm_id) if one.alarm_id is not None else None,
            )
            for one in items
        ),
        end,
        "" if end is None else names.get(end.person, end.person),
    )


def _rows(items: Sequence[CaseItem]) -> Mapping[bytes, Row]:
    names = [bytes(one.entry_hash) for one in items if one.entry_hash is not None]
    found = queries.rows(list(Record.objects.filter(entry_hash__in=names)))
    return {bytes(row.record.entry_hash): row for row in found}


def _alarms(items: Sequence[CaseItem], limits: Limits, now_ms: int) -> Mapping[int, ShownAlarm]:
    wanted = [one.alarm_id for one in items if one.alarm_id is not None]
    found = list(Alarm.objects.filter(pk__in=wanted))
    return {one.alarm.pk: one for one in shown_alarms(found, limits, now_ms)}


def _told(who: str, at_ms: int) -> dict[str, object]:
    return {"by": who, "at": moment(at_ms).isoformat()}
