"""What operators may ask of lockd at the machine's console. Calls `sealctl.{journal,lockd}`."""

from collections.abc import Mapping
from typing import Final

from sealctl.journal import books
from sealctl.lockd import doctor
from sealctl.lockd.courier_verbs import COURIER
from sealctl.lockd.panel_verbs import PANEL, PIN
from sealctl.lockd.verb import MOST_ENTRIES, SEQ, Arguments, Served, Verb
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


async def _enrol(served: Served, given: Arguments) -> object:
    served.core.operators.enrol(given["person"], given["pin"])
    served.core.journal.append(
        "enrolled", {"method": "pin"}, committed={"operator": given["person"]}
    )
    served.changes.bump()
    return {}


CONSOLE: Final[Mapping[str, Verb]] = {
    **PANEL,
    "journal": Verb(_journal, {"after": SEQ, "limit": shape.integer(1, MOST_ENTRIES)}),
    "list": COURIER["list"],
    "receipts": COURIER["receipts"],
    "health": Verb(_health),
    "enrol": Verb(_enrol, PIN),
}
