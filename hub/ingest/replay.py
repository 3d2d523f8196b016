"""A database restored from an older copy gets back what the second store kept.

Calls `hub.ingest`, `hub.log`, `hub.devices` and `wire`. All of it comes back under the head that
was published, or none. What the second store never had is lost: openings, and the bundles of lists.
"""

from itertools import islice

from django.db import transaction

from hub.config import Config
from hub.devices import authority, heard
from hub.devices.models import ListVersion
from hub.ingest import erased
from hub.ingest.models import Record
from hub.log import store
from hub.log.second import SecondStore
from hub.log.sequencer import Sequencer
from wire.errors import WireError
from wire.lists import renewal
from wire.lists.leaf import decode_list_leaf
from wire.record import entry, envelope

LOST: bytes = b""
"""The bundle of a list that only the log remembers; its version number is never given again."""


def replay(config: Config, now_ms: int) -> int:
    """Add the missing leaves and their rows; how many. Raises LogBrokenError, changing nothing."""
    second = SecondStore.open(config.state / "second" / "leaves")
    with transaction.atomic():
        tail = list(islice(second.leaves(), store.size(), None))
        first = store.add(tail) if tail else 0
        for index, data in enumerate(tail, first):
            if _list_again(data, index) or erased.again(data, index):
                continue
            if renewal.find(data) is None:
                _record_again(data, index, now_ms)
        Sequencer.open(config).close()
    return len(tail)


def _list_again(data: bytes, index: int) -> bool:
    try:
        leaf = decode_list_leaf(data)
    except WireError:
        return False
    found = ListVersion.objects.filter(device=leaf.device, version=leaf.version)
    if not found.update(leaf_index=index):
        ListVersion.objects.create(
            device=leaf.device,
            version=leaf.version,
            sha256=leaf.sha256,
            bundle=LOST,
            published_ms=0,
            expires_ms=0,
            leaf_index=index,
        )
    return True


def _record_again(data: bytes, index: int, now_ms: int) -> None:
    found = entry.decode(envelope.parse(data).payload)
    machine = authority.machines().get(found.device)
    Record.objects.create(
        device=found.device,
        village="" if machine is None else machine.village,
        seq=found.seq,
        entry_hash=envelope.entry_hash(data),
        envelope=data,
        kind=found.kind,
        wall_ms=found.time.wall,
        leaf_index=index,
        received_ms=now_ms,
    )
    heard.keep([found], found.time.wall)
