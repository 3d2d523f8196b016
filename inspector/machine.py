"""One machine's entries in their order: signature, chain, list in force, every opening its end.

Calls `wire.record` and `inspector`.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from inspector import openings, stamp
from inspector.bundle import Bundle
from inspector.findings import NotVerifiedError
from inspector.lists import Lists
from wire.errors import WireError
from wire.record import chain, envelope
from wire.record.entry import NO_PREV, Entry, decode
from wire.record.envelope import entry_hash

ENDS: Final = frozenset({"stamped", "aborted", "interrupted"})


@dataclass(frozen=True)
class Leaf:
    """An envelope with its place in the log and what it claims; its signature is not verified."""

    index: int
    data: bytes
    entry: Entry

    @property
    def where(self) -> str:
        return f"{self.entry.device} #{self.entry.seq}, leaf {self.index}"


def read(index: int, data: bytes) -> Leaf:
    """Raises NotVerifiedError('entry')."""
    try:
        return Leaf(index, data, decode(envelope.parse(data).payload))
    except WireError as error:
        raise NotVerifiedError("entry", f"leaf {index}", str(error)) from error


@dataclass
class Machine:
    """What has been seen of one device so far.

    `list` is the version adopted last, `opening` the `authorised` without an end, `stamped` the
    seq of one whose lock has not been read back yet, `spent` the openings of each grant.
    """

    device: str
    seq: int = 0
    prev: bytes = NO_PREV
    wall: int = 0
    list: int | None = None
    opening: Entry | None = None
    stamped: int | None = None
    spent: Counter[bytes] = field(default_factory=Counter)
    stamps: int = 0

    def take(self, leaf: Leaf, bundle: Bundle, lists: Lists) -> None:
        """The next entry; raises NotVerifiedError for the first thing that does not hold."""
        entry, where = leaf.entry, leaf.where
        self._check_signature(leaf, lists)
        try:
            chain.check_next(entry, device=self.device, seq=self.seq, prev=self.prev)
        except WireError as error:
            raise NotVerifiedError("chain", where, error.detail) from error
        self.seq, self.prev = entry.seq, entry_hash(leaf.data)
        self.wall = max(self.wall, entry.time.wall)
        person = openings.opened(entry, self.prev, where, bundle)
        if entry.kind == "list_adopted":
            self._adopt(entry, where, lists)
        elif entry.kind == "authorised":
            self._open(leaf, str(person), lists)
        elif entry.kind in ENDS:
            self._end(entry, where)
        elif entry.kind == "relocked":
            self._relock(entry, where)
        elif entry.kind == "boot":
            self.stamped = None

    def _check_signature(self, leaf: Leaf, lists: Lists) -> None:
        """By the record key that the list in force names, or the first list before there is one."""
        where = leaf.where
        if self.list is None:
            named = lists.first(self.device, where)
        else:
            named = lists.logged(self.device, self.list, where)
        try:
            envelope.verify(leaf.data, named.key)
        except WireError as error:
            raise NotVerifiedError("entry", where, str(error)) from error

    def _adopt(self, entry: Entry, where: str, lists: Lists) -> None:
        version = entry.body["version"]
        if lists.logged(self.device, version, where).named.sha256 != entry.body["sha256"]:
            raise NotVerifiedError("list", where, "a list was adopted that was not published")
        if self.list is not None and version < self.list:
            raise NotVerifiedError("list", where, f"list {version} adopted after {self.list}")
        self.list = version

    def _open(self, leaf: Leaf, operator: str, lists: Lists) -> None:
        entry, body, where = leaf.entry, leaf.entry.body, leaf.where
        if self.opening is not None or self.stamped is not None:
            raise NotVerifiedError("stamp", where, "an opening before the last had ended")
        named = lists.logged(self.device, body["list"], where)
        if named.named.sha256 != body["list_sha256"]:
            raise NotVerifiedError("list", where, "judged by a list that was not published")
        if named.leaf > leaf.index:
            raise NotVerifiedError("list", where, "judged by a list that was logged afterwards")
        if body["list"] != self.list:
            raise NotVerifiedError("list", where, f"judged by another list than {self.list}")
        sheet = self.spent[body["grant"]] + 1
        stamp.judge(entry, operator, sheet, lists.get(self.device, body["list"]), where)
        self.spent[body["grant"]] = sheet
        self.opening = entry

    def _end(self, entry: Entry, where: str) -> None:
        opening, body = self.opening, entry.body
        if opening is None or body["authorised"] != opening.seq:
            raise NotVerifiedError("stamp", where, f"{entry.kind} without its authorised")
        if entry.kind == "stamped":
            if body["grant"] != opening.body["grant"]:
                raise NotVerifiedError("stamp", where, "stamped for another grant")
            if body["presses"] <= opening.body["presses"]:
                raise NotVerifiedError("stamp", where, "stamped without a press")
            self.stamps += 1
            self.stamped = opening.seq
        elif body["returned"]:
            if body["unlatches"] != opening.body["unlatches"]:
                raise NotVerifiedError("stamp", where, "given back although the head unlatched")
            self.spent[opening.body["grant"]] -= 1
        self.opening = None

    def _relock(self, entry: Entry, where: str) -> None:
        if self.stamped is None or entry.body["authorised"] != self.stamped:
            raise NotVerifiedError("stamp", where, "relocked without a stamp")
        self.stamped = None
