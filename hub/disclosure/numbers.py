"""Stamps that share their number: only the whole hash tells them apart. Calls `hub.ingest`."""

from collections.abc import Iterable
from typing import Final

from django.db.models import Q

from hub.ingest.models import Record
from wire.stamp_code import PREFIX_BYTES

_AT_ONCE: Final = 100


def twins(entries: Iterable[bytes | memoryview]) -> frozenset[bytes]:
    """Those numbers (first bytes of the hash) of these stamps that more than one stamp has."""
    wanted = sorted({bytes(one)[:PREFIX_BYTES] for one in entries})
    found: set[bytes] = set()
    twice: set[bytes] = set()
    for at in range(0, len(wanted), _AT_ONCE):
        rows = Record.objects.filter(_of(wanted[at : at + _AT_ONCE]))
        for name, kind in rows.values_list("entry_hash", "kind"):
            prefix = bytes(name)[:PREFIX_BYTES]
            if kind == "stamped":  # asked for by hash alone: there are few, of kinds there are many
                (twice if prefix in found else found).add(prefix)
    return frozenset(twice)


def _of(prefixes: Iterable[bytes]) -> Q:
    asked = Q()
    for one in prefixes:
        first, last = (one + fill * (32 - PREFIX_BYTES) for fill in (b"\x00", b"\xff"))
        asked |= Q(entry_hash__gte=first, entry_hash__lte=last)
    return asked
