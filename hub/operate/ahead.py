"""Heads of this log that witnesses showed and the database does not lead to.

Calls `hub.log` and `wire.tlog`. What they showed of a log before this one, or what the database has
got back since, is no trouble any more; the rows stay as evidence.
"""

from collections.abc import Iterator

from django.core.exceptions import ObjectDoesNotExist

from hub.log import store
from hub.log.models import Ahead
from wire.tlog import checkpoint, note, tree


def unmet(log_name: str) -> Iterator[tuple[str, int]]:
    """(witness, size of the head)."""
    for found in Ahead.objects.order_by("id"):
        head = checkpoint.decode(note.parse(bytes(found.checkpoint)).text)
        if head.origin == log_name and not _leads_to(head.size, head.root):
            yield found.witness, head.size


def _leads_to(size: int, root: bytes) -> bool:
    try:
        return size <= store.size() and tree.root(size, store.Hashes()) == root
    except ObjectDoesNotExist:
        return False
