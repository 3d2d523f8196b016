"""What follows from the witnesses' cosignatures: they are published, and machines get receipts that
count.

Calls `hub.ingest`, `hub.log`, `hub.devices.authority` and `hub.config`. Nothing here waits for a
witness, but the start: what a witness holds of this log is looked at before anything is signed.
"""

import logging
import time
from collections.abc import Iterator
from typing import Final

from hub.config import Config
from hub.devices import authority
from hub.devices.authority import NoAuthorityError
from hub.ingest import journal, receipts
from hub.log import store
from hub.log.models import Told, Witness
from hub.log.sequencer import Sequencer
from wire.errors import WireError
from wire.tlog import note

log = logging.getLogger(__name__)

WAIT_S: Final = 5.0
POLL_S: Final = 0.05
PORTION: Final = 1000
"""Leaves whose receipts are sent at once. Where receipts begin to need witnesses, so many of the
last ones are sent again; machines ask for older ones.
"""


class Witnessed:
    """Follows the cosigned head from where it last stopped."""

    def __init__(self, log: Sequencer) -> None:
        self._log = log
        self._shown = b""

    def step(self) -> Iterator[tuple[str, bytes]]:
        """(topic, payload) of receipts to send now; raises LogBrokenError."""
        self._log.check_ahead()
        found = store.cosigned()
        if found is None:
            return
        if bytes(found.checkpoint) != self._shown:
            self._log.show_cosigned()
            self._shown = bytes(found.checkpoint)
        told, _ = Told.objects.get_or_create(id=1)
        first = told.size or max(0, found.size - PORTION)
        end = min(first + PORTION, found.size)
        if end > told.size:
            yield from receipts.due(journal.between(first, end), self._log.hashes)
            Told.objects.filter(id=1).update(size=end)


def await_word(config: Config, now_ms: int) -> None:
    """Until `sealhub cosign` has asked every witness anew, or WAIT_S have passed.

    A database that was restored from an older copy is noticed so before it signs anything.
    """
    asked = _names(config)
    if store.head() is None or not asked:
        return
    Told.objects.update_or_create(id=1, defaults={"started_ms": now_ms})
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        heard = Witness.objects.filter(name__in=asked, asked_ms__gte=now_ms).count()
        if heard == len(asked):
            return
        time.sleep(POLL_S)
    log.warning("no word from every witness within %d s: does `sealhub cosign` run?", WAIT_S)


def _names(config: Config) -> set[str]:
    """The witnesses that the policy names and whose address is known."""
    try:
        named = {note.verifier(key).name for key in authority.policy().witnesses}
    except (NoAuthorityError, WireError):
        return set()
    return named & config.witnesses.keys()
