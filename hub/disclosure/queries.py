"""What the public pages read: records, the log and the officers' lists. No staff table.

Calls `hub.ingest`, `hub.devices.authority`, `hub.records`, `wire.matters` and its siblings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.paginator import Page, Paginator

from hub.clock import moment, now_ms
from hub.devices import authority
from hub.disclosure import stamps
from hub.disclosure.ledger import ENDS, Line, lines, months
from hub.ingest.models import Record
from hub.records import notices
from hub.records.notices import Outside, Source, Void
from wire.lists.content import Item, Machine
from wire.lists.villages import FormerVillage
from wire.lists.villages import before as before_it
from wire.matters import words
from wire.record.words import STATES

PER_PAGE: Final = 20


@dataclass(frozen=True)
class Village:
    """One that there is, or one that `ended`: its records stay under its own address."""

    id: str
    name: str
    machines: tuple[Machine, ...]
    ended: FormerVillage | None = None

    @property
    def since(self) -> datetime | None:
        return None if self.ended is None else moment(self.ended.since_ms)


def villages() -> list[Village]:
    """Every village with a machine, by the officers' lists; then those that ended."""
    found: dict[str, list[Machine]] = {}
    for machine in authority.machines().values():
        found.setdefault(machine.village, []).append(machine)
    over = {one.id: one for one in _former() if not one.renamed}
    there = [
        Village(name, of[0].village_name, tuple(of))
        for name, of in sorted(found.items())
        if name not in over
    ]
    return there + [
        Village(name, one.name, tuple(found.get(name, ())), one)
        for name, one in sorted(over.items())
    ]


def village(name: str) -> Village | None:
    return next((one for one in villages() if one.id == name), None)


def heirs(where: Village) -> list[Village]:
    """The villages that came after one that ended."""
    into = () if where.ended is None else where.ended.into
    return [one for one in villages() if one.id in into]


def before(where: Village) -> list[tuple[FormerVillage, datetime]]:
    """The villages and names that went into one, with when."""
    found = before_it(_former(), where.id, now_ms())
    return [(one, moment(one.since_ms)) for one in found]


def _former() -> list[FormerVillage]:
    """Those of the policy that have ended, or been renamed, by now."""
    if authority.current() is None:
        return []
    now = now_ms()
    return [one for one in authority.policy().former_villages if one.since_ms <= now]


def openings(where: Village, number: str | None) -> tuple[Page[Record], list[dict[str, object]]]:
    """One page of a village's openings, newest first, and the lines that the template shows."""
    records = Record.objects.filter(village=where.id, kind="authorised")
    page = Paginator(records.order_by("-wall_ms", "-seq", "device"), PER_PAGE).get_page(number)
    shown = list(page.object_list)
    return page, _told(where, lines([_source(record) for record in shown], _endings(shown)))


def stamp(stamped: Record) -> tuple[Village, dict[str, object]] | None:
    """One stamp and its village; None where the officers' lists name that village no more."""
    where = village(stamped.village)
    if where is None:
        return None
    made = lines([_source(stamps.authorised(stamped))], [_source(stamped)])
    return where, _told(where, made)[0]


def outside(where: Village) -> list[dict[str, object]]:
    """Uses of a village's seals outside its machines, newest first."""
    seals = _seals(where)
    found = notices.outside(_of_kind(where, "outside_use"))
    return [_outside(one, seals) for one in found]


def sums(where: Village) -> list[tuple[str, int]]:
    """(yyyy-mm, stamps) of a village, newest month first."""
    stamped = Record.objects.filter(village=where.id, kind="stamped")
    zone = ZoneInfo(settings.TIME_ZONE)
    return months(stamped.values_list("wall_ms", flat=True).iterator(), zone)


def items_of(cls: str) -> list[Item]:
    """The catalogue's items of one class (allowed, forbidden, escalate), in its order."""
    return [item for item in authority.catalogue().items.values() if item.cls == cls]


def asked_for(where: Village) -> dict[str, Item]:
    """By id, what a villager may ask for there today: allowed, in force, with a seal for it."""
    if where.ended is not None:
        return {}
    now = now_ms()
    kinds = {seal.kind for machine in where.machines for seal in machine.seals}
    allowed = (one for one in items_of("allowed") if one.in_force(now))
    return {one.id: one for one in allowed if kinds & {*one.seals}}


def approvals_of(item: Item) -> str:
    """Which offices approve it, by amount where that differs; nobody's name."""
    offices = authority.policy().offices
    chain, bands = words.shown(item.chain, offices), words.shown(item.bands, offices)
    return f"{chain}；{bands}" if item.bands else chain


@dataclass(frozen=True)
class _Notices:
    """What corrections and emergencies of a village say of its openings."""

    voids: Mapping[tuple[str, int], Void]
    emergencies: frozenset[tuple[str, bytes]]

    def of(self, line: Line) -> dict[str, object]:
        """Whether it is void, is in another's place, or was an emergency; its fingerprint then."""
        replaces = line.grant in {one.replacement for one in self.voids.values()}
        return {
            "void": None if line.end is None else self.voids.get((line.device, line.end)),
            "replaces": notices.fingerprint(line.grant) if replaces else "",
            "emergency": (line.device, line.grant) in self.emergencies,
        }


def _told(where: Village, made: Sequence[Line]) -> list[dict[str, object]]:
    """The lines in words, with what later entries say of them."""
    items = authority.catalogue().items
    seals = _seals(where)
    known = _Notices(
        notices.voids(_of_kind(where, "correction")),
        notices.emergencies(_of_kind(where, "emergency")),
    )
    return [{**_shown(line, items, seals), **known.of(line)} for line in made]


def _of_kind(where: Village, kind: str) -> list[Source]:
    records = Record.objects.filter(village=where.id, kind=kind).order_by("-wall_ms", "-seq")
    return [_source(record) for record in records]


def _seals(where: Village) -> dict[tuple[str, str], str]:
    return {(m.device, seal.id): seal.name for m in where.machines for seal in m.seals}


def _outside(one: Outside, seals: Mapping[tuple[str, str], str]) -> dict[str, object]:
    return {
        "at": moment(one.used_ms),
        "seal": seals.get((one.device, one.seal), one.seal),
        "register": one.register,
        "impressions": one.impressions,
        "leaf_index": one.leaf_index,
    }


def _endings(openings: Sequence[Record]) -> list[Source]:
    """The ends of these openings: each lies between its opening and the machine's next one."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for record in openings:
        first[record.device] = min(record.seq, first.get(record.device, record.seq))
        last[record.device] = max(record.seq, last.get(record.device, record.seq))
    found: list[Source] = []
    for device, seq in first.items():
        own = Record.objects.filter(device=device)
        ends = own.filter(kind__in=ENDS, seq__gt=seq)
        after = own.filter(kind="authorised", seq__gt=last[device]).order_by("seq").first()
        found += map(_source, ends if after is None else ends.filter(seq__lt=after.seq))
    return found


def _source(record: Record) -> Source:
    return Source(bytes(record.envelope), record.leaf_index)


def _shown(
    line: Line, items: Mapping[str, Item], seals: Mapping[tuple[str, str], str]
) -> dict[str, object]:
    item = items.get(line.item)
    return {
        "at": moment(line.wall_ms),
        "item": line.item if item is None else item.zh,
        "item_en": "" if item is None else item.en,
        "seal": seals.get((line.device, line.seal), line.seal),
        "sheet": line.sheet,
        "state": line.state,
        "words": STATES[line.state],
        "leaf_index": line.leaf_index,
        "stamp": None if line.stamp is None else line.stamp.hex(),
        "grant": notices.fingerprint(line.grant),
    }
