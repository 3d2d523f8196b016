"""Where whoever judges entries in their order looks things up. Calls `inspector`."""

from dataclasses import dataclass

from inspector.bundle import Bundle
from inspector.heads import Heads
from inspector.leaf import Leaf, read
from inspector.ledger import Ledger
from inspector.lists import Lists
from inspector.tree import stored_hashes
from wire.tlog import tiles


@dataclass(frozen=True)
class Shelf:
    """The bundle of a log of `size` leaves, its lists and heads, and what was seen of it so far."""

    bundle: Bundle
    lists: Lists
    ledger: Ledger
    heads: Heads
    size: int

    def leaf(self, number: int) -> Leaf:
        """An entry of the log; raises NotVerifiedError."""
        return read(number, self.data(number))

    def data(self, number: int) -> bytes:
        return self.bundle.leaf(number, self.size)

    def find(self, hashed: bytes, before: int) -> int | None:
        """A leaf of that hash before that one, as far as the bundle has leaves."""
        for index in range((before - 1) // tiles.WIDTH, -1, -1):
            start = index * tiles.WIDTH
            width = min(tiles.WIDTH, self.size - start)
            if self.bundle.wanted(index, width):
                hashes = stored_hashes(self.bundle, 0, index, width)[: before - start]
                if hashed in hashes:
                    return start + hashes.index(hashed)
        return None
