"""A part that breaks one promise is found out by the check that is about it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from hardware.choose import Press
from hardware.conformance import run
from hardware.conformance.deeds import Deed
from hardware.conformance.model import Desk
from hardware.conformance.run import SUITES
from hardware.ports import Frame, HardwareError, HeadStatus, Match
from tests.hardware.conformance.others import OTHERS
from tests.hardware.conformance.presses import PRESSES
from tests.hardware.conformance.scene import RigScene


class Instead:
    """The part behind it, but for what is replaced."""

    def __init__(self, part: Any, **replaced: Any) -> None:
        self._part = part
        self._replaced = replaced

    def __getattr__(self, name: str) -> Any:
        return self._replaced[name] if name in self._replaced else getattr(self._part, name)


Lie = Callable[[Press, RigScene], Press]


def _never_counts(press: Press, _: RigScene) -> Press:
    return _told(press, lambda status: replace(status, unlatches=5))


def _counts_late(press: Press, _: RigScene) -> Press:
    told = iter(range(10_000))
    return _told(press, lambda status: replace(status, unlatches=next(told) // 3))


def _told(press: Press, told: Callable[[HeadStatus], HeadStatus]) -> Press:
    return replace(press, head=Instead(press.head, status=lambda: told(press.head.status())))


def _always_engaged(press: Press, _: RigScene) -> Press:
    return replace(press, lock=Instead(press.lock, engaged=lambda: True))


def _never_engaged(press: Press, _: RigScene) -> Press:
    return replace(press, lock=Instead(press.lock, engaged=lambda: False))


def _no_bound(press: Press, _: RigScene) -> Press:
    return replace(press, lock=Instead(press.lock, energise=lambda _: press.lock.energise(60_000)))


def _opens_twice(press: Press, _: RigScene) -> Press:
    def energise(bound_ms: int) -> None:
        try:
            press.lock.energise(bound_ms)
        except HardwareError:
            return

    return replace(press, lock=Instead(press.lock, energise=energise))


def _kept_awake(press: Press, scene: RigScene) -> Press:
    """Something asks the part all the time, so that no silence is ever noticed."""
    live = scene.step

    def step() -> None:
        live()
        press.head.status()

    scene.step = step
    return press


def _does_not_feel(press: Press, scene: RigScene) -> Press:
    scene.hands = {**scene.hands, Deed.PRESS: lambda: None}
    return press


def _gives_way(press: Press, scene: RigScene) -> Press:
    def lever() -> None:
        press.lock.energise(5_000)
        scene.pause(100)

    scene.hands = {**scene.hands, Deed.TRY_LEVER: lever}
    return press


def _stays(press: Press, _: RigScene) -> Press:
    return replace(press, head=Instead(press.head, select=lambda _: None))


def _faulty(press: Press, _: RigScene) -> Press:
    return _told(press, lambda status: replace(status, fault="latch_stuck"))


def _drifts(press: Press, _: RigScene) -> Press:
    told = iter(range(10_000))
    return _told(press, lambda status: replace(status, presses=next(told)))


def _says_open(press: Press, _: RigScene) -> Press:
    return replace(press, case=Instead(press.case, closed=lambda: False))


def _says_closed(press: Press, _: RigScene) -> Press:
    return replace(press, case=Instead(press.case, closed=lambda: True))


def _no_seals(press: Press, _: RigScene) -> Press:
    return replace(press, slots=Instead(press.slots, present=dict))


def _one_tag(press: Press, _: RigScene) -> Press:
    return replace(press, slots=Instead(press.slots, present=lambda: {1: "E200", 2: "E200"}))


PRESS_LIES: Final[Mapping[str, tuple[Lie, ...]]] = {
    "lock.rests_engaged": (_never_engaged,),
    "lock.release_is_always_allowed": (_never_engaged,),
    "lock.blocks_the_lever": (_gives_way,),
    "lock.counts_an_opening": (_never_counts, _counts_late, _always_engaged, _drifts),
    "lock.opens_once_at_a_time": (_opens_twice, _never_counts),
    "lock.refuses_an_empty_bound": (_opens_twice, _no_bound),
    "lock.closes_at_the_bound": (_no_bound,),
    "lock.closes_for_a_silent_host": (_kept_awake,),
    "lock.closes_after_one_press": (_does_not_feel, _never_counts),
    "head.is_sound_at_rest": (_faulty, _never_engaged),
    "head.counters_stand_still": (_drifts,),
    "head.brings_every_slot": (_stays,),
    "head.refuses_an_unknown_slot": (_stays,),
    "head.does_not_turn_while_open": (_stays,),
    "case.stands_closed": (_says_open,),
    "case.sees_the_lid": (_says_closed, _says_open),
    "slots.tells_the_seals": (_no_seals, _one_tag),
    "slots.sees_a_seal_lifted": (_one_tag,),
}


def _lies() -> Iterable[tuple[str, Lie]]:
    for check, lies in PRESS_LIES.items():
        yield from ((check, lie) for lie in lies)


@pytest.mark.parametrize(("check", "lie"), list(_lies()))
def test_a_press_that_breaks_its_promise_is_found_out(check: str, lie: Lie, tmp_path: Path) -> None:
    with PRESSES["sim"](tmp_path) as (press, scene):
        press.head.select(2)
        scene.pause(400)
        assert _verdict(check, lie(press, scene), scene) == "failed"


def test_every_check_of_the_press_has_a_liar() -> None:
    ports = ("lock", "head", "case", "slots")
    assert PRESS_LIES.keys() == {f"{p}.{one.name}" for p in ports for one in SUITES[p].checks}


JPEG = bytes.fromhex("ffd8ffc00011080030004003")


def _repeats(part: Any) -> Any:
    return Instead(part, read=lambda: "em4100:0F00A1B2C3")


def _swaps(part: Any) -> Any:
    told: list[str] = []

    def read() -> str | None:
        text = part.read()
        told.extend([] if text is None else [text])
        return None if text is None else f"{text}{len(told)}"

    return Instead(part, read=read)


def _matches_all(desk: Any) -> Any:
    return Desk(Instead(desk.sensor, poll=lambda: Match(desk.spare, 1)), desk.spare)


def _keeps_all(desk: Any) -> Any:
    """A deletion that deletes nothing, and a cancellation that ends nothing."""

    def forget(_slot: int) -> None:
        return None

    return Desk(Instead(desk.sensor, delete=forget), desk.spare)


def _goes_on(desk: Any) -> Any:
    return Desk(Instead(desk.sensor, cancel=lambda: None), desk.spare)


def _any_slot(desk: Any) -> Any:
    return Desk(Instead(desk.sensor, enrol=lambda _: None), desk.spare)


def _old(camera: Any) -> Any:
    return Instead(camera, capture=lambda _: Frame(JPEG, 1, 64, 48, 0))


def _odd_size(camera: Any) -> Any:
    return Instead(camera, capture=lambda after: Frame(JPEG, after, 65, 48, 0))


def _garbage(camera: Any) -> Any:
    return Instead(camera, preview=lambda: b"no picture")


def _back(clock: Any) -> Any:
    told = iter(range(10_000, 0, -1))
    return Instead(clock, mono_ms=lambda: next(told))


def _unset(clock: Any) -> Any:
    return Instead(clock, wall_ms=lambda: 0)


def _unsure(clock: Any) -> Any:
    return Instead(clock, quality=lambda: "perhaps")


OTHER_LIES: Final[Mapping[str, tuple[str, tuple[Callable[[Any], Any], ...]]]] = {
    "card_reader.is_silent_alone": ("sim", (_repeats,)),
    "card_reader.tells_a_card_once": ("sim", (_repeats, _swaps)),
    "fingerprint.is_silent_alone": ("zfm", (_matches_all,)),
    "fingerprint.refuses_an_unknown_slot": ("zfm", (_any_slot,)),
    "fingerprint.gives_up_when_told": ("zfm", (_goes_on, _any_slot)),
    "fingerprint.knows_a_finger_until_deleted": ("zfm", (_matches_all, _keeps_all, _any_slot)),
    "camera.takes_a_photo_of_now": ("picamera2", (_old, _odd_size)),
    "camera.never_shows_the_same_twice": ("picamera2", (_old,)),
    "camera.shows_a_preview": ("picamera2", (_garbage,)),
    "camera.gives_no_older_frame": ("picamera2", (_old,)),
    "clock.never_goes_back": ("sim", (_back,)),
    "clock.has_a_date": ("sim", (_unset, _unsure)),
}


def _other_lies() -> Iterable[tuple[str, str, Callable[[Any], Any]]]:
    for check, (driver, lies) in OTHER_LIES.items():
        yield from ((check, driver, lie) for lie in lies)


@pytest.mark.parametrize(("check", "driver", "lie"), list(_other_lies()))
def test_a_part_that_breaks_its_promise_is_found_out(
    check: str, driver: str, lie: Callable[[Any], Any], tmp_path: Path
) -> None:
    with OTHERS[check.partition(".")[0]][driver](tmp_path) as (part, scene):
        assert _verdict(check, lie(part), scene) == "failed"


def test_every_other_check_has_a_liar() -> None:
    assert OTHER_LIES.keys() == {f"{p}.{one.name}" for p in OTHERS for one in SUITES[p].checks}


def _verdict(check: str, part: Any, scene: RigScene) -> str:
    port, _, name = check.partition(".")
    outcomes = run.run({port: part}, scene, ports=[port], guarded=True)
    return next(one.seen.verdict for one in outcomes if one.check.name == name)
