"""All attacks, in the order of the table. Calls the files that hold them."""

from itertools import chain
from typing import Final

from tests.attacks import approvals, body, broker, entries, hub, journal, lists, log
from tests.attacks.model import named

ATTACKS: Final = named(
    chain(
        entries.ATTACKS,
        log.ATTACKS,
        journal.ATTACKS,
        body.ATTACKS,
        approvals.ATTACKS,
        lists.ATTACKS,
        broker.ATTACKS,
        hub.ATTACKS,
    )
)
