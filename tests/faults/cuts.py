"""Power cuts and kills: a story is recorded once, then the machine is rebuilt as it was at each of
its moments, started, and asked for the rest of the job.

Calls `tests.faults`.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from hardware.sim.clock import FakeClock
from tests.faults import verdict
from tests.faults.disk import Files, Loss, after_cut
from tests.faults.people import STORIES, grant_of
from tests.faults.stage import Stage, stage
from tests.faults.verdict import Told
from tests.faults.world import Moment, World, files, opened, watching

KILL: Final = "kill"
"""kill -9: the disk keeps all, the head goes on alone, a hand may be at the lever."""
WAYS: Final = (*Loss, KILL)
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
            if moment.act is not None or way in (Loss.LOST, KILL):
                yield number, str(way)


def cut(story: str, number: int, way: str, seed: int) -> list[str]:
    """Everything that did not hold after that cut."""
    played = recording_of(story)
    moment = played.moments[number]
    acts = [one.act for one in played.moments[: number + 1] if one.act is not None]
    loss = Loss.KEPT if way == KILL else Loss(way)
    found = after_cut(played.base, acts, loss, random.Random(f"{seed} {story} {number} {way}"))
    with TemporaryDirectory() as folder:
        world = _machine(stage(), Path(folder) / "machine", found, moment, dead=way != KILL)
        with watching(world):
            if way == KILL:
                world.head_alone()
            world.power_on()
            told = Told(played.hashes[: moment.acked], moment.receipts, moment.attempts)
            wrong = verdict.at_start(world, told)
            starts = 2 if number < played.started else 1
            wrong += verdict.restarted(world, moment.acked, starts=starts)
            return wrong + verdict.finished(world, told, grant=grant_of(story))


def _machine(here: Stage, folder: Path, found: Files, moment: Moment, *, dead: bool) -> World:
    """The machine as that moment left it, not yet started; `dead`: the power was off."""
    config = here.copy(folder)
    (folder / "journal.sqlite3").unlink()
    for name, data in found.items():
        (folder / name).write_bytes(data)
    if not dead:
        clock = FakeClock(moment.wall, moment.mono)
        return World(here, config, moment.iron.body(clock), clock)
    clock = FakeClock(moment.wall + OFF_MS)
    return World(here, config, moment.iron.cold().body(clock), clock)
