"""A machine that stands in the place of a broken one: what its first entry says of that.

Calls `inspector.{findings,heavy,leaf,shelf}`.
"""

from typing import Final

from inspector.checked import Checked
from inspector.findings import NotVerifiedError
from inspector.leaf import ENVELOPE, read
from inspector.shelf import Shelf
from wire.record.entry import Entry

CODE: Final = "continued"


def hold(found: Checked, shelf: Shelf) -> bool:
    """`continued` names the machine that the officers' newest list says it replaces, and an entry
    of that one which stands in the log before it; False where the bundle may lack that entry.
    Raises NotVerifiedError('list', 'continued').
    """
    entry, body, where = found.entry, found.entry.body, found.where
    if entry.seq != 1:
        raise NotVerifiedError(CODE, where, "not the first entry of its machine")
    _hold_officers(entry, where, shelf)
    wanted = f"{body['device']} #{body['seq']}"
    place = shelf.find(body["entry"], found.leaf)
    if place is None and shelf.bundle.scope.ranged:
        return False
    data = b"" if place is None else shelf.data(place)
    if place is None or not data.startswith(ENVELOPE):
        raise NotVerifiedError(CODE, where, f"{wanted} of that hash is not in the log before it")
    named = read(place, data).entry
    if (named.device, named.seq) != (body["device"], body["seq"]):
        detail = f"the entry that it names as {wanted} is {named.device} #{named.seq}"
        raise NotVerifiedError(CODE, where, detail)
    return True


def _hold_officers(entry: Entry, where: str, shelf: Shelf) -> None:
    newest, said = shelf.ledger.newest(entry.device), entry.body["device"]
    named = None if newest is None else shelf.lists.replaces(newest)
    if named != said:
        detail = f"continues {said}, where the officers name {named or 'nobody'}"
        raise NotVerifiedError("list", where, detail)
