"""By what inspectors narrow the list of records: read from the address, judged, applied.

Calls `hub.days`, `hub.devices.authority`, `hub.ingest.models`, `hub.people.roster` and
`hub.records.{index,models,words}`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, QuerySet

from hub import days
from hub.devices import authority
from hub.ingest.models import Record
from hub.people import roster
from hub.records import words
from hub.records.index import FREE_WORDS
from hub.records.models import RecordIndex, RecordPerson, Review
from wire.record.kinds import PERSONS

NAMES: Final = ("village", "device", "kind", "item", "person", "since", "until", "mine")
MINE: Final = {"": "全部", "todo": "我还没有复核", "done": "我已复核"}


@dataclass(frozen=True)
class Sought:
    """What was typed, in full, and what is wrong with it: field → a sentence."""

    values: Mapping[str, str]
    wrong: Mapping[str, str] = field(default_factory=dict)
    persons: tuple[str, ...] = ()
    first_ms: int | None = None
    end_ms: int | None = None

    @property
    def query(self) -> str:
        """The same as an address's query, for the next page."""
        return urlencode({name: text for name, text in self.values.items() if text})

    @property
    def indexed(self) -> bool:
        """Whether the index of records is asked, which may be behind."""
        return bool(self.values["item"] or self.persons)

    @property
    def by(self) -> str:
        """The field of a record that the list is ordered by: when it happened where days or a
        village are asked for, a machine's own number where the machine is, else the arrival.
        """
        days = self.first_ms is not None or self.end_ms is not None
        if days or (self.values["village"] and not self.indexed):
            return "wall_ms"
        return "seq" if self.values["device"] and not self.indexed else "id"

    def rows(self, person: str) -> tuple[QuerySet[Any], str]:
        """The rows asked for, and the path from each to its record, where nothing is `wrong`;
        `person` is who asks.
        """
        query, path = self._base()
        asked: dict[str, object] = {}
        for name in ("village", "device", "kind"):
            if self.values[name]:
                asked[f"{path}{name}"] = self.values[name]
        if self.first_ms is not None:
            asked[f"{path}wall_ms__gte"] = self.first_ms
        if self.end_ms is not None:
            asked[f"{path}wall_ms__lt"] = self.end_ms
        query = query.filter(**asked)
        if self.values["mine"]:
            own = Exists(
                Review.objects.filter(entry_hash=OuterRef(f"{path}entry_hash"), person=person)
            )
            query = query.filter(own if self.values["mine"] == "done" else ~own)
        return query, path

    def _base(self) -> tuple[QuerySet[Any], str]:
        item = self.values["item"]
        if self.persons:
            named = RecordPerson.objects.filter(person__in=self.persons)
            return (named.filter(record__index__item=item) if item else named), "record__"
        if item:
            return RecordIndex.objects.filter(item=item), "record__"
        return Record.objects.all(), ""


def values(asked: Mapping[str, str]) -> dict[str, str]:
    """What was typed, by field."""
    return {name: asked.get(name, "").strip()[:100] for name in NAMES}


def by_address(asked: Mapping[str, str]) -> Sought:
    """As `read`, of an address, in which no person may stand: servers write addresses down."""
    typed = values(asked)
    if not typed["person"]:
        return read(typed)
    sentence = "按人员查找请在这里填写后按“筛选”，不要写在网址里。"
    return Sought({**typed, "person": ""}, {"person": sentence})


def read(asked: Mapping[str, str]) -> Sought:
    """What was typed, judged."""
    typed = values(asked)
    wrong: dict[str, str] = {}
    known = {
        "kind": words.KINDS.keys(),
        "mine": MINE.keys(),
        "village": dict(villages()).keys(),
        "item": dict(items()).keys(),
        "device": set(devices()),
    }
    for name, choices in known.items():
        if typed[name] and typed[name] not in choices:
            wrong[name] = f"没有“{typed[name]}”，请从列表里选。"
    persons = _persons(typed["person"])
    if typed["person"] and not persons:
        wrong["person"] = f"名册和记录里都没有“{typed['person']}”，请输入完整的姓名或编号。"
    first, last = (days.read(typed[name]) for name in ("since", "until"))
    for name, day in (("since", first), ("until", last)):
        if typed[name] and day is None:
            wrong[name] = days.wrong(typed[name])
    if first is not None and last is not None and last < first:
        wrong["until"] = "结束日期在开始日期之前，请改正。"
        last = None
    return Sought(
        typed,
        wrong,
        persons,
        None if first is None else days.bounds(first)[0],
        None if last is None else days.bounds(last)[1],
    )


def villages() -> list[tuple[str, str]]:
    """(id, name) of every village on the officers' lists."""
    machines = authority.machines().values()
    named = {village: village for village in authority.rosters()}
    return sorted((named | {one.village: one.village_name for one in machines}).items())


def devices() -> list[str]:
    """Every machine that the officers ever named."""
    return sorted(authority.record_keys())


def items() -> list[tuple[str, str]]:
    """(id, Chinese) of the catalogue's items; none before a list was imported."""
    if authority.current() is None:
        return []
    return [(one.id, one.zh) for one in authority.catalogue().items.values()]


def names() -> Mapping[str, Mapping[str, str]]:
    """Field of an entry → id → how people here call it: items, seals and persons."""
    seals = [seal for one in authority.machines().values() for seal in one.seals]
    return {
        "item": dict(items()),
        "seal": {one.id: f"{one.name}（{one.id}）" for one in seals},
        **dict.fromkeys(PERSONS - FREE_WORDS, roster.labels()),
    }


def _persons(typed: str) -> tuple[str, ...]:
    """The ids that a name or an id stands for; somebody off the roster is found by id alone."""
    if not typed:
        return ()
    found = {
        person.id
        for held in authority.rosters().values()
        for person in held.persons.values()
        if typed in (person.id, person.name)
    }
    if not found and RecordPerson.objects.filter(person=typed).exists():
        found = {typed}
    return tuple(sorted(found))
