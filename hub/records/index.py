"""Finds records by item, seal, application and person: an index beside them, made in batches.

Calls `hub.ingest.models` and `hub.records.{models,read}`. `sealhub alarms` makes it, and nothing
waits for it: a list that is narrowed by it says how far it has come.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import Max, Model, Q

from hub.ingest.models import Openings, Record
from hub.records.models import Bookmark, RecordIndex, RecordPerson
from hub.records.read import entry_of, opened
from wire.record.entry import Entry
from wire.record.kinds import PERSONS

BATCH: Final = 500
FREE_WORDS: Final = frozenset({"demander"})
"""Fields of PERSONS that name no person of a roster."""

Place = tuple[str, int]


def step() -> bool:
    """Index the next rows; whether there may be more."""
    more = [follow("index.records", Record, _records), follow("index.openings", Openings, _persons)]
    return any(more)


def follow(reader: str, kind: type[Model], take: Callable[[Sequence[Any]], None]) -> bool:
    """Hand `take` the next rows of an append-only table, once each; whether there may be more.

    What `take` writes and how far the reader has come are one transaction.
    """
    with transaction.atomic():
        mark, _ = Bookmark.objects.get_or_create(reader=reader, defaults={"row": 0})
        rows = list(kind._default_manager.filter(pk__gt=mark.row).order_by("pk")[:BATCH])  # noqa: SLF001
        if rows:
            take(rows)
            mark.row = rows[-1].pk
            mark.save()
    return len(rows) == BATCH


def behind() -> int:
    """How many of the newest records are not indexed yet."""
    newest = Record.objects.aggregate(Max("id"))["id__max"] or 0
    mark = Bookmark.objects.filter(reader="index.records").values_list("row", flat=True).first()
    return max(0, int(newest - (mark or 0)))


def forget(entry_hashes: Collection[bytes]) -> None:
    """The openings of these entries were erased: so is what was known from them."""
    RecordPerson.objects.filter(record__entry_hash__in=list(entry_hashes)).delete()


def grant_of(record: Record) -> bytes | None:
    """The application that it is about, read off the entry and its opening, indexed or not."""
    found = entry_of(bytes(record.envelope))
    opening = _authorised([(record, found)]).get((found.device, found.body.get("authorised", 0)))
    grant: bytes | None = found.body.get("grant") or (opening or {}).get("grant")
    return grant


def _records(rows: Sequence[Record]) -> None:
    entries = [(row, entry_of(bytes(row.envelope))) for row in rows]
    opening = _authorised(entries)
    made = []
    for row, entry in entries:
        body = {**opening.get((entry.device, entry.body.get("authorised", 0)), {}), **entry.body}
        item, seal, grant = body.get("item", ""), body.get("seal", ""), body.get("grant")
        if item or seal or grant:
            made.append(
                RecordIndex(record=row, device=entry.device, item=item, seal=seal, grant=grant)
            )
    RecordIndex.objects.bulk_create(made, ignore_conflicts=True)


def _authorised(
    entries: Iterable[tuple[Record, Entry]],
) -> Mapping[Place, Mapping[str, Any]]:
    """(device, seq) → body of the opening that an entry of these belongs to."""
    named = [(one.device, one.body["authorised"]) for _, one in entries if "authorised" in one.body]
    return {place: entry_of(data).body for place, data in at(named).items()}


def at(places: Iterable[Place]) -> Mapping[Place, bytes]:
    """(device, seq) → envelope of the record there, for those that are here."""
    wanted: dict[str, list[int]] = {}
    for device, seq in places:
        wanted.setdefault(device, []).append(seq)
    if not wanted:
        return {}
    asked = Q()
    for device, seqs in wanted.items():
        asked |= Q(device=device, seq__in=seqs)
    found = Record.objects.filter(asked).values_list("device", "seq", "envelope")
    return {(device, seq): bytes(data) for device, seq, data in found}


def _persons(rows: Sequence[Openings]) -> None:
    beside = {bytes(one.entry_hash): bytes(one.data) for one in rows}
    made = []
    for record in Record.objects.filter(entry_hash__in=beside):
        name = bytes(record.entry_hash)
        values = opened(entry_of(bytes(record.envelope)), name, beside[name]).values
        persons = {values[field] for field in PERSONS - FREE_WORDS if field in values}
        made += [
            RecordPerson(record=record, person=str(person)) for person in sorted(map(str, persons))
        ]
    RecordPerson.objects.bulk_create(made, ignore_conflicts=True)
