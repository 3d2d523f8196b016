"""Signed heads: in the table, published, cosigned, and those that witnesses have seen.

Calls `hub.{log,devices.authority,operate.ahead}` and `wire.tlog`.
"""

from collections.abc import Iterator
from pathlib import Path

from django.core.exceptions import ObjectDoesNotExist

from hub.devices import authority
from hub.devices.authority import NoAuthorityError
from hub.log import published, store
from hub.log.keys import LogKey
from hub.log.models import Told
from hub.operate import ahead
from hub.operate.fsck.faults import Fault
from wire.errors import WireError
from wire.tlog import cosignature, note, tree


def examine(key: LogKey, public: Path) -> Iterator[Fault]:
    """Each head's signature, and its root against the leaves, which are counted last: a hub at work
    goes on.
    """
    told = Told.objects.filter(id=1).first()
    head, cosigned = store.head(), store.cosigned()
    shown = published.read_checkpoint(public)
    size = store.size()
    if head is None:
        if size:
            yield Fault("head_missing", "log_head")
        return
    yield from _one(key, "log_head", bytes(head.checkpoint), size)
    if shown is None:
        yield Fault("head_unpublished", published.CHECKPOINT)
    else:
        yield from _one(key, published.CHECKPOINT, shown, size)
    if cosigned is not None:
        data = bytes(cosigned.checkpoint)
        yield from _one(key, "log_cosigned", data, size)
        yield from _seen(data)
    if told is not None and told.size > (0 if cosigned is None else cosigned.size):
        yield Fault("told_beyond", f"leaf {told.size - 1}")
    for witness, beyond in ahead.unmet(key.name):
        yield Fault("witness_ahead", f"{witness} {beyond}")


def _one(key: LogKey, where: str, data: bytes, size: int) -> Iterator[Fault]:
    try:
        found = key.open(data)
    except WireError:
        yield Fault("head_false", where)
        return
    if found.size > size:
        yield Fault("head_beyond", f"{where} {found.size}")
    elif _root(found.size) != found.root:
        yield Fault("head_differs", f"{where} {found.size}")


def _root(size: int) -> bytes | None:
    """None where a leaf or a node is missing."""
    try:
        return tree.root(size, store.Hashes())
    except ObjectDoesNotExist:
        return None


def _seen(data: bytes) -> Iterator[Fault]:
    try:
        policy = authority.policy()
        named = [note.verifier(key) for key in policy.witnesses]
        if len(cosignature.count(note.parse(data), named)) < policy.quorum:
            yield Fault("cosigned_short", "log_cosigned")
    except NoAuthorityError:
        return
