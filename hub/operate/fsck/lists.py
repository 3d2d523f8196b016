"""Lists: each bundle is the one that its hash names. Calls `hub.devices.models`."""

import hashlib
from collections.abc import Iterator

from hub.devices.models import ListVersion
from hub.ingest.replay import LOST
from hub.operate.fsck.faults import Fault


def examine() -> Iterator[Fault]:
    """Every published list."""
    rows = ListVersion.objects.order_by("device", "version")
    for one in rows.iterator(chunk_size=50):
        place, data = f"{one.device}/list/{one.version}", bytes(one.bundle)
        if data == LOST:
            yield Fault("list_lost", place)
        elif hashlib.sha256(data).digest() != bytes(one.sha256):
            yield Fault("list_differs", place)
