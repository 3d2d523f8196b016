"""All attacks, in the order of the table. Calls the files that hold them."""

from typing import Final

from tests.attacks import (
    absences,
    approvals,
    approvals_sm2,
    body,
    broker,
    commands,
    entries,
    hub,
    hub_state,
    journal,
    lists,
    log,
    paper,
    processes,
    renewal,
    retention,
    tokens,
    witness,
)
from tests.attacks.model import named

GROUPS: Final = (
    *(entries, log, witness, renewal, retention),
    *(approvals, approvals_sm2, absences, lists, commands),
    *(journal, body, paper, processes),
    *(broker, tokens, hub, hub_state),
)
ATTACKS: Final = named(attack for group in GROUPS for attack in group.ATTACKS)
