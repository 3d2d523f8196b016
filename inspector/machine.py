"""One machine's entries in their order: chain, key and list in force, every opening its end.

Calls `wire.record` and `inspector`. What an entry is by itself was held before
(`inspector.heavy`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from inspector import corrections, erased, lineage, openings
from inspector.checked import Checked
from inspector.counters import ENDS, Counters
from inspector.crisis import Crisis
from inspector.findings import NotVerifiedError
from inspector.shelf import Shelf
from wire import cbor
from wire.errors import WireError
from wire.lists import renewal
from wire.record import chain
from wire.record.entry import NO_PREV, Entry
from wire.record.envelope import entry_hash
from wire.sig import PublicKey

_KEPT: Final = (
    *("entries", "seq", "prev", "wall", "list", "stamped", "stamps", "unjudged", "whole"),
    *("saw", "former", "ended"),
)
"""Fields that are kept as they are."""


@dataclass
class Machine:
    """What has been seen of one device so far.

    `list` is the version adopted last and `key` the record key that it names, `opening` the
    `authorised` without an end with its leaf, `stamped` the seq of one whose lock has not been read
    back yet. `whole` is False where the bundle's range began before the machine did, until its
    first opening: what ended before cannot be judged, `unjudged` counts it. `saw` is the size of
    the newest head that it named. It stands in the place of `former`, from whose entry `ended` on.
    """

    device: str
    whole: bool = True
    entries: int = 0
    seq: int = 0
    prev: bytes = NO_PREV
    wall: int = 0
    list: int | None = None
    key: PublicKey | None = None
    opening: tuple[int, Entry] | None = None
    stamped: int | None = None
    stamps: int = 0
    unjudged: int = 0
    saw: int = 0
    former: str | None = None
    ended: int = 0
    crisis: Crisis = field(default_factory=Crisis)
    counters: Counters = field(default_factory=Counters)

    def take(self, found: Checked, shelf: Shelf) -> None:
        """The next entry; raises NotVerifiedError for the first thing that does not hold."""
        entry, where = found.entry, found.where
        self._check_key(found, shelf)
        self._check_chain(found)
        self._check_seen(found, shelf)
        self.crisis.look(entry)
        if found.problem is not None and not self._rests_on_emergency(found):
            raise found.problem
        if entry.kind == "authorised":
            self._open(found, shelf)
        elif entry.kind in ENDS:
            self._end(found, shelf)
        elif entry.kind == "relocked":
            self._relock(entry, where)
        else:
            self._take_other(found, shelf)
        self.counters.take(entry, where)

    def _take_other(self, found: Checked, shelf: Shelf) -> None:
        """What is no part of a stamp."""
        entry, where = found.entry, found.where
        if entry.kind == "list_adopted":
            self._adopt(entry, where, shelf)
        elif entry.kind == "emergency":
            self._declare(found, shelf)
        elif entry.kind == "correction":
            lists = shelf.lists.get(self.device, self._in_force(found, shelf), where)
            self.unjudged += not corrections.judge(entry, where, lists, shelf)
        elif entry.kind == "outside_use":
            self._enter(entry, where, shelf)
        elif entry.kind == "continued":
            self.former, self.ended = entry.body["device"], entry.body["seq"]
            self.unjudged += not lineage.hold(found, shelf)
        elif entry.kind == "boot":
            self.stamped = None

    def _check_key(self, found: Checked, shelf: Shelf) -> None:
        """By the record key that the list in force names, or the first list before there is one."""
        if self.key is None and self.seq == 0 and not self.whole:
            return
        if self.key is None:
            first = shelf.ledger.first(self.device)
            if first is None:
                raise NotVerifiedError("entry", found.where, f"no list names {self.device}")
            self.key = shelf.lists.key(first)
        if found.key != self.key:
            raise NotVerifiedError("entry", found.where, "signed by another key")

    def _check_chain(self, found: Checked) -> None:
        entry = found.entry
        if self.seq == 0 and not self.whole:
            self.seq, self.prev, self.key = entry.seq - 1, entry.prev, found.key
            self.crisis.heard = entry.seq == 1
            self.crisis.earlier = entry.seq > 1
        try:
            chain.check_next(entry, device=self.device, seq=self.seq, prev=self.prev)
        except WireError as error:
            raise NotVerifiedError("chain", found.where, error.detail) from error
        self.seq, self.prev = entry.seq, found.hash
        self.wall = max(self.wall, entry.time.wall)
        self.entries += 1

    def _check_seen(self, found: Checked, shelf: Shelf) -> None:
        """A head that it did not name before is one that the log had before this entry, no older
        than the last one: an honest machine keeps no older one, and forgets none. What it saw of a
        log that ended only that log's own bundle can tell.
        """
        seen = found.entry.seen
        if seen == self.crisis.seen:
            return
        if seen is None:
            detail = f"it names no head, after one of {self.saw} leaves"
            raise NotVerifiedError("split", found.where, detail)
        former = self._follows_former(found, shelf)
        size = None if former else shelf.heads.size(seen, max(1, self.saw), found.leaf, found.where)
        if size is None:
            self.unjudged += 1
        else:
            self.saw = size
            erased.check_seen(found.entry, size, found.where, shelf.ledger)

    def _follows_former(self, found: Checked, shelf: Shelf) -> bool:
        """Whether the list in force is from before the officers named this log; not asked any more
        once the machine has named a head of it, since the list has to be read for that.
        """
        if self.list is None or self.saw:
            return False
        listed = shelf.lists.logged(self.device, self.list, found.where)
        return renewal.origin(shelf.lists.policy(listed).log_key) != shelf.heads.origin

    def _rests_on_emergency(self, found: Checked) -> bool:
        """Whether what is wrong with an opening is no more than that nobody granted it."""
        if found.problem is None or found.entry.kind != "authorised":
            return False
        covered = self.crisis.covers(found.entry) or self.crisis.earlier
        return found.problem.code == "grant" and covered

    def _adopt(self, entry: Entry, where: str, shelf: Shelf) -> None:
        version = entry.body["version"]
        named = shelf.lists.logged(self.device, version, where)
        if named.sha256 != entry.body["sha256"]:
            raise NotVerifiedError("list", where, "a list was adopted that was not published")
        if self.list is not None and version < self.list:
            raise NotVerifiedError("list", where, f"list {version} adopted after {self.list}")
        self.list, self.key = version, shelf.lists.key(named)

    def _open(self, found: Checked, shelf: Shelf) -> None:
        entry, body, where = found.entry, found.entry.body, found.where
        if self.opening is not None or self.stamped is not None:
            raise NotVerifiedError("stamp", where, "an opening before the last had ended")
        judged = self._in_force(found, shelf)
        spent = shelf.ledger.spent(self.device, body["grant"])
        if spent is None:
            spent = body["sheet"] - 1 if shelf.bundle.scope.ranged else 0
        if self.crisis.covers(entry):
            lists = shelf.lists.get(self.device, judged, where)
            value = found.values.get("operator")
            operator = value if isinstance(value, str) else None
            self.crisis.open(entry, operator, spent + 1, lists, where)
        elif found.problem is not None:
            self.unjudged += 1
        elif body["sheet"] != spent + 1:
            raise NotVerifiedError("grant", where, "sheets out of order")
        shelf.ledger.spend(self.device, body["grant"], spent + 1)
        self.opening, self.whole = (found.leaf, entry), True

    def _in_force(self, found: Checked, shelf: Shelf) -> int:
        """The version of the list that an entry names, which has to be the one adopted last."""
        body, where = found.entry.body, found.where
        named = shelf.lists.logged(self.device, body["list"], where)
        if named.sha256 != body["list_sha256"]:
            raise NotVerifiedError("list", where, "judged by a list that was not published")
        if named.leaf > found.leaf:
            raise NotVerifiedError("list", where, "judged by a list that was logged afterwards")
        if self.list is None and shelf.bundle.scope.ranged:
            self.list = body["list"]
        if body["list"] != self.list:
            raise NotVerifiedError("list", where, f"judged by another list than {self.list}")
        return named.version

    def _declare(self, found: Checked, shelf: Shelf) -> None:
        lists = shelf.lists.get(self.device, self._in_force(found, shelf), found.where)

        def once(verifier: bytes) -> bool:
            return shelf.ledger.once(self.device, "code", verifier)

        self.crisis.declare(found.leaf, found.entry, found.values, lists, found.where, once)

    def _enter(self, entry: Entry, where: str, shelf: Shelf) -> None:
        """A line of the paper register is entered once, after the seal was used."""
        line = entry.body["register"]
        if not shelf.ledger.once(self.device, "register", line.encode()):
            raise NotVerifiedError("stamp", where, f"line {line} of the register twice")
        if entry.body["used"] > entry.time.wall:
            raise NotVerifiedError("stamp", where, "used outside the machine at a time to come")

    def _end(self, found: Checked, shelf: Shelf) -> None:
        entry, body, where = found.entry, found.entry.body, found.where
        if self.opening is None and not self.whole:
            self.unjudged += 1
            self.stamped = body["authorised"] if entry.kind == "stamped" else None
            return
        if self.opening is None or body["authorised"] != self.opening[1].seq:
            raise NotVerifiedError("stamp", where, f"{entry.kind} without its authorised")
        place, opening = self.opening
        if entry.kind == "stamped":
            if body["grant"] != opening.body["grant"]:
                raise NotVerifiedError("stamp", where, "stamped for another grant")
            if body["presses"] <= opening.body["presses"]:
                raise NotVerifiedError("stamp", where, "stamped without a press")
            self.stamps += 1
            self.stamped = opening.seq
            shelf.ledger.stamped(self.device, entry.seq, found.leaf, place)
        elif body["returned"]:
            self._give_back(body, opening, where, shelf)
        self.opening = None

    def _give_back(self, body: Mapping[str, Any], opening: Entry, where: str, shelf: Shelf) -> None:
        if body["unlatches"] != opening.body["unlatches"]:
            raise NotVerifiedError("stamp", where, "given back although the head unlatched")
        grant = opening.body["grant"]
        shelf.ledger.spend(self.device, grant, (shelf.ledger.spent(self.device, grant) or 1) - 1)
        self.crisis.give_back(opening)

    def _relock(self, entry: Entry, where: str) -> None:
        if self.stamped is None and self.opening is None and not self.whole:
            return
        if self.stamped is None or entry.body["authorised"] != self.stamped:
            raise NotVerifiedError("stamp", where, "relocked without a stamp")
        self.stamped = None

    def state(self) -> bytes:
        """What `of` makes the same of; of an opening that is on its leaf."""
        return cbor.encode(
            {
                **{name: getattr(self, name) for name in _KEPT},
                "key": None if self.key is None else [self.key.alg, self.key.public],
                "opening": None if self.opening is None else self.opening[0],
                "crisis": self.crisis.state(),
                "counters": self.counters.state(),
            }
        )

    @classmethod
    def of(cls, device: str, data: bytes, shelf: Shelf) -> "Machine":
        """As it was; raises NotVerifiedError where its leaves are gone."""

        def entry(number: int) -> tuple[Entry, Mapping[str, str | bytes]]:
            leaf = shelf.leaf(number)
            digest = entry_hash(leaf.data)
            return leaf.entry, openings.values(leaf.entry, digest, leaf.where, shelf.bundle)

        state = cbor.decode(data)
        key, opening = state["key"], state["opening"]
        return cls(
            device=device,
            **{name: state[name] for name in _KEPT},
            key=None if key is None else PublicKey(*key),
            opening=None if opening is None else (opening, shelf.leaf(opening).entry),
            crisis=Crisis.of(state["crisis"], entry),
            counters=Counters.of(state["counters"]),
        )
