"""Receipts: proofs that the log answers for an entry. Calls `hub.ingest`, `hub.log.store`, `wire`.

An entry with commitments gets none before its openings are held, too, unless the log says that they
are erased: a receipt lets the machine forget both.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from hub.ingest import erased, journal, judge
from hub.log import store
from wire import messages, topics
from wire.record.entry import Entry

MOST: Final = 128
"""Receipts in one message: a proof has 3 kB in the largest of logs."""


def due(entries: Mapping[bytes, Entry], known: store.Hashes) -> Iterator[tuple[str, bytes]]:
    """(topic, payload) of the receipts for those of the entries that are complete."""
    wanting = {name for name, found in entries.items() if judge.committed(found)}
    waiting, gone = wanting - journal.opened(wanting), erased.Named()
    complete = entries.keys() - {name for name in waiting if not gone.unopened(entries[name])}
    places = journal.leaves(complete)
    proofs = store.proof_files((index for _, _, index in places.values()), known)
    by_device: dict[str, list[tuple[int, bytes]]] = {}
    for device, seq, index in sorted(places.values()):
        by_device.setdefault(device, []).append((seq, proofs[index]))
    for device, receipts in by_device.items():
        for first in range(0, len(receipts), MOST):
            some = receipts[first : first + MOST]
            yield topics.down(device, "receipt"), messages.encode_receipts(some)
