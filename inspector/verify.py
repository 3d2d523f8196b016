"""The whole verification, offline: policy → root → head → leaves → lists → machines.

Calls `inspector` and `wire`. Reads the bundle, writes its own ledger alone; time is passed in. What
needs no order is spread over processes (`inspector.heavy`), what does is held one entry after
another (`inspector.machine`). Memory does not grow with the log.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from inspector import erased, renewed
from inspector.bundle import Bundle
from inspector.checked import Found, unpack
from inspector.erased import Erased
from inspector.findings import NotVerifiedError
from inspector.head import Head, open_head
from inspector.heads import Heads
from inspector.heavy import Task, Worker
from inspector.leaves import Leaves, runs
from inspector.ledger import Ledger, Logged
from inspector.lists import Lists
from inspector.machine import Machine
from inspector.policy import Policy
from inspector.pool import Pool
from inspector.shelf import Shelf
from wire.lists.renewal import FormerLog
from wire.tlog import tiles
from wire.tlog.checkpoint import Checkpoint

SMALL: Final = 8192
"""Leaves for which no process is started."""
Tell = Callable[[str, int, int], None]
"""Is told the round (leaves, entries), how far it is, how far it goes."""


@dataclass(frozen=True)
class Report:
    """What was verified. `head` is the root hash in hex, `witnesses` how many saw it; `emergencies`
    are openings without approvals, `outside` uses outside the machine, `corrected` stamps void.
    `beyond` counts by device what a machine wrote after the entry at which another one continued.

    `before` of the leaves had been held by an earlier run. In a bundle of one village or of a range
    of leaves (`village`, `first`, `end`) only those entries were held; `unjudged` are what rests on
    entries before the range. `follows` is the log that lost leaves and ended before this one.
    `erased` are the leaves by which something is missing rightly.
    """

    leaves: int
    entries: int
    lists: int
    devices: int
    stamps: int
    emergencies: int
    outside: int
    corrected: int
    beyond: Mapping[str, int]
    open: int
    head: str
    witnesses: int
    before: int
    village: str | None
    first: int
    end: int | None
    unjudged: int
    follows: FormerLog | None = None
    erased: tuple[Erased, ...] = ()

    def fields(self) -> dict[str, Any]:
        return asdict(self)

    def told_beyond(self, unit: str) -> str:
        return ", ".join(f"{device} {count} {unit}" for device, count in self.beyond.items())


def verify(
    bundle: Bundle,
    policy: Policy,
    *,
    now_ms: int,
    earlier: Checkpoint | None = None,
    processes: int = 1,
    ledger: Path | None = None,
    tell: Tell = lambda *_: None,
) -> Report:
    """Hold everything; raises NotVerifiedError for the first thing that does not hold.

    What an earlier run has put into the file `ledger` is not held again; None for a new one.
    """
    root = _pinned_root(bundle, policy)
    head = open_head(bundle.read("checkpoint", "checkpoint"), policy, "checkpoint")
    follows = renewed.past(bundle, head.checkpoint, policy)
    with tempfile.TemporaryDirectory(prefix="sealinspect-") as scratch:
        path = ledger or Path(scratch) / "ledger.sqlite3"
        with closing(Ledger(path)) as opened:
            task = Task(bundle, policy, root, path)
            used = processes if head.checkpoint.size > SMALL else 1
            with Pool(Worker, task, used) as pool:
                run = _Verification(task, head, opened, pool, tell)
                same = earlier is None or earlier.origin == head.checkpoint.origin
                run.check(earlier if same else None)
            run.check_past(policy, follows, None if same else earlier)
            run.check_dates(policy, now_ms)
            run.check_age(policy, now_ms)
            return replace(run.report(), follows=follows)


def _pinned_root(bundle: Bundle, policy: Policy) -> bytes:
    roots = bundle.roots()
    if not roots or hashlib.sha256(roots[0]).digest() != policy.root_sha256:
        raise NotVerifiedError("root", "roots/1.json")
    return roots[0]


class _Verification:
    """One run: `before` leaves were held by an earlier one."""

    def __init__(self, task: Task, head: Head, ledger: Ledger, pool: Pool, tell: Tell) -> None:
        self._bundle, self._head, self._ledger = task.bundle, head, ledger
        self._pool, self._tell = pool, tell
        self._machines: dict[str, Machine] = {}
        lists = Lists(task.bundle, task.policy, task.root, ledger)
        heads = Heads(task.bundle, task.policy, head.checkpoint)
        self._shelf = Shelf(task.bundle, lists, ledger, heads, head.checkpoint.size)
        self._before, self._before_root = ledger.done()

    def check(self, earlier: Checkpoint | None) -> None:
        """Raises NotVerifiedError."""
        head = self._head.checkpoint
        known = [] if earlier is None else [earlier]
        if self._before:
            known.append(Checkpoint(head.origin, self._before, self._before_root))
        leaves = Leaves(self._bundle, head, tuple(known))
        with self._ledger.together():
            leaves.check(self._pool, self._ledger, lambda at: self._tell("leaves", at, head.size))
        for device, state in self._ledger.machines().items():
            self._machines[device] = Machine.of(device, state, self._shelf)
        self._check_entries(leaves.roots)

    def _check_entries(self, roots: dict[int, bytes]) -> None:
        size = self._head.checkpoint.size
        if self._before >= size:
            return
        results = self._pool.run("leaves", runs(size, self._before))
        for run, data in zip(runs(size, self._before), results, strict=True):
            found, error = unpack(data)
            done = min(size, run.end * tiles.WIDTH)
            with self._ledger.together():
                changed = self._take(found)
                if error is not None:
                    raise error
                self._ledger.keep({one.device: one.state() for one in changed})
                self._ledger.set_done(done, roots[done])
            self._tell("entries", done, size)

    def _take(self, found: Iterable[Found]) -> Iterable[Machine]:
        """The machines that went on."""
        changed = {}
        for one in found:
            if isinstance(one, Logged):
                self._ledger.describe(one)
                continue
            device = one.entry.device
            machine = self._machines.get(device)
            if machine is None:
                whole = self._bundle.scope.first == 0
                machine = self._machines[device] = Machine(device, whole)
            machine.take(one, self._shelf)
            if one.erased:
                self._ledger.missing(one.erased)
            changed[device] = machine
        return changed.values()

    def check_past(
        self, policy: Policy, follows: FormerLog | None, kept: Checkpoint | None
    ) -> None:
        """What the lists and the first leaf say of former logs is the same, and fits the head that
        was `kept` of one. Lists that follow one another never change their past, so that the newest
        of each machine is enough. Raises NotVerifiedError('renewal', 'rolled_back').
        """
        found = [self._ledger.newest(device) for device in self._machines]
        listed = [self._shelf.lists.policy(one) for one in found if one is not None]
        named = [one.former_logs for one in listed if one.log_key == policy.log_key]
        whole = self._bundle.wanted(0, min(tiles.WIDTH, self._head.checkpoint.size))
        if whole and listed and (named or follows):
            for one in named or [()]:
                renewed.check_named(one, follows)
        if kept is not None:
            renewed.hold([one for each in named for one in each], kept)

    def check_dates(self, policy: Policy, now_ms: int) -> None:
        """Nothing was erased after the moment that a quorum of witnesses vouches for, or after now.
        Raises NotVerifiedError('erased').
        """
        latest = self._witnessed(policy) if policy.quorum else now_ms
        erased.check_date(self._ledger, self._head.checkpoint.size, latest, "the witnesses")

    def _witnessed(self, policy: Policy) -> int:
        return sorted(self._head.witnessed, reverse=True)[policy.quorum - 1] * 1000

    def check_age(self, policy: Policy, now_ms: int) -> None:
        """By the moment that a quorum of witnesses vouches for, or by the machines' own clocks."""
        if not policy.max_age_s:
            return
        if policy.quorum:
            newest = self._witnessed(policy)
        elif self._bundle.scope.end is not None:
            return
        else:
            newest = max((one.wall for one in self._machines.values()), default=0)
        if now_ms - newest > policy.max_age_s * 1000:
            raise NotVerifiedError("stale", "checkpoint", f"{(now_ms - newest) // 1000} s")

    def report(self) -> Report:
        machines, scope = list(self._machines.values()), self._bundle.scope
        return Report(
            leaves=self._head.checkpoint.size,
            entries=sum(one.entries for one in machines),
            lists=self._ledger.count_lists(),
            devices=len(machines),
            stamps=sum(one.stamps for one in machines),
            emergencies=sum(one.crisis.uses for one in machines),
            outside=self._ledger.count("register"),
            beyond=_beyond(self._machines),
            corrected=self._ledger.count("correction"),
            open=sum(one.opening is not None for one in machines),
            head=self._head.checkpoint.root.hex(),
            witnesses=len(self._head.witnessed),
            before=self._before,
            village=scope.village,
            first=scope.first,
            end=scope.end,
            unjudged=sum(one.unjudged for one in machines),
            erased=tuple(Erased(*one) for one in self._ledger.erasures()),
        )


def _beyond(machines: Mapping[str, Machine]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for one in machines.values():
        former = machines.get(one.former or "")
        if former is not None and former.seq > one.ended:
            count = min(former.entries, former.seq - one.ended)
            found[former.device] = max(count, found.get(former.device, 0))
    return found
