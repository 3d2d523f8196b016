"""Records: signed by their machine, unbroken, opened by what fits; and the receipts they would get.

Calls `hub.{blobs,devices,ingest,log}` and `wire`.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from django.core.exceptions import ObjectDoesNotExist

from hub.blobs.models import Blob
from hub.devices import authority
from hub.ingest import judge
from hub.ingest.erased import Named
from hub.ingest.judge import Last
from hub.ingest.models import Openings, Record
from hub.log import store
from hub.log.store import NotLoggedError
from hub.operate.fsck.faults import Fault
from wire.errors import WireError
from wire.lists.erased import PASSING, PHOTOS
from wire.record import commitment, entry, envelope, kinds
from wire.record.commitment import OpeningSet
from wire.record.entry import Entry
from wire.tlog import proof_file
from wire.tlog.note import Verifier

PORTION: Final = 500


def examine(log: Verifier) -> Iterator[Fault]:
    """Machine after machine, in the order of their entries."""
    keys = authority.record_keys()
    for device in Record.objects.values_list("device", flat=True).distinct().order_by("device"):
        last = Last()
        for rows in _portions(device):
            found: dict[bytes, Entry] = {}
            for row in rows:
                place = f"{device}/{row.seq}"
                if row.leaf_index is None:
                    yield Fault("record_unlogged", place)
                one = _verified(bytes(row.envelope), device, keys.get(device, ()))
                name = envelope.entry_hash(bytes(row.envelope))
                if one is None or name != bytes(row.entry_hash) or one.seq != row.seq:
                    yield Fault("record_false", place)
                elif (one.seq, one.prev) != (last.seq + 1, last.hash):
                    yield Fault("record_chain", place)
                if one is not None:
                    found[name] = one
                last = Last(row.seq, name)
            yield from _opened(found)
        yield from _receipt(device, log)


def _portions(device: str) -> Iterator[Sequence[Record]]:
    last = 0
    while rows := list(
        Record.objects.filter(device=device, seq__gt=last).order_by("seq")[:PORTION]
    ):
        yield rows
        last = rows[-1].seq


def _verified(data: bytes, device: str, keys: judge.Keys) -> Entry | None:
    try:
        kid = envelope.parse(data).kid
        key = next(one for one in keys if one.kid == kid)
        found = entry.open_entry(data, key)
    except (WireError, StopIteration):
        return None
    return found if found.device == device else None


def _opened(entries: dict[bytes, Entry]) -> Iterator[Fault]:
    """What opens the entries' commitments, and whether the photos that it names are here."""
    held = dict(
        Openings.objects.filter(entry_hash__in=list(entries)).values_list("entry_hash", "data")
    )
    opened = {bytes(name): bytes(data) for name, data in held.items()}
    photos: dict[bytes, tuple[str, bool]] = {}
    gone = Named()
    for name, found in entries.items():
        place = f"{found.device}/{found.seq}"
        if name not in opened:
            if judge.committed(found) and not gone.unopened(found):
                yield Fault("openings_waiting", place)
            continue
        if gone.unopened(found):
            yield Fault("erased_here", place)
        try:
            openings = commitment.decode(opened[name])
            judge.check_openings(openings, found)
        except WireError:
            yield Fault("openings_false", place)
            continue
        erased = gone.holds(PHOTOS, found.device, found.seq)
        for field, photo in _photos(openings):
            photos[photo] = (place, erased and field in PASSING)
    rows = Blob.objects.filter(sha256__in=list(photos)).values_list("sha256", flat=True)
    here = {bytes(one) for one in rows}
    for photo, (place, erased) in photos.items():
        if erased == (photo in here):
            code = "erased_here" if erased else "photo_waiting"
            yield Fault(code, f"{place} {photo.hex()}")


def _photos(openings: OpeningSet) -> Iterator[tuple[str, bytes]]:
    for one in openings.openings:
        if one.field in kinds.PHOTOS and isinstance(one.value, bytes):
            yield one.field, one.value


def _receipt(device: str, log: Verifier) -> Iterator[Fault]:
    """The machine's newest entry under the signed head can be proved."""
    head = store.head()
    size = 0 if head is None else head.size
    newest = Record.objects.filter(device=device, leaf_index__lt=size).order_by("-seq").first()
    if newest is None or newest.leaf_index is None:
        return
    try:
        proof = proof_file.decode(store.proof_file(newest.leaf_index))
        proof_file.verify(proof, bytes(newest.entry_hash), log=log, witnesses=(), quorum=0)
    except (WireError, NotLoggedError, ObjectDoesNotExist):
        yield Fault("receipt_false", f"{device}/{newest.seq}")
