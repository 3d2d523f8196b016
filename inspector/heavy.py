"""What takes time and needs no order: hashes of leaves, files of lists, signatures, openings,
photos, approvals. Many processes do it side by side.

Calls `wire` and `inspector`. What an entry means after the ones before it is `inspector.machine`'s.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from inspector import checked, openings, stamp
from inspector.bundle import Bundle, photo_path
from inspector.checked import Checked, Found
from inspector.erased import Erasures
from inspector.findings import NotVerifiedError
from inspector.leaf import ENVELOPE, listed
from inspector.ledger import Ledger, Logged
from inspector.lists import Lists
from inspector.policy import Policy
from inspector.tree import HashedTile, hash_tile
from wire.errors import WireError
from wire.record import envelope
from wire.record.entry import Entry, decode
from wire.record.envelope import Envelope
from wire.sig import PublicKey
from wire.tlog import tiles

TOLD: Final = frozenset({"authorised", "emergency"})
"""Kinds whose opened values are needed in the machine's order."""


@dataclass(frozen=True)
class Task:
    """What a worker needs to know of the verification."""

    bundle: Bundle
    policy: Policy
    root: bytes
    ledger: Path


class Run(NamedTuple):
    """Tiles first … end−1 of a log of `size` leaves; nothing before leaf `start` is wanted."""

    first: int
    end: int
    size: int
    start: int = 0


class _Read(NamedTuple):
    """An entry of which signature and photos are not held yet, and where it stands in the results.

    Between long hashes a processor forgets what Python needs: they come last, one after another.
    """

    place: int
    entry: Checked
    signed: Envelope
    photos: list[bytes]
    values: Mapping[str, str | bytes]


class Worker:
    """One process of many; each method takes one job. Raises NotVerifiedError."""

    def __init__(self, task: Task) -> None:
        self._bundle = task.bundle
        self._ledger = Ledger(task.ledger, readonly=True)
        self._lists = Lists(task.bundle, task.policy, task.root, self._ledger)
        self._erasures = Erasures(task.bundle, self._ledger, self._lists)
        self._elsewhere = lru_cache(maxsize=1024)(self._is_elsewhere)
        self._followed: dict[str, Logged] = {}

    def close(self) -> None:
        self._ledger.close()

    def hash(self, run: Run) -> list[HashedTile | None]:
        """Each tile hashed; None for one that this bundle does not hold."""
        found: list[HashedTile | None] = []
        for index in range(run.first, run.end):
            width = min(tiles.WIDTH, run.size - index * tiles.WIDTH)
            wanted = self._bundle.wanted(index, width)
            found.append(hash_tile(self._bundle, index, width) if wanted else None)
        return found

    def leaves(self, run: Run) -> bytes:
        """The scope's entries and lists in these tiles, up to the first that cannot be read; for
        `checked.unpack`.
        """
        self._followed = {}
        found: list[Found] = []
        pending: list[_Read] = []
        error = self._read(run, found, pending)
        for one in pending:
            try:
                envelope.check(one.signed, one.entry.key)
            except WireError as wrong:
                error = NotVerifiedError("entry", one.entry.where, str(wrong))
                del found[one.place :]
                break
            found[one.place] = self._with_photos(one)
        return checked.pack(found, error)

    def _read(self, run: Run, found: list[Found], pending: list[_Read]) -> NotVerifiedError | None:
        """Fill both; what ends it."""
        for number, leaf in self._scoped(run):
            try:
                one: Found | None
                if leaf.startswith(ENVELOPE):
                    read = self._entry(number, leaf, len(found))
                    one = None if read is None else read.entry
                    pending += () if read is None else (read,)
                else:
                    one = self._list(number, leaf)
            except NotVerifiedError as error:
                return error
            if one is not None:
                found.append(one)
        return None

    def _scoped(self, run: Run) -> Iterator[tuple[int, bytes]]:
        first = max(run.start, run.first * tiles.WIDTH)
        return self._bundle.leaves(run.size, first, run.end * tiles.WIDTH)

    def _list(self, number: int, leaf: bytes) -> Logged | None:
        """None for a list that was logged before, or is not of this bundle's village, and for a
        first leaf that names a former log.
        """
        named = listed(number, leaf)
        if named is None:
            return None
        found = self._ledger.logged(named.device, named.version)
        if found is None or found.leaf != number or self._elsewhere(named.device):
            return None
        followed = self._lists.follow(found, self._followed.get(named.device))
        self._followed[named.device] = followed
        return followed

    def _entry(self, number: int, data: bytes, place: int) -> _Read | None:
        """None for an entry of another village than the bundle's."""
        try:
            parsed = envelope.parse(data)
            entry = decode(parsed.payload)
        except WireError as error:
            raise NotVerifiedError("entry", f"leaf {number}", str(error)) from error
        if self._elsewhere(entry.device):
            return None
        where = f"{entry.device} #{entry.seq}, leaf {number}"
        key = self._key(entry.device, number, parsed.kid, where)
        name = envelope.entry_hash(data)
        values, photos, problem, erased = self._beside(entry, name, where)
        told = values if entry.kind in TOLD else {}
        found = Checked(number, name, key, entry, told, problem, where, erased)
        return _Read(place, found, parsed, photos, values)

    def _key(self, device: str, number: int, kid: bytes, where: str) -> PublicKey:
        """The record key of that id, by the newest list that names it before that leaf; or by the
        machine's first list, for what it wrote before there was one.
        """
        found = self._followed.get(device)
        if found is None:
            found = self._ledger.former(device, number) or self._ledger.first(device)
            if found is None:
                raise NotVerifiedError("entry", where, f"no list names {device}")
            found = self._followed[device] = replace(found, key=self._lists.key(found))
        while found is not None:
            key = self._lists.key(found)
            if key.kid == kid:
                return key
            found = self._ledger.former(device, found.leaf)
        raise NotVerifiedError("entry", where, "signed by another key")

    def _beside(
        self, entry: Entry, name: bytes, where: str
    ) -> tuple[Mapping[str, str | bytes], list[bytes], NotVerifiedError | None, tuple[int, ...]]:
        """Its opened values, their photos' names, what of them does not hold, and the leaf that
        says that they were erased.
        """
        values: Mapping[str, str | bytes] = {}
        photos: list[bytes] = []
        problem: NotVerifiedError | None = None
        erased: tuple[int, ...] = ()
        try:
            values, erased = self._values(entry, name, where)
            photos = openings.photos(values, where)
            if entry.kind == "authorised":
                self._judge(entry, None if erased else str(values["operator"]), where)
        except NotVerifiedError as error:
            problem = error
        return values, photos, problem, erased

    def _values(
        self, entry: Entry, name: bytes, where: str
    ) -> tuple[Mapping[str, str | bytes], tuple[int, ...]]:
        try:
            return openings.values(entry, name, where, self._bundle), ()
        except NotVerifiedError:
            leaf = self._erasures.opening(entry, name, where)
            if leaf is None:
                raise
            return {}, (leaf,)

    def _with_photos(self, read: _Read) -> Checked:
        """The entry, of which a photo may not hold: that weighs more than what nobody granted."""
        found, erased = read.entry, read.entry.erased
        try:
            for sha256 in read.photos:
                erased += self._photo(sha256, read)
        except NotVerifiedError as error:
            return found._replace(values={}, problem=error)
        return found._replace(erased=erased) if erased else found

    def _photo(self, sha256: bytes, read: _Read) -> tuple[int, ...]:
        """Hold a photo; the leaf that says why it is missing."""
        try:
            openings.hold_photo(sha256, read.entry.where, self._bundle)
        except NotVerifiedError:
            passing = sha256 in openings.passing(read.values)
            missing = passing and not self._bundle.has(photo_path(sha256))
            leaf = self._erasures.photo(read.entry.entry, read.entry.where) if missing else None
            if leaf is None:
                raise
            return (leaf,)
        return ()

    def _judge(self, entry: Entry, operator: str | None, where: str) -> None:
        device, version = entry.device, entry.body["list"]
        found = self._followed[device]
        if found.version != version:
            found = self._lists.logged(device, version, where)
        stamp.judge(entry, operator, entry.body["sheet"], self._lists.whole(found), where)

    def _is_elsewhere(self, device: str) -> bool:
        """Whether a machine's newest list says that it is another village's than the bundle's."""
        village = self._bundle.scope.village
        newest = None if village is None else self._ledger.newest(device)
        return newest is not None and self._lists.village(newest) != village
