"""What operators may ask of lockd at the machine's console. Calls `sealctl.{journal,lockd}`."""

from collections.abc import Mapping
from typing import Final

from sealctl.journal import books
from sealctl.lockd import doctor, pictures, rest, supervised
from sealctl.lockd.acceptance import ACCEPTANCE
from sealctl.lockd.answer_verbs import OUTSIDE
from sealctl.lockd.enrolment_verbs import FIRST
from sealctl.lockd.panel_verbs import PANEL
from sealctl.lockd.proofs import CONSOLE_PROOF
from sealctl.lockd.verb import HASH, MOST_ENTRIES, SEQ, Arguments, Served, Verb, hand, hands
from wire import shape


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


async def _maintenance(served: Served, given: Arguments) -> object:
    operator, witness = hand(given, "operator"), hand(given, "witness")
    supervised.maintain(served.core, given["state"], operator, witness, given["reason"])
    return {}


async def _seal(served: Served, given: Arguments) -> object:
    operator, witness, seal = hand(given, "operator"), hand(given, "witness"), given["seal"]
    kind = {"out": "seal_out", "in": "seal_in"}[given["move"]]
    photo = await _specimen(served, seal) if kind == "seal_in" else None
    supervised.move_seal(
        served.core, kind, seal, operator, witness, given["reason"], specimen=photo
    )
    return {}


async def _specimen(served: Served, seal: str) -> bytes | None:
    """A photo of what lies on the tray while a worn seal's successor is put in; None without."""
    core = served.core
    found = core.lists.machine.seal(seal) if core.lists else None
    successor = found is not None and found.replaces is not None
    if not successor or not books.maintenance(core.journal.connection):
        return None
    photo = await pictures.take(served)
    return None if photo is None else photo.sha256


async def _handover(served: Served, given: Arguments) -> object:
    hands = [hand(given, name) for name in ("giver", "receiver", "witness")]
    supervised.hand_over(served.core, given["seal"], *hands)
    return {}


async def _release(served: Served, given: Arguments) -> object:
    rest.yield_to_release(served.core, given["former"], given["version"], given["sha256"])
    return {}


_REASON: Final = shape.text(200)
_VERSION: Final = shape.text(40)

CONSOLE: Final[Mapping[str, Verb]] = {
    **PANEL,
    **OUTSIDE,
    **FIRST,
    **CONSOLE_PROOF,
    **ACCEPTANCE,
    "journal": Verb(_journal, {"after": SEQ, "limit": shape.integer(1, MOST_ENTRIES)}),
    "health": Verb(_health),
    "maintenance": Verb(
        _maintenance,
        {
            "state": shape.choice("begin", "end"),
            "reason": _REASON,
            **hands("operator", "witness"),
        },
    ),
    "seal": Verb(
        _seal,
        {
            "seal": shape.ID,
            "move": shape.choice("out", "in"),
            "reason": _REASON,
            **hands("operator", "witness"),
        },
    ),
    "release": Verb(_release, {"former": _VERSION, "version": _VERSION, "sha256": HASH}),
    "handover": Verb(_handover, {"seal": shape.ID, **hands("giver", "receiver", "witness")}),
}
