"""One machine's entries in their order: signature, chain, list in force, every opening its end.

Calls `wire.record` and `inspector`.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from inspector import openings, stamp
from inspector.bundle import Bundle
from inspector.crisis import Crisis
from inspector.findings import NotVerifiedError
from inspector.leaf import Leaf
from inspector.lists import Lists
from wire.errors import WireError
from wire.lists.content import ApprovalList
from wire.record import chain, envelope
from wire.record.entry import NO_PREV, Entry
from wire.record.envelope import entry_hash

ENDS: Final = frozenset({"stamped", "aborted", "interrupted"})


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
    crisis: Crisis = field(default_factory=Crisis)
    registers: set[str] = field(default_factory=set)

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
        self.crisis.look(entry)
        values = openings.opened(entry, self.prev, where, bundle)
        if entry.kind == "list_adopted":
            self._adopt(entry, where, lists)
        elif entry.kind == "authorised":
            self._open(leaf, str(values["operator"]), lists)
        elif entry.kind in ENDS:
            self._end(entry, where)
        elif entry.kind == "relocked":
            self._relock(entry, where)
        elif entry.kind == "emergency":
            self.crisis.declare(entry, values, self._in_force(leaf, lists), where)
        elif entry.kind == "correction":
            self._in_force(leaf, lists)
        elif entry.kind == "outside_use":
            self._enter(entry, where)
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
        judged = self._in_force(leaf, lists)
        sheet = self.spent[body["grant"]] + 1
        if self.crisis.covers(entry):
            self.crisis.open(entry, operator, sheet, judged, where)
        else:
            stamp.judge(entry, operator, sheet, judged, where)
        self.spent[body["grant"]] = sheet
        self.opening = entry

    def _in_force(self, leaf: Leaf, lists: Lists) -> ApprovalList:
        """The list that an entry names, which has to be the one adopted last."""
        body, where = leaf.entry.body, leaf.where
        named = lists.logged(self.device, body["list"], where)
        if named.named.sha256 != body["list_sha256"]:
            raise NotVerifiedError("list", where, "judged by a list that was not published")
        if named.leaf > leaf.index:
            raise NotVerifiedError("list", where, "judged by a list that was logged afterwards")
        if body["list"] != self.list:
            raise NotVerifiedError("list", where, f"judged by another list than {self.list}")
        return lists.get(self.device, body["list"])

    def _enter(self, entry: Entry, where: str) -> None:
        """A line of the paper register is entered once, after the seal was used."""
        line = entry.body["register"]
        if line in self.registers:
            raise NotVerifiedError("stamp", where, f"line {line} of the register twice")
        if entry.body["used"] > entry.time.wall:
            raise NotVerifiedError("stamp", where, "used outside the machine at a time to come")
        self.registers.add(line)

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
            self.crisis.give_back(opening)
        self.opening = None

    def _relock(self, entry: Entry, where: str) -> None:
        if self.stamped is None or entry.body["authorised"] != self.stamped:
            raise NotVerifiedError("stamp", where, "relocked without a stamp")
        self.stamped = None
