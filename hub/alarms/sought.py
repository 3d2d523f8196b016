"""By what the list of alarms is narrowed: read from the address, judged, applied.

Calls `hub.alarms.{act,models,table}` and `hub.records.filters`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet

from hub.alarms.act import WORDS
from hub.alarms.models import Alarm, AlarmStep
from hub.alarms.table import RULES
from hub.records import filters

STATES: Final[Mapping[str, str]] = {
    "": "待处理（超期的在前）",
    "fresh": "还没有人确认",
    "ended": "原因已消除，还没有人确认",
    "overdue": "已超期",
    "irregular": "存在异常",
    "false_alarm": "误报",
    "settled": "已处理",
    "all": "全部",
}
OPEN: Final = ("", "fresh", "ended", "overdue")
NAMES: Final = ("state", "village", "device", "rule")


@dataclass(frozen=True)
class Sought:
    """What the list is narrowed by, and what is wrong with it: field → a sentence."""

    values: Mapping[str, str]
    wrong: Mapping[str, str] = field(default_factory=dict)

    @property
    def query(self) -> str:
        return urlencode({name: text for name, text in self.values.items() if text})

    @property
    def by(self) -> str:
        """Those that are to be answered first stand first; settled ones by when they were due."""
        return "due_ms" if self.values["state"] in OPEN else "-due_ms"

    def rows(self, query: QuerySet[Alarm], now_ms: int) -> QuerySet[Alarm]:
        """Those asked for, where nothing is `wrong`."""
        for name in ("village", "device", "rule"):
            if self.values[name]:
                query = query.filter(**{name: self.values[name]})
        state = self.values["state"]
        if state in OPEN:
            query = query.filter(settled_ms=None)
        if state == "overdue":
            query = query.filter(due_ms__lte=now_ms)
        if state in ("fresh", "ended"):
            query = query.filter(~has("acknowledged"))
        if state == "ended":
            query = query.filter(has("cleared"))
        if state == "settled":
            query = query.filter(settled_ms__isnull=False)
        return query.filter(has("outcome", verdict=state)) if state in WORDS else query


def read(asked: Mapping[str, str]) -> Sought:
    """Of an address."""
    values = {name: asked.get(name, "").strip()[:100] for name in NAMES}
    known = {
        "state": STATES.keys(),
        "village": dict(filters.villages()).keys(),
        "device": set(filters.devices()),
        "rule": RULES.keys(),
    }
    wrong = {
        name: f"没有“{values[name]}”，请从列表里选。"
        for name, choices in known.items()
        if values[name] and values[name] not in choices
    }
    return Sought(values, wrong)


def has(kind: str, **more: Any) -> Exists:
    """Whether such a step was made with the alarm."""
    return Exists(AlarmStep.objects.filter(alarm=OuterRef("pk"), kind=kind, **more))
