"""What panel and console may ask after the fact: corrections, and uses outside the machine.

Calls `sealctl.lockd` and `wire.shape`.
"""

from collections.abc import Mapping
from typing import Final

from sealctl.lockd import corrections, outside
from sealctl.lockd.outside import Line
from sealctl.lockd.supervised import Hand
from sealctl.lockd.verb import HASH, Arguments, Served, Verb
from wire import shape


async def _waiting(served: Served, _: Arguments) -> object:
    return corrections.waiting(served.core)


async def _correct(served: Served, given: Arguments) -> object:
    await corrections.correct(served, given["correction"], Hand(given["person"], given["pin"]))
    return {}


async def _outside(served: Served, given: Arguments) -> object:
    line = Line(
        given["seal"], given["register"], given["used"], given["impressions"], given["matter"]
    )
    operator = Hand(given["operator"], given["operator_pin"])
    await outside.enter(served, line, operator, Hand(given["witness"], given["witness_pin"]))
    return {}


CORRECTIONS: Final[Mapping[str, Verb]] = {
    "corrections": Verb(_waiting),
    "correct": Verb(_correct, {"correction": HASH, "person": shape.ID, "pin": shape.text(32)}),
}
OUTSIDE: Final[Mapping[str, Verb]] = {
    "outside_use": Verb(
        _outside,
        {
            "seal": shape.ID,
            "register": shape.text(40),
            "used": shape.integer(0),
            "impressions": shape.integer(1, 1000),
            "matter": shape.text(200),
            "operator": shape.ID,
            "operator_pin": shape.text(32),
            "witness": shape.ID,
            "witness_pin": shape.text(32),
        },
    ),
}
