"""What a bad line does to the fingerprint sensor: never a match that did not happen."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.fingerprint.driver import ANSWER_MS, ZfmSensor
from hardware.ports import Match, NoMatch, Progress
from tests.hardware.fingerprint.rig import (
    OWNER,
    SLOT,
    STRANGER,
    Desk,
    Spoil,
    next_touch,
    on_a_pty,
    poll,
)
from tests.hardware.rig import PATIENCE_S, eventually
from tests.support.fingerprint_peer import FEW, MESSY, Finger, Sensor
from tests.support.serial_faults import FAULTS, Fault, Line

TAKE_PICTURE: Final = 0x01
STEPS: Final = 10  # answers of one touch, and some to spare
IMPOSTORS = {
    "nobody": None,
    "stranger": STRANGER,
    "smudge": Finger("stranger", flaw=MESSY),
    "fingertip": Finger("stranger", flaw=FEW),
}
impostors = pytest.mark.parametrize("impostor", IMPOSTORS.values(), ids=IMPOSTORS.keys())
times_ms = st.sampled_from([0, 5, 15, 300, ANSWER_MS, ANSWER_MS + 300, 3 * ANSWER_MS])


def after_the_owner() -> Desk:
    """A desk whose owner has just been recognised: every kind of answer is known to the line, and
    the owner's features still stand in the sensor's buffers.
    """
    desk = Desk()
    assert desk.touch(OWNER) == [Match(SLOT, OWNER.score)]
    return desk


def matches(desk: Desk, impostor: Finger | None, polls: int = 100) -> list[Match]:
    """Matches while an impostor's finger lies there, or none does."""
    desk.sensor.finger = impostor
    found = []
    for _ in range(polls):
        desk.wire.now_ms += 10
        touch = poll(desk.driver)
        found += [touch] if isinstance(touch, Match) else []
    return found


def instead(older: int, first: int, last: int) -> Spoil:
    """From the `first` to the `last` answer from now on, an older one arrives in its place."""
    count = 0

    def spoil(answers: Sequence[bytes]) -> Sequence[tuple[int, bytes]]:
        nonlocal count
        count += 1
        return [(0, answers[older] if first <= count <= last else answers[-1])]

    return spoil


def kinds(desk: Desk) -> list[int]:
    """Where in the past each different answer stands."""
    answers = desk.wire.answers
    return [answers.index(answer) for answer in sorted(set(answers))]


@impostors
def test_no_one_older_answer_makes_a_match(impostor: Finger | None) -> None:
    for older in kinds(after_the_owner()):
        for at in range(1, STEPS):
            desk = after_the_owner()
            desk.wire.spoil = instead(older, at, at)
            assert matches(desk, impostor) == [], (older, at)


@impostors
def test_no_older_answer_repeated_over_and_over_makes_a_match(impostor: Finger | None) -> None:
    for older in kinds(after_the_owner()):
        for first in range(1, STEPS):
            for last in range(first + 1, STEPS + 1):
                desk = after_the_owner()
                desk.wire.spoil = instead(older, first, last)
                assert matches(desk, impostor, 40) == [], (older, first, last)


@impostors
def test_no_one_answer_taken_for_an_ok_makes_a_match(impostor: Finger | None) -> None:
    for at in range(1, STEPS):
        desk = after_the_owner()
        desk.wire.spoil = agreeing(at)
        assert matches(desk, impostor) == [], at


@impostors
def test_older_answers_before_the_true_ones_make_no_match(impostor: Finger | None) -> None:
    """All answers of the owner's touch come again, each with the true one behind it."""
    desk = after_the_owner()
    older = iter(desk.wire.answers[2:])  # after greeting and measuring
    desk.wire.spoil = lambda answers: [(0, next(older, b"")), (0, answers[-1])]
    assert matches(desk, impostor) == []


@pytest.mark.parametrize("begin", [Desk.enrol, Desk.delete], ids=["enrol", "delete"])
def test_no_one_answer_taken_for_an_ok_makes_a_worn_out_library_look_written(
    begin: Callable[[Desk, int], Progress | None],
) -> None:
    for at in range(1, 3 * STEPS):
        desk = Desk()
        desk.sensor.library, desk.sensor.worn_out = {SLOT: STRANGER.name}, True
        desk.polls(10)
        desk.wire.spoil = agreeing(at)
        assert begin(desk, SLOT) == "failed", at


def agreeing(at: int) -> Spoil:
    """Whatever the sensor says with its answer number `at` from now on, the line makes an OK of
    the same length of it.
    """
    count = 0

    def spoil(answers: Sequence[bytes]) -> Sequence[tuple[int, bytes]]:
        nonlocal count
        count += 1
        return [(0, agreed(answers[-1]) if count == at else answers[-1])]

    return spoil


def agreed(answer: bytes) -> bytes:
    """The answer with OK for its confirmation, and a sum to suit."""
    body = answer[6:9] + b"\x00" + answer[10:-2]
    return answer[:6] + body + (sum(body) & 0xFFFF).to_bytes(2, "big")


@given(
    st.lists(times_ms, min_size=1, max_size=12),
    st.lists(st.booleans(), max_size=12),
    st.sampled_from(list(IMPOSTORS.values())),
)
@settings(deadline=None, max_examples=60)
def test_no_delay_or_doubling_of_answers_makes_a_match(
    delays: list[int], doubled: list[bool], impostor: Finger | None
) -> None:
    """A line keeps the order of its bytes: an answer never overtakes the one before."""
    desk = after_the_owner()
    waits, twice = iter(delays), iter(doubled)
    free_at = 0

    def spoil(answers: Sequence[bytes]) -> Sequence[tuple[int, bytes]]:
        nonlocal free_at
        pieces = []
        for _ in range(1 + next(twice, False)):
            free_at = max(free_at, desk.wire.now_ms + next(waits, 0))
            pieces.append((free_at - desk.wire.now_ms, answers[-1]))
        return pieces

    desk.wire.spoil = spoil
    assert matches(desk, impostor, 300) == []


@given(st.data())
@settings(deadline=None, max_examples=60)
def test_no_garbled_answer_makes_a_match(data: st.DataObject) -> None:
    desk = after_the_owner()
    mask = st.binary(max_size=20)

    def spoil(answers: Sequence[bytes]) -> Sequence[tuple[int, bytes]]:
        answer, noise = answers[-1], data.draw(mask) if len(answers) < 40 else b""
        spoilt = bytes(a ^ b for a, b in zip(answer, noise.ljust(len(answer), b"\0"), strict=False))
        return [(0, spoilt)]

    desk.wire.spoil = spoil
    assert matches(desk, data.draw(st.sampled_from(list(IMPOSTORS.values())))) == []


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("sound", [0, 4], ids=lambda sound: f"after-{sound}")
def test_on_a_pty_no_fault_makes_a_match_and_the_owner_is_recognised_after_it(
    fault: Fault, sound: int
) -> None:
    sensor = Sensor(library={SLOT: OWNER.name})
    with on_a_pty(sensor) as (line, driver):
        watch(sensor, driver)
        line.fail(Fault.SPLIT, sound)  # which harms nothing
        line.fail(fault, 2)
        sensor.finger = STRANGER
        touches = {poll(driver) for _ in until_used(line)}
        sensor.finger = None
        touches |= watch(sensor, driver)
        assert touches <= {None, NoMatch()}
        sensor.finger = OWNER
        assert next_touch(driver) == Match(SLOT, OWNER.score)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("sound", [0, 1], ids=lambda sound: f"after-{sound}")
def test_on_a_pty_a_deletion_is_done_only_when_it_happened(fault: Fault, sound: int) -> None:
    sensor = Sensor(library={SLOT: OWNER.name})
    with on_a_pty(sensor) as (line, driver):
        watch(sensor, driver)
        line.fail(Fault.SPLIT, sound)
        line.fail(fault, 2)
        assert deleted(driver) == "failed" or sensor.library == {}
        line.heal()
        eventually(lambda: deleted(driver) == "done", "a later deletion is done")
        assert sensor.library == {}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("asked", ["lay", "again"])
def test_on_a_pty_an_enrolment_is_done_only_when_it_happened(fault: Fault, asked: Progress) -> None:
    sensor = Sensor(library={SLOT: STRANGER.name})
    with on_a_pty(sensor) as (line, driver):
        ended = enrolled(sensor, driver, lambda now: line.fail(fault, 2) if now == asked else None)
        assert ended == "failed" or sensor.library == {SLOT: OWNER.name}
        line.heal()
        eventually(lambda: enrolled(sensor, driver) == "done", "a later enrolment is done")
        assert sensor.library == {SLOT: OWNER.name}


def until_used(line: Line) -> Iterator[None]:
    """As often as there are faults left, and a little longer."""
    deadline = time.monotonic() + PATIENCE_S
    while line._failures:
        assert time.monotonic() < deadline, "the faults are used up"
        yield
    yield from [None] * 20


def watch(sensor: Sensor, driver: ZfmSensor) -> set[Match | NoMatch | None]:
    """Poll until the sensor has said that nothing lies there, and waits for a finger; what it
    gives meanwhile.
    """
    enough = sensor.heard.count(TAKE_PICTURE) + 4
    touches: set[Match | NoMatch | None] = set()

    def seen() -> bool:
        touches.add(poll(driver))
        return sensor.heard.count(TAKE_PICTURE) >= enough

    eventually(seen, "the sensor is watched")
    return touches


def deleted(driver: ZfmSensor) -> Progress | None:
    driver.delete(SLOT)
    eventually(lambda: over(driver), "the deletion ends")
    return driver.progress()


def enrolled(
    sensor: Sensor, driver: ZfmSensor, before: Callable[[Progress | None], object] = bool
) -> Progress | None:
    """A person who does what is asked; `before` is called each time that something is."""
    fingers: dict[Progress | None, Finger | None] = {"lay": OWNER, "lift": None, "again": OWNER}
    done: list[Progress | None] = []

    def led() -> bool:
        asked = driver.progress()
        if asked in fingers and asked not in done[-1:]:
            before(asked)
            done.append(asked)
            sensor.finger = fingers[asked]
        return over(driver)

    sensor.finger = None
    driver.enrol(SLOT)
    eventually(led, "the enrolment ends")
    return driver.progress()


def over(driver: ZfmSensor) -> bool:
    poll(driver)
    return driver.progress() in ("done", "failed")
