"""What takes time and needs no order: hashes of leaves, files of lists, signatures, openings,
photos, approvals. Many processes do it side by side.

Calls `wire` and `inspector`. What an entry means after the ones before it is `inspector.machine`'s.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from inspector import openings, stamp
from inspector.bundle import Bundle
from inspector.findings import NotVerifiedError
from inspector.leaf import ENVELOPE
from inspector.ledger import Ledger, Logged
from inspector.lists import Lists, verify_lists
from inspector.policy import Policy
from inspector.tree import HashedTile, hash_tile
from wire.errors import WireError
from wire.record import envelope
from wire.record.entry import Entry, decode
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


class Checked(NamedTuple):
    """One entry by itself: signed by `key`, its openings and photos there.

    `values` are those of the kinds TOLD. `problem` is what else does not hold: in an `authorised`
    it may be that it rests on no grant but on an emergency.
    """

    leaf: int
    hash: bytes
    key: PublicKey
    entry: Entry
    values: Mapping[str, str | bytes]
    problem: NotVerifiedError | None

    @property
    def where(self) -> str:
        return f"{self.entry.device} #{self.entry.seq}, leaf {self.leaf}"


class Worker:
    """One process of many; each method takes one job. Raises NotVerifiedError."""

    def __init__(self, task: Task) -> None:
        self._bundle = task.bundle
        self._task = task
        self._ledger = Ledger(task.ledger, readonly=True)
        self._lists = Lists(task.bundle, self._ledger)
        self._other = lru_cache(maxsize=1024)(self._elsewhere)

    def hash(self, run: Run) -> list[HashedTile | None]:
        """Each tile hashed; None for one that this bundle does not hold."""
        found: list[HashedTile | None] = []
        for index in range(run.first, run.end):
            width = min(tiles.WIDTH, run.size - index * tiles.WIDTH)
            wanted = self._bundle.wanted(index, width)
            found.append(hash_tile(self._bundle, index, width) if wanted else None)
        return found

    def lists(self, job: tuple[Logged | None, list[Logged]]) -> list[Logged]:
        """One machine's next lists, after the one before them."""
        return verify_lists(self._bundle, self._task.policy, self._task.root, *job)

    def entries(self, run: Run) -> tuple[list[Checked], NotVerifiedError | None]:
        """The scope's entries in these tiles, up to the first that cannot even be read."""
        scope = self._bundle.scope
        found: list[Checked] = []
        for index in range(run.first, run.end):
            start = index * tiles.WIDTH
            width = min(tiles.WIDTH, run.size - start)
            if not scope.overlaps(start, start + width):
                continue
            for number, leaf in enumerate(self._bundle.tile(index, width), start):
                if number < run.start or not scope.holds(number) or not leaf.startswith(ENVELOPE):
                    continue
                try:
                    checked = self._entry(number, leaf)
                except NotVerifiedError as error:
                    return found, error
                if checked is not None:
                    found.append(checked)
        return found, None

    def _entry(self, number: int, data: bytes) -> Checked | None:
        """None for an entry of another village than the bundle's."""
        try:
            parsed = envelope.parse(data)
            entry = decode(parsed.payload)
        except WireError as error:
            raise NotVerifiedError("entry", f"leaf {number}", str(error)) from error
        if self._bundle.scope.village is not None and self._other(entry.device):
            return None
        where = f"{entry.device} #{entry.seq}, leaf {number}"
        keys = self._lists.keys(entry.device)
        if not keys:
            raise NotVerifiedError("entry", where, f"no list names {entry.device}")
        key = keys.get(parsed.kid)
        try:
            if key is None:
                raise WireError(envelope.CODE, "signed by another key")
            envelope.check(parsed, key)
        except WireError as error:
            raise NotVerifiedError("entry", where, str(error)) from error
        return self._beside(number, envelope.entry_hash(data), key, entry, where)

    def _beside(
        self, number: int, digest: bytes, key: PublicKey, entry: Entry, where: str
    ) -> Checked:
        values: Mapping[str, str | bytes] = {}
        problem = None
        try:
            values = openings.opened(entry, digest, where, self._bundle)
            if entry.kind == "authorised":
                self._judge(entry, str(values["operator"]), where)
        except NotVerifiedError as error:
            problem = error
        told = values if entry.kind in TOLD else {}
        return Checked(number, digest, key, entry, told, problem)

    def _judge(self, entry: Entry, operator: str, where: str) -> None:
        body = entry.body
        lists = self._lists.get(entry.device, body["list"], where)
        stamp.judge(entry, operator, body["sheet"], lists, where)

    def _elsewhere(self, device: str) -> bool:
        newest = self._ledger.newest(device)
        if newest is None or newest.village is None:
            return False
        return newest.village != self._bundle.scope.village
