"""Corrections (作废) judged again: each of a stamp that is in the log, signed by an approver of it.

Calls `wire.approval.correction` and `inspector`. They are few: each reads its stamp's leaves again.
"""

from typing import Final

from inspector import openings
from inspector.erased import Erasures
from inspector.findings import NotVerifiedError
from inspector.leaf import Leaf
from inspector.shelf import Shelf
from wire.approval import correction
from wire.approval.correction import Stamp
from wire.errors import WireError
from wire.lists.content import ApprovalList, SignedCorrection
from wire.record.entry import Entry
from wire.record.envelope import entry_hash
from wire.refusals import Refused

CODE: Final = "correction"
NOBODY: Final = ""
"""Whose name was erased."""


def judge(entry: Entry, where: str, lists: ApprovalList, shelf: Shelf) -> bool:
    """Whether it could be held against its stamp, which may lie before the bundle's range; raises
    NotVerifiedError('correction').
    """
    seq = entry.body["stamped"]
    if not shelf.ledger.once(entry.device, CODE, seq.to_bytes(8)):
        raise NotVerifiedError(CODE, where, "that stamp was corrected before")
    places = shelf.ledger.stamp(entry.device, seq)
    if places is None and shelf.bundle.scope.ranged:
        return False
    if places is None:
        raise NotVerifiedError(CODE, where, "of an entry that is no stamp before it")
    stamped, opening = (shelf.leaf(place) for place in places)
    _judge(entry, _stamp(stamped, opening, shelf), lists, where)
    return True


def _stamp(stamped: Leaf, opening: Leaf, shelf: Shelf) -> Stamp:
    """What the log says of the stamp."""
    digest = entry_hash(opening.data)
    erasures, operator = Erasures(shelf.bundle, shelf.ledger, shelf.lists), NOBODY
    if erasures.opening(opening.entry, digest, opening.where) is None:
        values = openings.values(opening.entry, digest, opening.where, shelf.bundle)
        operator = str(values["operator"])
    item = opening.entry.body["item"]
    return Stamp(stamped.entry.seq, entry_hash(stamped.data), item, operator)


def _judge(entry: Entry, stamp: Stamp, lists: ApprovalList, where: str) -> None:
    body = entry.body
    signed = _signed(entry, lists, where)
    try:
        made = correction.judge(signed.subject, signed.approval, stamp, lists)
    except Refused as refused:
        raise NotVerifiedError(CODE, where, f"{refused.code} {refused.detail}") from refused
    except WireError as error:
        raise NotVerifiedError(CODE, where, error.detail) from error
    said = (body["entry"], body["state"], body["replacement"])
    if said != (made.entry, made.state, made.replacement):
        raise NotVerifiedError(CODE, where, "the entry says something else than was signed")
    if (body["picture"] is None) != (made.state == "lost"):
        raise NotVerifiedError(CODE, where, "a photo of what is lost, or none of what is not")


def _signed(entry: Entry, lists: ApprovalList, where: str) -> SignedCorrection:
    wanted = entry.body["subject"]
    found = next((one for one in lists.grants.corrections if one.id == wanted), None)
    if found is None:
        raise NotVerifiedError(CODE, where, "not on the list that the entry names")
    return found
