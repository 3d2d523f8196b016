"""What a case's items lead to: their records with all of their applications, openings and photos.

Calls `hub.applications`, `hub.ingest`, `hub.records` (their tables) and `hub.cases.models`.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from django.db.models import QuerySet

from hub.applications.models import Filed
from hub.cases.models import Case, CaseItem
from hub.ingest.models import Openings, Record
from hub.records.models import RecordIndex
from hub.records.read import entry_of, opened
from wire.approval import subject

CHUNK: Final = 500


def entries(cases: QuerySet[Case]) -> set[bytes]:
    """The hashes of those that were gathered, of those that alarms cite, and of all that belong to
    the same applications.
    """
    items = CaseItem.objects.filter(case__in=cases)
    named = items.filter(entry_hash__isnull=False).values_list("entry_hash", flat=True)
    grants = items.filter(grant__isnull=False).values("grant")
    beside = RecordIndex.objects.filter(grant__in=grants)
    return {
        bytes(one)
        for found in (named, beside.values_list("record__entry_hash", flat=True))
        for one in found
        if one is not None
    }


def pages(cases: QuerySet[Case]) -> set[bytes]:
    """The approved pages of those applications, by their SHA-256."""
    grants = CaseItem.objects.filter(case__in=cases, grant__isnull=False).values("grant")
    filed = Filed.objects.filter(subject__hash__in=grants).values_list("subject__data", flat=True)
    return {name for data in filed for name in subject.decode(bytes(data)).pages}


def records(names: Iterable[bytes]) -> Iterator[tuple[Record, bytes | None]]:
    """The records of these hashes, each with its openings where they are held."""
    left = iter(sorted(names))
    while some := list(islice(left, CHUNK)):
        rows = Openings.objects.filter(entry_hash__in=some).values_list("entry_hash", "data")
        beside = {bytes(name): bytes(data) for name, data in rows}
        for record in Record.objects.filter(entry_hash__in=some):
            yield record, beside.get(bytes(record.entry_hash))


def photos(record: Record, openings: bytes | None) -> tuple[bytes, ...]:
    """What the openings name, by its SHA-256."""
    found = entry_of(bytes(record.envelope))
    return opened(found, bytes(record.entry_hash), openings).photos
