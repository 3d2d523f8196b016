"""One machine in one case: lockd over files and iron, hands and camera beside it, all of it noted.

Calls `sealctl`, `hardware.sim`, `tests.support.machine` and `tests.faults`. Time stands still
unless `tick` moves it. What becomes of an error is as in lockd: one that a verb meets is answered,
one that the tick meets ends the process, and the service manager starts it again.
"""

import contextlib
import hashlib
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal
from unittest import mock

from argon2 import PasswordHasher

from hardware.sim.body import SEALS, SimBody
from hardware.sim.clock import FakeClock
from hardware.sim.mechanism import Bolt, Due
from hardware.sim.memory import Memory, SealInSlot
from sealctl.config import MachineConfig
from sealctl.errors import StartError
from sealctl.lockd import core as cores
from sealctl.lockd.core import Core, JournalFailedError
from sealctl.operators import Operators
from sealctl.session.model import Event, Mode, Session
from sealctl.session.step import Result, step
from tests.faults.recorder import PERSISTENT, Recorder, Verdict, never, recording
from tests.faults.recorder import Event as Act
from tests.faults.stage import Stage
from tests.support.machine import power_on
from wire.refusals import Refused

TICK_MS: Final = 20
PATIENCE_MS: Final = 400_000
SEEN: Final[set[tuple[Mode, type]]] = set()
"""Every step that a session took in this process."""
JPEG: Final = b"what the camera sees does not matter here"
TAGS: Final = {1: "A1", 2: "A2", 3: "A3"}
CHECKPOINT_PAGES: Final = 30
"""Pages in the WAL before SQLite moves them into the database: few, so that each story sees it."""


class EndedError(Exception):
    """lockd has ended and was started again: whoever spoke with it is cut off."""


@dataclass(frozen=True)
class Iron:
    """What the body is at one moment: its memory, and what moves in it."""

    memory: Memory
    bolt: Bolt
    due: dict[Due, int]

    @classmethod
    def of(cls, body: SimBody) -> "Iron":
        return cls(_copy(body.memory), body.mechanism.bolt, dict(body.mechanism.due))

    def cold(self) -> "Iron":
        """The same iron after the power went: the spring has closed the lock."""
        return Iron(self.memory, Bolt.ENGAGED, {})

    def body(self, clock: FakeClock) -> SimBody:
        """A body that is so at this moment."""
        made = SimBody(clock, random.Random(1), _copy(self.memory))
        made.mechanism.bolt, made.mechanism.due = self.bolt, dict(self.due)
        return made


@dataclass(frozen=True)
class Moment:
    """One act on the disk, or something else worth a cut (`act` is None), and all just after it.

    `acked`: the last seq of which anybody was told. `attempts`: PINs looked at, by person, since
    the last right one. `receipts`: how many the courier was told are kept.
    """

    act: Act | None
    what: str
    mode: Mode
    iron: Iron
    wall: int
    mono: int
    acked: int
    attempts: dict[str, int]
    receipts: int


@dataclass
class World:
    """`hand`: whether somebody pulls the lever of an open lock. `camerad`: whether it runs.

    `garbled`: every second answer of the head is lost. `said`: every refusal that a person saw.
    `deaths`: why lockd ended, then why it could not start; `promised`: the entries known by then.
    `acts`: so many were done on the disk. `failing`: what the disk answers instead of doing more.
    `patience_ms`: for so long an operator tries.
    `before_step` hears of each step of the session before its effects; `later`: (mono_ms, act).
    """

    stage: Stage
    config: MachineConfig
    body: SimBody
    clock: FakeClock
    core: Core = field(init=False)
    moments: list[Moment] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    deaths: list[str] = field(default_factory=list)
    before_step: Callable[[Mode, type], None] = lambda _mode, _event: None
    later: list[tuple[int, Callable[[], None]]] = field(default_factory=list)
    failing: Verdict = never
    patience_ms: int = PATIENCE_MS
    hand: bool = True
    camerad: bool = True
    garbled: bool = False
    attempts: dict[str, int] = field(default_factory=dict)
    receipts: int = 0
    acts: int = 0
    promised: list[bytes] = field(default_factory=list)
    _pulled: int | None = None
    _ticks: int = 0
    _open: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def __post_init__(self) -> None:
        self._listen()

    def power_on(self) -> None:
        """A new process over the folder; raises StartError."""
        self.core = power_on(self.config, self.body, self.clock)
        connection = self.core.journal.connection
        self._open.callback(connection.close)
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        self.core.operators = Operators(connection, random.Random(3).randbytes, _Hasher(self))
        self.core.parts = replace(self.core.parts, lock=_Lock(self))

    def tick(self, ms: int = TICK_MS) -> None:
        """Time passes; lockd looks once, camerad works, a hand pulls. Raises EndedError."""
        before = Iron.of(self.body)
        self.clock.advance(ms)
        self._ticks += 1
        self._do_what_is_due()
        self.body.settle()
        if self.garbled:
            self.body.faults.head_silent = self._ticks % 2 == 0
        try:
            self.core.tick()
        except (JournalFailedError, sqlite3.Error) as error:
            self.die(type(error).__name__)
            raise EndedError from error
        self.photograph()
        self._pull()
        if Iron.of(self.body) != before:
            self.mark("body")

    def ask(self, call: Callable[[], object]) -> str | None:
        """The code with which it is refused, None where it is done."""
        try:
            call()
        except Refused as refused:
            self.said.append(refused.code)
        except sqlite3.Error:
            self.said.append("journal_full")
        else:
            return None
        return self.said[-1]

    def run(self, until: Callable[[], bool], limit_ms: int = 60_000) -> bool:
        """Let time pass until it holds; False where it does not in that time."""
        for _ in range(limit_ms // TICK_MS):
            if until():
                return True
            self.tick()
        return until()

    def die(self, why: str) -> None:
        """This process ends as by kill -9, the head drops the lock, the next process starts.

        Where it cannot start for want of a disk, one is given, and it starts then.
        """
        self.deaths.append(why)
        rows = self.core.journal.connection.execute("SELECT hash FROM entry ORDER BY seq")
        self.promised = [row[0] for row in rows]
        self._take_over()
        self.head_alone()
        try:
            self.power_on()
        except StartError as error:
            self.deaths.append(error.code)
            self.failing = never
            self._take_over()
            self.power_on()

    def _take_over(self) -> None:
        """From now on the machine is the copy of its files in another folder."""
        folder = self.config.folder.with_name(self.config.folder.name + "+")
        shutil.copytree(self.config.folder, folder)
        (folder / "journal.sqlite3-shm").unlink(missing_ok=True)
        self.config = replace(self.config, folder=folder, root=folder / "root.json")
        self.recorder.heard = lambda _: None
        self._listen()

    def close(self) -> None:
        """The case is over."""
        self.recorder.heard = lambda _: None
        self._open.close()

    def head_alone(self) -> None:
        """The host is silent for a while: the head ends what it does by itself."""
        for _ in range(25):
            self.clock.advance(TICK_MS)
            self.body.settle()
            self._pull()
        self.body.mechanism.release(self.clock.mono)
        self.clock.advance(1_000)
        self.body.settle()

    def _do_what_is_due(self) -> None:
        due = [one for one in self.later if one[0] <= self.clock.mono]
        self.later = [one for one in self.later if one[0] > self.clock.mono]
        for _, act in due:
            act()

    def _listen(self) -> None:
        self.recorder = Recorder(self.config.folder, self._heard, lambda act: self.failing(act))
        self._open.enter_context(recording(self.recorder))

    def mark(self, what: str) -> None:
        """A moment at which nothing was written."""
        self._note(None, what)

    def _heard(self, act: Act) -> None:
        self.acts += 1
        self._note(act, f"{act.what} {act.name.removeprefix('journal.sqlite3') or 'database'}")

    def _note(self, act: Act | None, what: str) -> None:
        started = hasattr(self, "core")
        self.moments.append(
            Moment(
                act,
                what,
                self.core.session.mode if started else Mode.IDLE,
                Iron.of(self.body),
                self.clock.wall,
                self.clock.mono,
                self.core.journal.last_seq if started else self.stage.last_seq,
                dict(self.attempts),
                self.receipts,
            )
        )

    def _pull(self) -> None:
        """One pull for one opening, as soon as the bolt is out of the way."""
        opening = self.body.memory.unlatches
        if self.hand and self._pulled != opening and self.body.mechanism.bolt is Bolt.WITHDRAWN:
            self._pulled = opening
            self.body.press()

    def photograph(self) -> None:
        """What camerad does."""
        job = self.core.photos.next() if self.camerad else None
        if job is None:
            return
        event: Event | None
        if self.body.faults.camera_gone:
            event = self.core.photos.failed(job.id, "camera_unavailable")
        else:
            digest = _photo(self.config.photos)
            event = self.core.photos.done(job.id, digest, ("page_match",), self.clock.mono)
        if event is not None and self.core.session.mode in (Mode.PHOTOGRAPHING, Mode.PICTURING):
            with contextlib.suppress(JournalFailedError):
                self.core.feed(event)


@contextlib.contextmanager
def opened(stage: Stage, folder: Path) -> Iterator[World]:
    """A machine that was just switched on, in a copy of the stage."""
    clock = FakeClock(wall=stage.township.now_ms + 1_000)
    slots = [SealInSlot(seal.slot, TAGS[seal.slot], seal.name) for seal in SEALS]
    body = SimBody(clock, random.Random(1), Memory(slots, page=b"a page"))
    world = World(stage, stage.copy(folder), body, clock)
    with watching(world):
        world.power_on()
        yield world


@contextlib.contextmanager
def watching(world: World) -> Iterator[World]:
    """While it lasts, what the machine writes and every step of its session is noted."""

    def spied(session: Session, event: Event, now: int) -> Result:
        SEEN.add((session.mode, type(event)))
        world.before_step(session.mode, type(event))
        return step(session, event, now)

    with mock.patch.object(cores, "step", spied), contextlib.closing(world):
        yield world


def files(folder: Path) -> dict[str, bytes]:
    """The database as it lies in a folder."""
    found = {f"journal.sqlite3{one}": folder / f"journal.sqlite3{one}" for one in PERSISTENT}
    return {name: path.read_bytes() for name, path in found.items() if path.exists()}


class _Lock:
    """The lock, its openings noted."""

    def __init__(self, world: World) -> None:
        self._world = world

    def energise(self, bound_ms: int) -> None:
        self._world.body.lock.energise(bound_ms)
        self._world.mark("energise")

    def release(self) -> None:
        self._world.body.lock.release()

    def engaged(self) -> bool:
        return self._world.body.lock.engaged()


class _Hasher(PasswordHasher):
    """Cheap, and notes each look at a PIN before it looks."""

    def __init__(self, world: World) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self._world = world

    def verify(self, verifier: str | bytes, given: str | bytes) -> Literal[True]:
        world = self._world
        person = world.core.journal.connection.execute(
            "SELECT person FROM pin WHERE verifier = ?", (verifier,)
        ).fetchone()[0]
        world.attempts[person] = world.attempts.get(person, 0) + 1
        world.mark("PIN looked at")
        right = super().verify(verifier, given)
        world.attempts[person] = 0
        return right


def _photo(folder: Path) -> bytes:
    digest = hashlib.sha256(JPEG).digest()
    (folder / f"{digest.hex()}.jpg").write_bytes(JPEG)
    return digest


def _copy(memory: Memory) -> Memory:
    seals = [replace(seal) for seal in memory.seals]
    return replace(memory, seals=seals, impressions=list(memory.impressions))
