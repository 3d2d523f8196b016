"""The records of a verified log, one after another, with the words that people know them by.

Calls `wire` and `inspector`. **This is what reports are made of.** `verify` judges, and nothing is
judged here a second time; `records` takes the `Report` that only a verification gives, reads the
same leaves again and fails where they are others by now. One record is held at a time: memory does
not grow with the log.

What a reader finds where:
 * who, when, what: `person(field)`, `entry.time`, `entry.kind`, `matter` (item, seal, title, who
   approved) of `authorised` and of its `stamped`, `relocked`, `aborted`, `interrupted`;
 * refusals and alarms: `entry.kind == "refused"` or `"alarm"`, their code in `entry.body`;
 * photos: `values` of before, after, picture, specimen: SHA-256 of `photos/….jpg` in the bundle;
 * gaps: a verified chain has none; a silence shows in `entry.time` from one record of a device to
   the next (a machine that is on writes a `heartbeat` every hour), a switch-off before a `boot`.
In a bundle of one village or of a range, only its records come.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from inspector import openings
from inspector.bundle import Bundle, list_path, opening_path
from inspector.findings import NotVerifiedError
from inspector.leaf import ENVELOPE, Leaf, listed, read
from inspector.listfile import read_list
from inspector.tree import Growing
from inspector.verify import Report
from wire.approval import emergency, subject
from wire.approval.emergency import Emergency
from wire.approval.subject import Application
from wire.lists import erased
from wire.lists.content import ApprovalList, Grant, Item, Seal
from wire.lists.erased import Span
from wire.record.entry import Entry
from wire.record.envelope import entry_hash
from wire.tlog.tree import leaf_hash

Gone = Mapping[int, tuple[Span, ...]]
"""Leaf → entries whose openings it names as erased."""


@dataclass(frozen=True)
class Matter:
    """What an opening of the lock was for. `approvals` are (step, person), none in an emergency;
    item and seal are as the list in force has them.
    """

    asked: Application | Emergency
    approvals: tuple[tuple[str, str], ...]
    item: Item
    seal: Seal


@dataclass(frozen=True)
class Record:
    """One verified entry: its leaf in the log and its hash, the values behind its commitments, the
    list that its machine followed (None before the first), what an opening or its end was for.
    """

    leaf: int
    hash: bytes
    entry: Entry
    values: Mapping[str, str | bytes]
    lists: ApprovalList | None
    matter: Matter | None

    @property
    def village(self) -> str:
        """The village's name; the device's id before there is a list."""
        return self.lists.machine.village_name if self.lists else self.entry.device

    def person(self, field: str) -> str:
        """Whoever stands in that field, by the roster's name or as written; "" for nobody."""
        value = self.values.get(field)
        return self.name(value) if isinstance(value, str) else ""

    def name(self, person: str) -> str:
        """A person's name on the roster in force, or the id itself."""
        known = self.lists.roster.persons.get(person) if self.lists else None
        return known.name if known else person


def records(bundle: Bundle, report: Report) -> Iterator[Record]:
    """Every verified entry in the log's order; raises NotVerifiedError where files are missing or
    are others than were verified.
    """
    readers: dict[str, _Reader] = {}
    erased_by = gone(bundle, report)
    held = None if report.village is None else _devices(bundle, report)
    tree = Growing()
    for index, data in bundle.leaves(report.leaves):
        tree.add(leaf_hash(data))
        if data.startswith(ENVELOPE):
            leaf = read(index, data)
            device = leaf.entry.device
            if held is None or device in held:
                yield readers.setdefault(device, _Reader(bundle, erased_by)).take(leaf)
    if not bundle.scope.ranged and tree.root().hex() != report.head:
        raise NotVerifiedError("tree", "checkpoint", "not the leaves that were verified")


def gone(bundle: Bundle, report: Report) -> Gone:
    """The leaves by which the verification found openings erased rightly, by their numbers."""
    found = {one.leaf: erased.find(bundle.leaf(one.leaf, report.leaves)) for one in report.erased}
    return {
        number: named.spans
        for number, named in found.items()
        if named is not None and named.what == erased.OPENINGS
    }


def gone_by(entry: Entry, found: Gone) -> int | None:
    """The leaf that names the entry's openings as erased."""
    for number, spans in found.items():
        for one in spans:
            if one.device == entry.device and one.first <= entry.seq <= one.last:
                return None if entry.kind in erased.LASTING else number
    return None


def _devices(bundle: Bundle, report: Report) -> set[str]:
    """The machines of the bundle's village, by their lists; those of others have none in it."""
    found = set()
    for index, data in bundle.leaves(report.leaves):
        named = None if data.startswith(ENVELOPE) else listed(index, data)
        if named is None or named.device in found or not bundle.has(list_path(named.sha256)):
            continue
        machine = read_list(bundle.list_bundle(named.sha256), named.version, 0).machine
        if machine.village == report.village:
            found.add(named.device)
    return found


class _Reader:
    """One machine: the list in force, and what the lock was opened for last. Openings that `gone`
    names may be missing.
    """

    def __init__(self, bundle: Bundle, gone: Gone) -> None:
        self._bundle = bundle
        self._gone = gone
        self._lists: ApprovalList | None = None
        self._matter: Matter | None = None
        self._declared: Emergency | None = None

    def take(self, leaf: Leaf) -> Record:
        entry, digest = leaf.entry, entry_hash(leaf.data)
        values: Mapping[str, str | bytes] = {}
        if self._bundle.has(opening_path(digest)) or gone_by(entry, self._gone) is None:
            values = openings.values(entry, digest, leaf.where, self._bundle)
        self._named(entry)
        if entry.kind == "list_adopted":
            data = self._bundle.list_bundle(entry.body["sha256"])
            self._lists = read_list(data, entry.body["version"], entry.body["expires"])
        elif entry.kind == "emergency":
            details = values["details"]
            self._declared = emergency.decode(details) if isinstance(details, bytes) else None
        elif entry.kind == "authorised":
            self._matter = self._of(leaf)
        matter = self._matter if "authorised" in {entry.kind, *entry.body} else None
        return Record(leaf.index, digest, entry, values, self._lists, matter)

    def _named(self, entry: Entry) -> None:
        """In a range that begins after the list was adopted, an entry may still name it."""
        if self._lists is None and "list_sha256" in entry.body:
            data = self._bundle.list_bundle(entry.body["list_sha256"])
            self._lists = read_list(data, entry.body["list"], 0)

    def _of(self, leaf: Leaf) -> Matter | None:
        """None where the emergency was declared before the range."""
        body, lists = leaf.entry.body, self._lists
        seal = lists.machine.seal(body["seal"]) if lists else None
        if lists is None or seal is None:
            raise NotVerifiedError("list", leaf.where, "no list in force")
        item = lists.catalogue.items[body["item"]]
        grant = _grant(lists, body["grant"])
        if grant is not None:
            given = tuple((one.step, one.person) for one in grant.approvals)
            return Matter(subject.decode(grant.subject), given, item, seal)
        return None if self._declared is None else Matter(self._declared, (), item, seal)


def _grant(lists: ApprovalList, name: bytes) -> Grant | None:
    return next((one for one in lists.grants.grants if one.id == name), None)
