"""One machine's entries in their order: chain, openings, photos, and every stamp judged again.

Calls `wire` and `inspector`. The same rules as the machine's, by the list that each entry names.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from inspector.bundle import Bundle
from inspector.findings import NotVerifiedError
from inspector.lists import Lists
from wire.approval import chain as approvals
from wire.approval import subject
from wire.errors import WireError
from wire.lists.content import ApprovalList, Grant
from wire.record import chain, commitment, envelope
from wire.record.entry import NO_PREV, Entry, decode, open_entry
from wire.record.envelope import entry_hash
from wire.record.kinds import COMMITTED
from wire.refusals import Refused

ENDS: Final = frozenset({"stamped", "aborted", "interrupted"})


@dataclass
class Machine:
    """What has been seen of one device so far."""

    device: str
    seq: int = 0
    prev: bytes = NO_PREV
    wall: int = 0
    opening: Entry | None = None
    stamped: int | None = None
    spent: Counter[bytes] = field(default_factory=Counter)
    stamps: int = 0

    def take(self, data: bytes, where: str, bundle: Bundle, lists: Lists) -> None:
        """The next entry; raises NotVerifiedError for the first thing that does not hold."""
        entry = _verified(data, where, lists)
        try:
            chain.check_next(entry, device=self.device, seq=self.seq, prev=self.prev)
        except WireError as error:
            raise NotVerifiedError("chain", where, error.detail) from error
        self.seq, self.prev = entry.seq, entry_hash(data)
        self.wall = max(self.wall, entry.time.wall)
        opened = _openings(entry, self.prev, where, bundle)
        for name in ("before", "after"):
            if name in opened:
                _photo(opened[name], where, bundle)
        self._follow(entry, opened, where, lists)

    def _follow(
        self, entry: Entry, opened: dict[str, str | bytes], where: str, lists: Lists
    ) -> None:
        """Every `authorised` has one end before the next; `stamped` is followed by `relocked`."""
        if self.stamped is not None and entry.kind in {"authorised", "boot", "aborted"}:
            self.stamped = None
        if entry.kind == "authorised":
            if self.opening is not None:
                raise NotVerifiedError("stamp", where, "an opening before the last had ended")
            self._judge(entry, str(opened["operator"]), where, lists)
            self.opening = entry
        elif entry.kind in ENDS:
            self._end(entry, where)
        elif entry.kind == "relocked":
            if self.stamped is None or entry.body["authorised"] != self.stamped:
                raise NotVerifiedError("stamp", where, "relocked without a stamp")
            self.stamped = None

    def _end(self, entry: Entry, where: str) -> None:
        if self.opening is None or entry.body["authorised"] != self.opening.seq:
            raise NotVerifiedError("stamp", where, f"{entry.kind} without its authorised")
        if entry.body.get("returned", False):
            if entry.body["unlatches"] != self.opening.body["unlatches"]:
                raise NotVerifiedError("stamp", where, "given back although the head unlatched")
            self.spent[self.opening.body["grant"]] -= 1
        if entry.kind == "stamped":
            self.stamps += 1
            self.stamped = self.opening.seq
        self.opening = None

    def _judge(self, entry: Entry, operator: str, where: str, lists: Lists) -> None:
        body = entry.body
        named = lists.get(self.device, body["list"])
        if named.sha256 != body["list_sha256"]:
            raise NotVerifiedError("list", where, "judged by a list that was not published")
        grant = next((one for one in named.grants.grants if one.id == body["grant"]), None)
        if grant is None or body["grant"] in named.grants.revoked_grants:
            raise NotVerifiedError("grant", where, "not on the list that the entry names")
        application = subject.decode(grant.subject)
        try:
            approvals.judge(application, grant.subject, grant.approvals, named)
        except Refused as refused:
            raise NotVerifiedError("grant", where, f"{refused.code} {refused.detail}") from refused
        self.spent[grant.id] += 1
        problem = _problem(entry, operator, grant, named, self.spent[grant.id])
        if problem:
            raise NotVerifiedError("grant", where, problem)


def _problem(
    entry: Entry, operator: str, grant: Grant, lists: ApprovalList, spent: int
) -> str | None:
    """What is wrong with a stamp whose approvals hold."""
    body, application = entry.body, subject.decode(grant.subject)
    item = lists.catalogue.items[application.item]
    seal = lists.machine.seal(application.seal)
    wall, certain = entry.time.wall, entry.time.quality != "floor"
    approvers = {one.person for one in grant.approvals}
    rules = (
        ((body["item"], body["seal"]) == (application.item, application.seal), "another item"),
        (seal is not None and seal.kind in item.seals, "a seal that the item does not take"),
        (operator in application.operators, "an operator who was not named"),
        (operator not in approvers, "the operator approved it"),
        (
            operator != application.applicant or item.applicant_may_operate,
            "the applicant stamped it",
        ),
        (spent <= application.impressions, "more openings than were granted"),
        (body["sheet"] == spent, "sheets out of order"),
        (not certain or wall < lists.expires_ms, "the list had expired"),
        (
            not certain or application.not_before <= wall < application.not_after,
            "outside the grant's time",
        ),
    )
    return next((words for holds, words in rules if not holds), None)


def _verified(data: bytes, where: str, lists: Lists) -> Entry:
    try:
        parsed = envelope.parse(data)
        claimed = _device(parsed.payload)
        key = lists.key(claimed, parsed.kid)
        if key is None:
            raise NotVerifiedError("entry", where, "no list names the key that signed it")
        return open_entry(data, key)
    except WireError as error:
        raise NotVerifiedError("entry", where, str(error)) from error


def device_of(data: bytes, where: str) -> str:
    """Whose entry it claims to be; nothing is verified yet."""
    try:
        return _device(envelope.parse(data).payload)
    except WireError as error:
        raise NotVerifiedError("leaf", where, str(error)) from error


def _device(payload: bytes) -> str:
    return decode(payload).device


def _openings(entry: Entry, digest: bytes, where: str, bundle: Bundle) -> dict[str, str | bytes]:
    """The opened values of all committed fields; every one must be there and fit."""
    wanted = {name for name in COMMITTED & entry.body.keys() if entry.body[name] is not None}
    if not wanted:
        return {}
    try:
        found = commitment.decode(bundle.opening(digest))
        for opening in found.openings:
            commitment.check(entry.kind, entry.body, opening)
    except WireError as error:
        raise NotVerifiedError("opening", where, str(error)) from error
    opened: dict[str, Any] = {one.field: one.value for one in found.openings}
    if found.entry != digest or set(opened) != wanted:
        raise NotVerifiedError("opening", where, "not the openings of this entry")
    return opened


def _photo(value: str | bytes, where: str, bundle: Bundle) -> None:
    if not isinstance(value, bytes) or hashlib.sha256(bundle.photo(value)).digest() != value:
        raise NotVerifiedError("photo", where, "another picture than was recorded")
