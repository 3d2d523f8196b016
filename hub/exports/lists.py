"""The lists on which the leaves of a scope rest, inside it and before and after.

Calls `hub.devices.models`, `hub.ingest`, `hub.records.read`, `hub.exports.scope` and `wire`. Memory
grows with machines and lists' names, not with entries.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from hub.devices.models import ListVersion
from hub.exports.scope import Scope
from hub.ingest.models import Erased, Record
from hub.records.read import entry_of
from wire.errors import WireError
from wire.lists import bundle as bundles
from wire.tlog.tiles import WIDTH

NAMED = ("list", "version")
"""Where an entry names a list."""
CHUNK = 500


@dataclass
class Listed:
    """`ours` are the machines whose entries are held, `beside` lists out of the range or of other
    machines, `tiles` those out of the range that name lists or what was erased.
    """

    scope: Scope
    ours: set[str] = field(default_factory=set)
    beside: dict[int, None] = field(default_factory=dict)
    tiles: set[int] = field(default_factory=set)

    def rows(self) -> Iterator[ListVersion]:
        """Each list once, with its bytes."""
        yield from _inside(self.scope).filter(device__in=self.ours).iterator(chunk_size=20)
        for pk in self.beside:
            yield ListVersion.objects.get(pk=pk)


def listed(scope: Scope) -> Listed:
    """Raises nothing: what the hub has lost, the inspector finds missing."""
    made = Listed(scope)
    seqs = _seqs(scope)
    devices = set(seqs) | set(_inside(scope).values_list("device", flat=True).distinct())
    newest = {device: _newest(device, scope.end) for device in sorted(devices)}
    for device, found in newest.items():
        if scope.village is None or (found is not None and _village(found) == scope.village):
            made.ours.add(device)
        elif found is not None:
            _add(made, found)
    if scope.ranged:
        for device in sorted(made.ours):
            _add(made, _newest(device, scope.first))
        _add_named(made)
        _add_erased(made, {device: seqs[device] for device in made.ours & seqs.keys()}, devices)
    return made


def _seqs(scope: Scope) -> dict[str, tuple[int, int]]:
    """Of which machine from which entry to which."""
    found: dict[str, tuple[int, int]] = {}
    for device, seq in _entries(scope).values_list("device", "seq").iterator(chunk_size=CHUNK):
        least, most = found.get(device, (seq, seq))
        found[device] = (min(least, seq), max(most, seq))
    return found


def _add_named(made: Listed) -> None:
    """Lists before the range that its entries name."""
    named: set[tuple[str, int]] = set()
    entries = _entries(made.scope).filter(device__in=made.ours).values_list("envelope", flat=True)
    for envelope in entries.iterator(chunk_size=CHUNK):
        entry = entry_of(bytes(envelope))
        named |= {
            (entry.device, entry.body[name]) for name in NAMED if type(entry.body.get(name)) is int
        }
    for device, version in sorted(named):
        before = ListVersion.objects.filter(leaf_index__lt=made.scope.first)
        _add(made, before.filter(device=device, version=version).defer("bundle").first())


def _add_erased(made: Listed, seqs: dict[str, tuple[int, int]], devices: set[str]) -> None:
    """Leaves after the range by which something of it is erased, with the lists that allowed it."""
    after: set[int] = set()
    for device, (least, most) in seqs.items():
        named = Erased.objects.filter(
            device=device,
            first_seq__lte=most,
            last_seq__gte=least,
            leaf_index__gte=made.scope.end,
            leaf_index__lt=made.scope.size,
        )
        for leaf in named.values_list("leaf_index", flat=True).distinct():
            after.add(int(leaf or 0) // WIDTH)
            last = _newest(device, int(leaf or 0))
            if last is not None and (last.leaf_index or 0) >= made.scope.end:
                after.add((last.leaf_index or 0) // WIDTH)
    for index in sorted(after):
        made.tiles.add(index)
        there = ListVersion.objects.filter(
            leaf_index__gte=index * WIDTH,
            leaf_index__lt=min(made.scope.size, (index + 1) * WIDTH),
            device__in=devices,
        )
        made.beside |= dict.fromkeys(there.values_list("pk", flat=True))


def _add(made: Listed, found: ListVersion | None) -> None:
    if found is None or found.leaf_index is None:
        return
    inside = made.scope.first <= found.leaf_index < made.scope.end
    if not (inside and found.device in made.ours):
        made.beside[found.pk] = None
    if not inside:
        made.tiles.add(found.leaf_index // WIDTH)


def _entries(scope: Scope) -> QuerySet[Record]:
    held = Q(leaf_index__gte=scope.first, leaf_index__lt=scope.end)
    return Record.objects.filter(held).order_by("leaf_index")


def _inside(scope: Scope) -> QuerySet[ListVersion]:
    held = Q(leaf_index__gte=scope.first, leaf_index__lt=scope.end)
    return ListVersion.objects.filter(held).order_by("leaf_index")


def _newest(device: str, before: int) -> ListVersion | None:
    """The last list of that machine before that leaf, without its bytes."""
    known = ListVersion.objects.filter(device=device, leaf_index__lt=before)
    return known.order_by("-leaf_index").defer("bundle").first()


def _village(found: ListVersion) -> str:
    """Whose machine's list it is; empty where it cannot be read."""
    try:
        files = bundles.decode(bytes(found.bundle)).files
    except WireError:
        return ""
    return next((one for one in files if one.endswith("/machines.cbor")), "/").partition("/")[0]
