"""A machine that stands in the place of a broken one: what its first entry says of that.

Calls `inspector.{findings,shelf}`.
"""

from inspector.findings import NotVerifiedError
from inspector.shelf import Shelf
from wire.record.entry import Entry


def hold(entry: Entry, where: str, shelf: Shelf) -> None:
    """`continued` names the machine that the officers' newest list says it replaces; raises
    NotVerifiedError('list').
    """
    if entry.kind != "continued":
        return
    newest, said = shelf.ledger.newest(entry.device), entry.body["device"]
    named = None if newest is None else shelf.lists.replaces(newest)
    if named != said:
        detail = f"continues {said}, where the officers name {named or 'nobody'}"
        raise NotVerifiedError("list", where, detail)
