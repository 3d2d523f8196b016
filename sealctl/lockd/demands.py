"""Who demanded a paper that a village does not stamp: noted for the township to answer.

Calls `sealctl.journal`, `sealctl.lockd.core` and `wire`. Anybody at the screen may say it, so it is
bounded; nothing follows from it at the machine.
"""

from typing import Final

from sealctl.journal import books
from sealctl.lockd.core import Core
from wire.refusals import Refused

LONGEST: Final = 100
"""Characters by which a demander is named."""
MOST_AN_HOUR: Final = 20
HOUR_MS: Final = 3_600_000


def note(core: Core, item: str, demander: str) -> None:
    """One entry `demanded`; raises Refused for an item the list does not name, or too many."""
    if core.lists is None:
        raise Refused(core.listless)
    if item not in core.lists.catalogue.items:
        raise Refused("unknown_item", item)
    connection, since_ms = core.journal.connection, core.time.now().wall - HOUR_MS
    if books.recent(connection, "demanded", since_ms) >= MOST_AN_HOUR:
        raise Refused("busy", "too many within an hour")
    told = {"demander": demander, "operator": core.session.operator}
    core.journal.append("demanded", {"item": item}, committed=told)
    core.changed()
