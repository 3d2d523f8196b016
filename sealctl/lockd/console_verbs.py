"""What operators may ask of lockd at the machine's console. Calls `sealctl.{journal,lockd}`."""

from collections.abc import Mapping
from typing import Any, Final

from sealctl.journal import books
from sealctl.lockd import doctor, supervised
from sealctl.lockd.panel_verbs import PANEL, PIN
from sealctl.lockd.supervised import Hand
from sealctl.lockd.verb import MOST_ENTRIES, SEQ, Arguments, Served, Verb
from wire import shape
from wire.shape import Shape


async def _journal(served: Served, given: Arguments) -> object:
    connection = served.core.journal.connection
    rows = books.entries(connection, given["after"], min(given["limit"], MOST_ENTRIES))
    return [
        {
            "seq": row.seq,
            "envelope": row.envelope,
            "openings": row.openings,
            "receipted": books.receipt(connection, row.seq) is not None,
        }
        for row in rows
    ]


async def _health(served: Served, _: Arguments) -> object:
    return doctor.health(served.core)


async def _enrol(served: Served, given: Arguments) -> object:
    supervised.enrol(served.core, given["person"], given["pin"], _hand(given, "witness"))
    return {}


async def _maintenance(served: Served, given: Arguments) -> object:
    operator, witness = _hand(given, "operator"), _hand(given, "witness")
    supervised.maintain(served.core, given["state"], operator, witness, given["reason"])
    return {}


async def _seal(served: Served, given: Arguments) -> object:
    operator, witness = _hand(given, "operator"), _hand(given, "witness")
    kind = {"out": "seal_out", "in": "seal_in"}[given["move"]]
    supervised.move_seal(served.core, kind, given["seal"], operator, witness, given["reason"])
    return {}


async def _handover(served: Served, given: Arguments) -> object:
    hands = [_hand(given, name) for name in ("giver", "receiver", "witness")]
    supervised.hand_over(served.core, given["seal"], *hands)
    return {}


def _hand(given: Arguments, name: str) -> Hand:
    return Hand(given[name], given[f"{name}_pin"])


def _hands(*names: str) -> Mapping[str, Shape[Any]]:
    """The arguments by which named people prove themselves."""
    people = dict.fromkeys(names, shape.ID)
    return {**people, **{f"{name}_pin": shape.text(32, least=0) for name in names}}


_REASON: Final = shape.text(200)

CONSOLE: Final[Mapping[str, Verb]] = {
    **PANEL,
    "journal": Verb(_journal, {"after": SEQ, "limit": shape.integer(1, MOST_ENTRIES)}),
    "health": Verb(_health),
    "enrol": Verb(_enrol, {**PIN, **_hands("witness")}),
    "maintenance": Verb(
        _maintenance,
        {
            "state": shape.choice("begin", "end"),
            "reason": _REASON,
            **_hands("operator", "witness"),
        },
    ),
    "seal": Verb(
        _seal,
        {
            "seal": shape.ID,
            "move": shape.choice("out", "in"),
            "reason": _REASON,
            **_hands("operator", "witness"),
        },
    ),
    "handover": Verb(_handover, {"seal": shape.ID, **_hands("giver", "receiver", "witness")}),
}
