"""Households' cards: a random code of 16 digits, printed once, found by its hash alone.

Calls `hub.relief`, `hub.requests.codes` and `wire.stamp_code`. A card that is lost is not printed
again: the household gets another code, and the one before finds nothing any more.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from hub.config import Config
from hub.people.roster import Staff
from hub.relief import keys, marks
from hub.relief.models import Household
from hub.requests.codes import spoken
from wire.stamp_code import check_digit


@dataclass(frozen=True)
class Card:
    """What is printed; the code is known this once."""

    household: Household
    code: str

    @property
    def spoken(self) -> str:
        return spoken(self.code)


def make(households: Iterable[Household], staff: Staff, config: Config, now_ms: int) -> list[Card]:
    """A new code for each; all of them, or none."""
    made = []
    with transaction.atomic():
        held = marks.held(config.state)
        for one in households:
            code = drawn()
            one.code, one.generation = keys.code(held, code), len(held)
            one.made_ms, one.made_by = now_ms, staff.person.id
            one.save(update_fields=["code", "generation", "made_ms", "made_by"])
            made.append(Card(one, code))
    return made


def drawn() -> str:
    """15 digits that nobody foresees, and the check digit by which a slip of the pen is found."""
    body = f"{secrets.randbelow(10**15):015d}"
    return body + check_digit(body)
