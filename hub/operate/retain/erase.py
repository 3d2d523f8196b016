"""Erases what the log says, once the county's witnesses have seen that it does.

Calls `hub.{approvals,blobs,devices,ingest,log,reading,records}`, `retain.frozen` and `wire`.
A photo goes when no entry and no application names it any more; what somebody holds fast meanwhile
stays, and is tried again.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from hub.approvals.models import Subject
from hub.blobs import store as blobs
from hub.blobs.models import Blob
from hub.devices import authority
from hub.devices.authority import NoAuthorityError
from hub.ingest import erased as named
from hub.ingest.models import Erased, Openings, Record
from hub.log import store
from hub.operate.retain.frozen import frozen
from hub.operate.retain.plan import KINDS, PORTION
from hub.reading.models import Reading
from hub.records import index
from wire.approval import draft, subject
from wire.errors import WireError
from wire.lists.erased import OPENINGS, PASSING, PHOTOS
from wire.record import commitment
from wire.record.commitment import OpeningSet
from wire.record.kinds import DOCUMENTS
from wire.record.kinds import PHOTOS as PHOTO_FIELDS

Place = tuple[str, int]
"""Machine and seq."""


@dataclass(frozen=True)
class Done:
    """So many photos and openings are gone; `held` entries somebody holds fast."""

    photos: int
    openings: int
    held: int


def erase(now_ms: int) -> Done:
    """Everything that is said and seen; photos first, for openings name them."""
    photos, openings, held = 0, 0, 0
    for what in (PHOTOS, OPENINGS):
        rows = list(Erased.objects.filter(what=what, leaf_index__lt=_seen(), done_ms=None))
        entries, kept = _entries(rows)
        photos += _photos(entries, kept, what)
        openings += _openings(entries) if what == OPENINGS else 0
        held += len(kept)
        done = [one.pk for one in rows if not _holds(one, kept)]
        Erased.objects.filter(pk__in=done).update(done_ms=now_ms)
    return Done(photos, openings, held)


def _seen() -> int:
    """So many leaves everybody whom the policy asks has seen."""
    try:
        quorum = authority.policy().quorum
    except NoAuthorityError:
        return 0
    head = store.cosigned() if quorum else store.head()
    return 0 if head is None else head.size


def _entries(rows: Collection[Erased]) -> tuple[list[bytes], set[Place]]:
    """(hashes of the entries whose things go, places of those that are held fast)."""
    entries: list[bytes] = []
    kept: set[Place] = set()
    for row in rows:
        span = {"seq__gte": row.first_seq, "seq__lte": row.last_seq}
        found = Record.objects.filter(device=row.device, kind__in=KINDS[row.what], **span)
        places = {bytes(name): seq for name, seq in found.values_list("entry_hash", "seq")}
        for some in _portions(list(places)):
            held = frozen(some)
            kept |= {(row.device, places[name]) for name in held}
            entries += [name for name in some if name not in held]
    return entries, kept


def _holds(row: Erased, kept: Collection[Place]) -> bool:
    return any(
        device == row.device and row.first_seq <= seq <= row.last_seq for device, seq in kept
    )


def _photos(entries: list[bytes], kept: Collection[Place], what: str) -> int:
    """Remove the photos that only these entries name, and what was read from them."""
    found: set[bytes] = set()
    for some in _portions(entries):
        for held in _opened(some):
            found |= set(_named(held, what))
        Reading.objects.filter(entry_hash__in=some).update(differences=[])
    if not found:
        return 0
    gone = found - _needed(found, kept, set(entries) if what == OPENINGS else set())
    count = 0
    for some in _portions(sorted(gone)):
        here = Blob.objects.filter(sha256__in=some, kind="photo")
        for name in list(here.values_list("sha256", flat=True)):
            blobs.remove(bytes(name))
            count += 1
    return count


def _openings(entries: list[bytes]) -> int:
    count = 0
    for some in _portions(entries):
        index.forget(some)
        count += Openings.objects.filter(entry_hash__in=some).delete()[0]
    return count


def _needed(photos: set[bytes], kept: Collection[Place], going: set[bytes]) -> set[bytes]:
    """Those that an application names, or an entry whose photos the log does not say erased, or
    that somebody holds fast.
    """
    said, needed = named.Named(), set[bytes]()
    for data in Subject.objects.values_list("data", flat=True).iterator():
        needed |= photos & set(_pages(bytes(data)))
    for row in Openings.objects.iterator(chunk_size=1000):
        if bytes(row.entry_hash) in going:
            continue
        held = commitment.decode(bytes(row.data))
        lasting = set(_named(held, OPENINGS))
        place = (held.device, held.seq)
        if place not in kept and said.holds(PHOTOS, *place):
            lasting -= set(_named(held, PHOTOS))
        needed |= photos & lasting
    return needed


def _opened(entries: list[bytes]) -> Iterator[OpeningSet]:
    rows = Openings.objects.filter(entry_hash__in=entries).values_list("data", flat=True)
    return (commitment.decode(bytes(data)) for data in rows)


def _named(held: OpeningSet, what: str) -> Iterator[bytes]:
    """Photos that pass with the entry's photos, or all that its openings name."""
    fields = PASSING if what == PHOTOS else PHOTO_FIELDS
    for one in held.openings:
        if not isinstance(one.value, bytes):
            continue
        if one.field in fields:
            yield one.value
        elif what == OPENINGS and one.field in DOCUMENTS:
            yield from draft.decode(one.value).pages


def _pages(data: bytes) -> tuple[bytes, ...]:
    try:
        return subject.decode(data).pages
    except WireError:
        return ()


def _portions(names: list[bytes]) -> Iterator[list[bytes]]:
    for first in range(0, len(names), PORTION):
        yield names[first : first + PORTION]
