"""Enrolment at the machine, as panel and console ask for it. Calls `sealctl.lockd` and `wire`.

`enrol_card` and `enrol_finger` answer at once; how it goes stands in the state, under `credential`.
"""

from collections.abc import Mapping
from typing import Final

from sealctl.lockd import supervised, views
from sealctl.lockd.supervised import Hand
from sealctl.lockd.verb import PIN, Arguments, Served, Verb, hand, hands
from wire import shape


async def _people(served: Served, _: Arguments) -> object:
    return views.people(served.core)


async def _enrol(served: Served, given: Arguments) -> object:
    witness = hand(given, "witness")
    supervised.enrol(served.core, given["person"], given["pin"], witness, first=False)
    return {}


async def _enrol_first(served: Served, given: Arguments) -> object:
    supervised.enrol(served.core, given["person"], given["pin"], hand(given, "witness"))
    return {}


async def _enrol_card(served: Served, given: Arguments) -> object:
    return _begin(served, given, "card")


async def _enrol_finger(served: Served, given: Arguments) -> object:
    return _begin(served, given, "fingerprint")


async def _enrol_cancel(served: Served, _: Arguments) -> object:
    enrolments = served.core.desk.enrolments
    enrolments.fail()
    enrolments.forget()
    return {}


async def _unenrol(served: Served, given: Arguments) -> object:
    operator, witness = hand(given, "operator"), hand(given, "witness")
    supervised.unenrol(served.core, given["person"], given["method"], operator, witness)
    return {}


def _begin(served: Served, given: Arguments, method: str) -> object:
    person = Hand(given["person"], given["pin"])
    supervised.begin_enrolment(served.core, method, person, hand(given, "witness"))
    return {}


_TWO: Final = {**PIN, **hands("witness")}

ENROLMENT: Final[Mapping[str, Verb]] = {
    "people": Verb(_people),
    "enrol": Verb(_enrol, _TWO),
    "enrol_card": Verb(_enrol_card, _TWO),
    "enrol_finger": Verb(_enrol_finger, _TWO),
    "enrol_cancel": Verb(_enrol_cancel),
    "unenrol": Verb(
        _unenrol,
        {
            "person": shape.ID,
            "method": shape.choice("card", "fingerprint", "all"),
            **hands("operator", "witness"),
        },
    ),
}
FIRST: Final[Mapping[str, Verb]] = {"enrol": Verb(_enrol_first, _TWO)}
"""The console's: whoever has it may set the first PIN of a machine."""
