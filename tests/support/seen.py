"""Entries that name heads which their machine says it saw.

Calls `tests.support` and `wire`. What follows is chained and signed anew, openings beside it too.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from hashlib import sha256

from tests.support.machine import Rig
from tests.support.sealed_log import NAME, SealedLog
from wire.record import commitment, entry
from wire.record.envelope import entry_hash
from wire.tlog import checkpoint, tree
from wire.tlog.checkpoint import Checkpoint

Head = Callable[[list[bytes]], bytes | None]
"""What an entry names, by the leaves before it."""


def head(size: int, name: str = NAME) -> Head:
    """The log's own head of so many leaves."""
    return lambda leaves: named(leaves[:size], name)


def named(leaves: Iterable[bytes], name: str = NAME) -> bytes:
    hashes = [tree.leaf_hash(one) for one in leaves]
    return sha256(checkpoint.encode(Checkpoint(name, len(hashes), tree.root_of(hashes)))).digest()


def see(log: SealedLog, rig: Rig, heads: Mapping[int, Head]) -> SealedLog:
    """The n-th entry of the machine and those after it name that head; all are signed anew."""
    seen, prev, number = None, None, 0
    for place, leaf in enumerate(log.leaves):
        if not leaf.startswith(b"\xd2"):
            continue
        number += 1
        if number in heads:
            seen = heads[number](log.leaves[:place])
        made = entry.open_entry(leaf, rig.core.journal.key)
        made = replace(made, seen=seen, prev=made.prev if prev is None else prev)
        log.leaves[place] = rig.core.journal._signer.sign(entry.encode(made))
        prev = entry_hash(log.leaves[place])
        if (opened := log.openings.pop(entry_hash(leaf), None)) is not None:
            beside = replace(commitment.decode(opened), entry=prev)
            log.openings[prev] = commitment.encode(beside)
    return log
