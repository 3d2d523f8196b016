"""By which lists entries were judged, as the log and the machines say. Calls `hub.devices.models`,
`hub.ingest.models`, `hub.records.read` and `wire.lists`.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hub.devices.models import Authority, ListVersion
from hub.ingest.models import Record
from hub.records.read import entry_of
from wire.lists import package

Adopted = Mapping[str, Sequence[tuple[int, int, int | None]]]
"""Machine → (seq, version, leaf) of each list that it adopted."""


@dataclass(frozen=True)
class Judged:
    """The lists as the machines got them, and the leaves that say which was in force."""

    bundles: tuple[bytes, ...]
    leaves: frozenset[int]


def of(records: Iterable[Record]) -> Judged:
    """The lists in force at these entries, or at the openings that they belong to."""
    rows = list(records)
    devices = {one.device for one in rows}
    adopted, published = _adopted(devices), _published(devices)
    bundles: dict[int, bytes] = {}
    leaves: set[int] = set()
    for record in rows:
        seq = entry_of(bytes(record.envelope)).body.get("authorised", record.seq)
        before = adopted.get(record.device, ())
        at = bisect_right(before, seq, key=lambda one: one[0])
        version = before[at - 1][1] if at else None
        named = [one for one in published if one.device == record.device]
        listed = next((one for one in named if version in (None, one.version)), None)
        if listed is None or listed.leaf_index is None:
            continue
        bundles[listed.leaf_index] = bytes(listed.bundle)
        leaves.add(listed.leaf_index)
        if at and before[at - 1][2] is not None:
            leaves.add(int(before[at - 1][2] or 0))
    return Judged(tuple(bundles.values()), frozenset(leaves))


def roots() -> tuple[bytes, ...]:
    """The county's roots, the first one first."""
    newest = Authority.objects.order_by("-version").first()
    return package.decode(bytes(newest.package)).roots if newest else ()


def _adopted(devices: Iterable[str]) -> Adopted:
    found: dict[str, list[tuple[int, int, int | None]]] = {}
    rows = Record.objects.filter(kind="list_adopted", device__in=devices).order_by("seq")
    for one in rows:
        version = int(entry_of(bytes(one.envelope)).body["version"])
        found.setdefault(one.device, []).append((one.seq, version, one.leaf_index))
    return found


def _published(devices: Iterable[str]) -> list[ListVersion]:
    """Those in the log, the oldest first; without their bytes until they are asked for."""
    logged = ListVersion.objects.filter(device__in=devices, leaf_index__isnull=False)
    return list(logged.defer("bundle").order_by("version"))
