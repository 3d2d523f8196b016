"""Corrections (作废) judged again: each of a stamp that is in the log, signed by an approver of it.

Calls `wire.approval.correction` and `inspector`. They are few: each is kept until all machines have
been read, then the stamps that they name are looked up in one more pass over the leaves.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from inspector import openings
from inspector.bundle import Bundle
from inspector.findings import NotVerifiedError
from inspector.leaf import ENVELOPE, Leaf, read
from inspector.lists import Lists
from wire.approval import correction
from wire.approval.correction import Stamp
from wire.errors import WireError
from wire.lists.content import SignedCorrection
from wire.record.entry import Entry
from wire.record.envelope import entry_hash
from wire.refusals import Refused

CODE: Final = "correction"


@dataclass
class Corrections:
    """Those of all machines, by device and seq of the stamp."""

    found: dict[tuple[str, int], Leaf] = field(default_factory=dict)

    def add(self, leaf: Leaf) -> None:
        """A `correction` entry; raises NotVerifiedError where its stamp had one before."""
        name = (leaf.entry.device, leaf.entry.body["stamped"])
        if name in self.found:
            raise NotVerifiedError(CODE, leaf.where, "that stamp was corrected before")
        self.found[name] = leaf

    def judge(self, leaves: Iterable[tuple[int, bytes]], bundle: Bundle, lists: Lists) -> None:
        """Hold each against its stamp; raises NotVerifiedError('correction')."""
        left = dict(self.found)
        authorised: dict[str, Leaf] = {}
        for index, data in leaves if left else ():
            if not data.startswith(ENVELOPE):
                continue
            leaf = read(index, data)
            entry = leaf.entry
            if entry.kind == "authorised":
                authorised[entry.device] = leaf
            found = left.pop((entry.device, entry.seq), None)
            if found is not None:
                _judge(found, _stamp(found, leaf, authorised.get(entry.device), bundle), lists)
        for leaf in left.values():
            raise NotVerifiedError(CODE, leaf.where, "of a stamp that is not in the log")


def _stamp(found: Leaf, stamped: Leaf, authorised: Leaf | None, bundle: Bundle) -> Stamp:
    """What the log says of the stamp; it comes before its correction, and after its opening."""
    where = found.where
    if stamped.entry.kind != "stamped" or authorised is None or found.index < stamped.index:
        raise NotVerifiedError(CODE, where, "of an entry that is no stamp before it")
    opening = authorised.entry
    values = openings.opened(opening, entry_hash(authorised.data), authorised.where, bundle)
    operator = str(values["operator"])
    return Stamp(stamped.entry.seq, entry_hash(stamped.data), opening.body["item"], operator)


def _judge(found: Leaf, stamp: Stamp, lists: Lists) -> None:
    body, where = found.entry.body, found.where
    signed = _signed(found.entry, lists, where)
    try:
        made = correction.judge(
            signed.subject, signed.approval, stamp, lists.get(found.entry.device, body["list"])
        )
    except Refused as refused:
        raise NotVerifiedError(CODE, where, f"{refused.code} {refused.detail}") from refused
    except WireError as error:
        raise NotVerifiedError(CODE, where, error.detail) from error
    said = (body["entry"], body["state"], body["replacement"])
    if said != (made.entry, made.state, made.replacement):
        raise NotVerifiedError(CODE, where, "the entry says something else than was signed")
    if (body["picture"] is None) != (made.state == "lost"):
        raise NotVerifiedError(CODE, where, "a photo of what is lost, or none of what is not")


def _signed(entry: Entry, lists: Lists, where: str) -> SignedCorrection:
    wanted = entry.body["subject"]
    held = lists.get(entry.device, entry.body["list"]).grants.corrections
    found = next((one for one in held if one.id == wanted), None)
    if found is None:
        raise NotVerifiedError(CODE, where, "not on the list that the entry names")
    return found
