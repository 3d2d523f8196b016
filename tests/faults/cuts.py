"""Power cuts and kills: a story is recorded once, then the machine is rebuilt as it was at each of
its moments, started, and asked for the rest of the job.

Calls `tests.faults`.
"""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from hardware.sim.clock import FakeClock
from sealctl.errors import StartError
from tests.faults import verdict
from tests.faults.disk import Files, Loss, after_cut
from tests.faults.people import REPEATED, STORIES, grant_of
from tests.faults.stage import stage
from tests.faults.verdict import Told
from tests.faults.world import Moment, World, files, opened, watching

KILL: Final = "kill"
"""kill -9: the disk keeps all, the head goes on alone, a hand may be at the lever."""
TWICE: Final = "twice"
"""All is kept, and the power goes again at some act of the start that follows."""
HEADLESS: Final = "headless"
"""All is kept, and the head does not answer at the first start after it."""
WAYS: Final = (*Loss, KILL, TWICE, HEADLESS)
WITHOUT_ACT: Final = (Loss.LOST, KILL, TWICE, HEADLESS)
OFF_MS: Final = 90_000
"""For so long the machine stays without power."""


@dataclass(frozen=True)
class Recording:
    """A story as it went without a fault; `started`: the first moment after the start."""

    base: Files
    started: int
    moments: Sequence[Moment]
    hashes: Sequence[bytes]


@cache
def recording_of(story: str) -> Recording:
    """Played once per process."""
    with TemporaryDirectory() as folder, opened(stage(), Path(folder) / "machine") as world:
        base = files(stage().folder)
        started = len(world.moments)
        STORIES[story](world)
        rows = world.core.journal.connection.execute("SELECT hash FROM entry ORDER BY seq")
        return Recording(base, started, tuple(world.moments), [row[0] for row in rows])


def cases(story: str) -> Iterator[tuple[int, str]]:
    """(moment, way) for each cut of a story."""
    for number, moment in enumerate(recording_of(story).moments):
        for way in WAYS:
            if moment.act is not None or way in WITHOUT_ACT:
                yield number, str(way)


def cut(story: str, number: int, way: str, seed: int) -> list[str]:
    """Everything that did not hold after that cut."""
    played = recording_of(story)
    moment = played.moments[number]
    acts = [one.act for one in played.moments[: number + 1] if one.act is not None]
    loss = Loss(way) if way in set(Loss) else Loss.KEPT
    rng = random.Random(f"{seed} {story} {number} {way}")
    found = after_cut(played.base, acts, loss, rng)
    if way == TWICE:
        found = _cut_again(found, moment, rng)
    with _machine(found, moment, dead=way != KILL) as world:
        if way == KILL:
            world.head_alone()
        wrong = _start(world, headless=way == HEADLESS)
        told = Told(played.hashes[: moment.acked], moment.receipts, moment.attempts)
        wrong += verdict.at_start(world, told)
        starts = 1 + (number < played.started) + (way == TWICE)
        wrong += verdict.restarted(world, moment.acked, starts=starts)
        if story in REPEATED:
            STORIES[story](world)
        return wrong + verdict.finished(world, told, grant=grant_of(story))


def _cut_again(found: Files, moment: Moment, rng: random.Random) -> Files:
    """The files when the start over them was cut at one of its acts."""
    with _machine(found, moment, dead=True) as world:
        world.power_on()
        acts = [one.act for one in world.moments if one.act is not None]
    return after_cut(found, acts[: rng.randrange(len(acts))], rng.choice(list(Loss)), rng)


def _start(world: World, *, headless: bool) -> list[str]:
    """Switch it on; without its head it starts where no opening waits for its end, and says why."""
    if not headless:
        world.power_on()
        return []
    world.body.faults.head_silent = True
    try:
        world.power_on()
    except StartError as error:
        wrong = [] if error.code == "hardware_fault" else [f"it cannot start: {error}"]
        world.body.faults.head_silent = False
        world.power_on()
        return wrong
    world.body.faults.head_silent = False
    return []


@contextmanager
def _machine(found: Files, moment: Moment, *, dead: bool) -> Iterator[World]:
    """The machine as that moment left it, not yet started; `dead`: the power was off."""
    clock = FakeClock(moment.wall + OFF_MS) if dead else FakeClock(moment.wall, moment.mono)
    iron = moment.iron.cold() if dead else moment.iron
    with TemporaryDirectory() as name:
        config = stage().copy(Path(name) / "machine")
        config.journal.unlink()
        for file, data in found.items():
            (config.folder / file).write_bytes(data)
        with watching(World(stage(), config, iron.body(clock), clock)) as world:
            yield world
