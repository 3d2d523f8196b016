"""Where whoever judges entries in their order looks things up. Calls `inspector`."""

from dataclasses import dataclass

from inspector.bundle import Bundle
from inspector.leaf import Leaf, read
from inspector.ledger import Ledger
from inspector.lists import Lists


@dataclass(frozen=True)
class Shelf:
    """The bundle of a log of `size` leaves, its lists, and what was seen of it so far."""

    bundle: Bundle
    lists: Lists
    ledger: Ledger
    size: int

    def leaf(self, number: int) -> Leaf:
        """An entry of the log; raises NotVerifiedError."""
        return read(number, self.bundle.leaf(number, self.size))
