"""What ingest remembers between batches: gaps already told, openings before their entries.

Calls nothing of ours. Both are bounded; whatever is forgotten is sent again by the machine.
"""

import logging
from collections import OrderedDict
from typing import Final

log = logging.getLogger(__name__)

MOST: Final = 1000


class Waiting:
    """In memory only."""

    def __init__(self) -> None:
        self._told: dict[str, int] = {}
        self._early: OrderedDict[bytes, bytes] = OrderedDict()

    def gap(self, device: str, last: int, seq: int) -> None:
        """Tell once that entries after `last` are missing; the machine sends them again."""
        if self._told.get(device) != last:
            self._told[device] = last
            log.error("%s: entry %d after %d: entries between are missing", device, seq, last)

    def keep(self, name: bytes, openings: bytes) -> None:
        """Openings of an entry that has not arrived."""
        self._early[name] = openings
        if len(self._early) > MOST:
            self._early.popitem(last=False)

    def openings(self, name: bytes) -> bytes | None:
        """Those kept for this entry, once."""
        return self._early.pop(name, None)
