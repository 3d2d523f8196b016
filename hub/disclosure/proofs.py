"""Proof files of leaves and stamps, under the heads as they stand. Calls `hub.log`, `hub.records`
and `wire`. Reads only.
"""

from collections.abc import Sequence
from functools import lru_cache

from hub.log import store
from hub.log.models import Cosigned, Head, Leaf
from hub.log.store import Hashes
from hub.records.notices import Source
from wire import stamp_proof
from wire.stamp_proof import LoggedEntry, StampParts
from wire.tlog import note, proof, proof_file
from wire.tlog.proof_file import ProofFile


class Heads:
    """The cosigned head and the signed one, read once; what lies under them can be proved."""

    def __init__(self) -> None:
        self._cosigned, self._signed = store.cosigned(), store.head()
        self._hashes = _hashes(_log())

    @property
    def seen(self) -> int:
        """So many leaves the county's witnesses saw."""
        return 0 if self._cosigned is None else int(self._cosigned.size)

    @property
    def size(self) -> int:
        """So many leaves the signed head has."""
        return 0 if self._signed is None else int(self._signed.size)

    @property
    def key(self) -> str:
        """The id of the key that signed it."""
        if self._signed is None:
            return ""
        return note.parse(bytes(self._signed.checkpoint)).signatures[0].key_id.hex()

    def hold(self, parts: Sequence[Source]) -> bool:
        """Whether all of these can be proved."""
        return all(one.leaf_index is not None and one.leaf_index < self.size for one in parts)

    def witnessed(self, parts: Sequence[Source]) -> bool:
        """Whether the county's witnesses saw all of these."""
        return all(one.leaf_index is not None and one.leaf_index < self.seen for one in parts)

    def leaf(self, index: int) -> bytes:
        """The proof file (C2SP tlog-proof) of one leaf, which there is."""
        return proof_file.encode(self._under(self._over([index]), index))

    def stamp(self, parts: Sequence[Source]) -> bytes:
        """A stamp's proof file: of its end, its opening and, if there is one, its correction."""
        indexes = [one.leaf_index or 0 for one in parts]
        head = self._over(indexes)
        main, *beside = (self._under(head, index) for index in indexes)
        opening, *voids = (
            LoggedEntry(part.envelope, one.index, one.hashes)
            for part, one in zip(parts[1:], beside, strict=True)
        )
        held = StampParts(parts[0].envelope, opening, voids[0] if voids else None)
        return stamp_proof.encode(main, held)

    def _over(self, indexes: Sequence[int]) -> Cosigned | Head:
        """The head under which all of these stand, the cosigned one where it has them all."""
        heads = [one for one in (self._cosigned, self._signed) if one is not None]
        return next(one for one in heads if max(indexes) < one.size)

    def _under(self, head: Cosigned | Head, index: int) -> ProofFile:
        path = proof.inclusion(index, head.size, self._hashes)
        return ProofFile(index, tuple(path), bytes(head.checkpoint))


def _log() -> bytes:
    """What tells this log from another, before it or in another database: its first leaf."""
    found = Leaf.objects.filter(index=0).values_list("hash", flat=True).first()
    return b"" if found is None else bytes(found)


@lru_cache(maxsize=1)
def _hashes(_log: bytes) -> Hashes:
    """What was read of a log once is kept: it never changes."""
    return Hashes()
