"""The stored journals, as ingest asks for them. Calls `hub.ingest` and `wire.record`."""

from collections.abc import Collection, Iterable

from hub.ingest.judge import Last
from hub.ingest.models import Openings, Record
from wire.record import entry, envelope
from wire.record.entry import Entry


def last(device: str) -> Last:
    """The machine's newest record."""
    newest = Record.objects.filter(device=device).order_by("-seq")
    found = newest.values_list("seq", "entry_hash").first()
    return Last() if found is None else Last(found[0], bytes(found[1]))


def stored(device: str, seq: int) -> bytes | None:
    """The hash of the record with that seq."""
    rows = Record.objects.filter(device=device, seq=seq).values_list("entry_hash", flat=True)
    found = rows.first()
    return None if found is None else bytes(found)


def entry_of(name: bytes) -> Entry | None:
    """The stored entry of that hash."""
    rows = Record.objects.filter(entry_hash=name).values_list("envelope", flat=True)
    found = rows.first()
    return None if found is None else entry.decode(envelope.parse(bytes(found)).payload)


def leaves(names: Collection[bytes]) -> dict[bytes, tuple[str, int, int]]:
    """Entry hash → (device, seq, place in the log), for those that have one."""
    rows = Record.objects.filter(entry_hash__in=names, leaf_index__isnull=False)
    found = rows.values_list("entry_hash", "device", "seq", "leaf_index")
    return {bytes(name): (device, seq, index or 0) for name, device, seq, index in found}


def between(first: int, end: int) -> dict[bytes, Entry]:
    """Entry hash → entry, of those that stand at these places in the log."""
    rows = Record.objects.filter(leaf_index__gte=first, leaf_index__lt=end)
    found = rows.values_list("entry_hash", "envelope")
    return {bytes(name): entry.decode(envelope.parse(bytes(data)).payload) for name, data in found}


def opened(names: Iterable[bytes]) -> set[bytes]:
    """Those of the entries whose openings are held."""
    rows = Openings.objects.filter(entry_hash__in=list(names))
    return {bytes(name) for name in rows.values_list("entry_hash", flat=True)}
