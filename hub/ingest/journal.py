"""The stored journals, as ingest asks for them.

Calls `hub.ingest`, `hub.devices.models` and `wire`.
"""

from collections.abc import Collection, Iterable

from django.db.models import Exists, OuterRef

from hub.devices.models import ListVersion
from hub.ingest.judge import Last
from hub.ingest.models import Conflict, Openings, Record
from wire.lists import bundle, content
from wire.lists.content import Machines
from wire.record import entry, envelope
from wire.record.entry import Entry
from wire.sig import PublicKey


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


def key_in_force(device: str) -> PublicKey | None:
    """The record key that the list adopted last names; None before the first, and where only the
    log remembers that list.
    """
    adopted = Record.objects.filter(device=device, kind="list_adopted").order_by("-seq")
    data = adopted.values_list("envelope", flat=True).first()
    if data is None:
        return None
    found = entry.decode(envelope.parse(bytes(data)).payload)
    return listed_key(device, int(found.body["version"]))


def listed_key(device: str, version: int) -> PublicKey | None:
    """The record key that this list of the machine names; None where its bundle is not held."""
    rows = ListVersion.objects.filter(device=device, version=version)
    data = bytes(rows.values_list("bundle", flat=True).first() or b"")
    if not data:
        return None
    files = bundle.decode(data).files
    path = next(path for path in files if path.endswith("/machines.cbor"))
    return content.decode(Machines, files[path]).machines[device].key


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


def disputed(names: Collection[bytes]) -> set[bytes]:
    """Those of the entries whose place another entry claims."""
    rows = Record.objects.filter(entry_hash__in=list(names))
    places = Conflict.objects.filter(device=OuterRef("device"), seq=OuterRef("seq"))
    found = rows.filter(Exists(places)).values_list("entry_hash", flat=True)
    return {bytes(name) for name in found}
