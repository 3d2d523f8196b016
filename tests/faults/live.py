"""Faults that begin at a step of the session, last a while and end, while a job is stamped.

Calls `tests.faults`.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sealctl.session import model as m
from sealctl.session.model import Mode
from tests.faults import verdict
from tests.faults.expected import CHAINS, PLAIN
from tests.faults.faults import FAULTS, LONG_MS, SHORT_MS, Fault
from tests.faults.people import stamp_all
from tests.faults.stage import stage
from tests.faults.verdict import Told
from tests.faults.world import World, opened

STEPS: Final = (
    (Mode.IDLE, m.LoggedIn),
    (Mode.IDENTIFIED, m.Chose),
    (Mode.CHOSEN, m.PhotoAsked),
    (Mode.PHOTOGRAPHING, m.PhotoTaken),
    (Mode.PHOTOGRAPHED, m.Permitted),
    (Mode.AUTHORISING, m.Recorded),
    (Mode.OPENING, m.Reading),
    (Mode.OPEN, m.Reading),
    (Mode.CLOSING, m.Reading),
    (Mode.PICTURING, m.PhotoTaken),
    (Mode.ENDING, m.Recorded),
)
"""Every step of a stamp; the fault begins before its effects."""
LASTS: Final = {"short": SHORT_MS, "long": LONG_MS}


def cases() -> Iterator[tuple[str, str, str]]:
    """(fault, mode, how long) of each row."""
    for fault in FAULTS:
        for mode, _ in STEPS:
            for lasts in LASTS:
                yield fault, str(mode), lasts


def play(fault: str, mode: str, lasts: str) -> list[str]:
    """Everything that did not hold in that row."""
    said, wrong = observe(fault, mode, lasts)
    expected = CHAINS.get((fault, mode, lasts), PLAIN)
    return wrong if said == expected else [*wrong, f"the journal says: {said}; not: {expected}"]


def observe(fault: str, mode: str, lasts: str) -> tuple[str, list[str]]:
    """What the journal says in that row, and what does not hold whatever it says."""
    event = dict(STEPS)[Mode(mode)]
    with TemporaryDirectory() as folder, opened(stage(), Path(folder) / "machine") as world:
        began = world.core.journal.last_seq
        _arm(world, FAULTS[fault], Mode(mode), event, LASTS[lasts])
        stamp_all(world, stage().job)
        while world.later:
            world.tick(1_000)
        told, last = Told([], 0, {}), FAULTS[fault].answer
        wrong = verdict.at_start(world, told) + verdict.finished(world, told, last=last)
        return verdict.chain(world, began), wrong


def observed() -> Iterator[str]:
    """The lines of `expected.txt` as they would be now: to be read before they are believed."""
    rows: dict[tuple[str, str, str], list[str]] = {}
    for fault, mode, lasts in cases():
        said, _ = observe(fault, mode, lasts)
        if said != PLAIN:
            rows.setdefault((fault, lasts, said), []).append(mode)
    for (fault, lasts, said), modes in rows.items():
        yield f"{fault} | {lasts} | {' '.join(modes)} | {said}"


def _arm(world: World, fault: Fault, mode: Mode, event: type, lasts_ms: int) -> None:
    """Begin before the first such step, once."""
    begun: list[int] = []

    def begin(now: Mode, what: type) -> None:
        if begun or (now, what) != (mode, event):
            return
        begun.append(world.clock.mono)
        fault.begin(world)
        if fault.hangs:
            world.clock.advance(lasts_ms)
        world.later.append((world.clock.mono + lasts_ms, lambda: fault.end(world)))

    world.before_step = begin
