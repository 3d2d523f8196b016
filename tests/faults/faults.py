"""What can go wrong while a machine works, as data: how each fault begins and how it ends.

Calls `tests.faults.world` and the stage's township.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from tests.faults.world import World
from tests.support.contents import HOUR, YEAR

SHORT_MS: Final = 300
LONG_MS: Final = 45_000
"""Longer than every time-out of the session."""
SLEEP_MS: Final = 600_000
"""Longer than a photo or a log-in lasts."""
LATER_MS: Final = 800
SLOT: Final = 2

Act = Callable[[World], None]


def _nothing(_: World) -> None:
    """It mends itself."""


@dataclass(frozen=True)
class Fault:
    """`hangs`: lockd stands still while it lasts. `answer`: the last word to the operator."""

    begin: Act = _nothing
    end: Act = _nothing
    hangs: bool = False
    answer: str = "grant_spent"


def _part(name: str) -> Fault:
    """A fault of the simulated body's own menu."""
    return Fault(
        lambda world: world.body.faults.set(name, value=True),
        lambda world: world.body.faults.set(name, value=False),
    )


def _flag(name: str, value: object) -> Fault:
    before = not value
    return Fault(
        lambda world: setattr(world, name, value),
        lambda world: setattr(world, name, before),
    )


def _clock(ms: int, answer: str = "grant_spent") -> Fault:
    """The wall clock is set, and set right again."""

    def by(step: int) -> Act:
        def turn(world: World) -> None:
            world.clock.wall += step

        return turn

    return Fault(by(ms), by(-ms), answer=answer)


def _garble(world: World) -> None:
    world.garbled = True


def _ungarble(world: World) -> None:
    world.garbled = world.body.faults.head_silent = False


def _short_list(world: World) -> None:
    """A list that ends in a second, as if no other had come for its whole life."""
    _adopt(world, lifetime_s=1)


def _mute(world: World) -> None:
    """First the camera, then the head: a photo is awaited meanwhile."""
    world.camerad = False
    world.later.append((world.clock.mono + LATER_MS, lambda: _silence(world, value=True)))


def _unmute(world: World) -> None:
    world.camerad = True
    world.later.append((world.clock.mono + LATER_MS, lambda: _silence(world, value=False)))


def _soon(world: World, *, value: bool) -> None:
    """At the next look at it, when whatever was asked of it has begun."""
    world.later.append((world.clock.mono + 1, lambda: _silence(world, value=value)))


def _silence(world: World, *, value: bool) -> None:
    world.body.faults.head_silent = value


def _revoke(world: World) -> None:
    _adopt(world, revoked_grants=(world.stage.job.id,))


def _adopt(world: World, **options: object) -> None:
    lists, stage = world.core.lists, world.stage
    version = stage.version + 1 if lists is None else lists.version + 1
    world.ask(lambda: world.core.adopt(stage.bundle(version, world.clock.wall, **options)))


FAULTS: Final[Mapping[str, Fault]] = {
    "latch stuck": _part("lock_stuck"),
    "press not sensed": _part("press_sensor_stuck"),
    "case open": _part("case_open"),
    "head silent": _part("head_silent"),
    "head garbled": Fault(_garble, _ungarble),
    "camera gone": _part("camera_gone"),
    "camera silent": _flag("camerad", value=False),
    "nobody at the lever": _flag("hand", value=False),
    "seal gone": Fault(
        lambda world: world.body.remove_seal(SLOT), lambda world: world.body.insert_seal(SLOT)
    ),
    "clock forward": _clock(2 * HOUR),
    "clock back": _clock(-2 * HOUR),
    "clock a year off": _clock(YEAR, "list_expired"),
    "list ends": Fault(_short_list, _adopt),
    "hang": Fault(hangs=True),
    "asleep": Fault(lambda world: world.clock.advance(SLEEP_MS)),
    "head cut off": Fault(
        lambda world: _soon(world, value=True), lambda world: _silence(world, value=False)
    ),
    "camera and head silent": Fault(_mute, _unmute),
    "grant revoked": Fault(_revoke, answer="grant_revoked"),
}
