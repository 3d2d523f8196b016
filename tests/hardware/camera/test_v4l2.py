"""A USB camera: which frame a photo shows, and what is said when it is old, frozen or gone."""

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import cv2
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from evidence.check import examine
from hardware.camera_v4l2 import V4l2Camera, exposure_began, open_v4l2
from hardware.ports import CameraStuckError, HardwareError
from hardware.sim.clock import FakeClock
from tests.hardware.rig import eventually
from tests.support.camera_standins import (
    AskedClock,
    Shown,
    UsbCamera,
    UsbPort,
    colour_of,
    number_of,
    numbered,
)

SIZE = (64, 48)
LAG_MS = 100
STALE = Shown(wait_ms=1, age_ms=2_000)
REALTIME_MS = 1_700_000_000_000


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def _driver(clock: FakeClock, port: UsbPort, **settings: Any) -> V4l2Camera:
    return V4l2Camera(
        "/dev/v4l/by-id/usb-example",
        clock.mono_ms,
        opened=port.opened,
        monotonic=lambda: float(clock.mono),
        **{"size": SIZE, "lag_ms": LAG_MS, **settings},
    )


def _plugged(clock: FakeClock, frames: Iterable[Shown], **faults: Any) -> UsbCamera:
    return UsbCamera(clock, frames, **{"size": SIZE, **faults})


def _running() -> Iterator[Shown]:
    return itertools.repeat(Shown())


@given(
    frames=st.lists(
        st.builds(Shown, wait_ms=st.integers(0, 400), age_ms=st.integers(0, 900)), max_size=12
    ),
    asked=st.integers(-900, 900),
    lag_ms=st.integers(0, 300),
)
def test_a_photo_was_never_begun_before_it_was_asked_for(
    frames: list[Shown], asked: int, lag_ms: int
) -> None:
    clock = FakeClock()
    arrivals = list(itertools.accumulate((one.wait_ms for one in frames), initial=clock.mono))
    after = clock.mono + asked
    port = UsbPort([_plugged(clock, numbered(frames))])
    try:
        photo = _driver(clock, port, lag_ms=lag_ms).capture(after)
    except HardwareError:
        event("no photo")
        return
    event("a photo")
    number = number_of(photo.jpeg)
    assert photo.mono_ms == arrivals[number + 1] - frames[number].age_ms - lag_ms
    assert photo.mono_ms >= after


def test_frames_that_lay_in_the_drivers_queue_are_passed_over(clock: FakeClock) -> None:
    fresh = (Shown(colour=(0, 0, 250)) for _ in itertools.count())
    usb = _plugged(clock, itertools.chain([STALE] * 4, fresh))
    asked = clock.mono
    photo = _driver(clock, UsbPort([usb])).capture(asked)
    assert colour_of(photo.jpeg)[0][2] > 200
    assert photo.mono_ms >= asked


def test_a_camera_that_sends_only_old_frames_is_given_up(clock: FakeClock) -> None:
    usb = _plugged(clock, itertools.repeat(Shown(wait_ms=200, age_ms=60_000)))
    asked = clock.mono
    camera = _driver(clock, UsbPort([usb]))
    with pytest.raises(HardwareError, match="no frame in time"):
        camera.capture(asked)
    camera.close()
    assert usb.decoded == 0


def test_a_frozen_camera_is_given_up_in_three_seconds_each_time() -> None:
    clock = AskedClock()
    usb = _plugged(clock, [], frozen=True)
    camera = _driver(clock, UsbPort([usb]))
    clock.step_ms = 150
    for _ in range(2):
        asked = clock.mono
        with pytest.raises(HardwareError) as raised:
            camera.capture(asked)
        assert not isinstance(raised.value, CameraStuckError)
        assert clock.mono - asked <= 3_500
    asked = clock.mono
    with pytest.raises(HardwareError):
        camera.preview()
    assert clock.mono - asked <= 1_000
    usb.thaw.set()
    eventually(lambda: usb.released, "the frozen camera is given back")


def test_an_unplugged_camera_is_looked_for_once_a_second_and_found(clock: FakeClock) -> None:
    usb = _plugged(clock, _running())
    port = UsbPort([usb])
    camera = _driver(clock, port)
    camera.capture(clock.mono)
    usb.unplugged = True
    eventually(lambda: usb.released, "the driver notices")
    clock.advance(1_000)
    for _ in range(10):
        with pytest.raises(HardwareError, match="usb-example"):
            camera.capture(clock.mono)
        clock.advance(90)
    assert port.asked == 2
    port.cameras.append(_plugged(clock, _running()))
    clock.advance(1_000)
    asked = clock.mono
    assert camera.capture(asked).mono_ms >= asked
    assert port.asked == 3
    camera.close()


def test_a_camera_that_is_not_there_at_the_start_may_come_later(clock: FakeClock) -> None:
    port = UsbPort([])
    camera = _driver(clock, port)
    with pytest.raises(HardwareError, match="cannot be opened"):
        camera.capture(clock.mono)
    port.cameras.append(_plugged(clock, _running()))
    clock.advance(1_000)
    assert camera.capture(clock.mono).width == SIZE[0]
    camera.close()


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ({"size": (32, 24)}, "64×48"),
        ({"stamps": None}, "time stamp"),
        ({"stamps": REALTIME_MS}, "time stamp"),
        ({"breaks": True}, "decoder"),
        ({"refuses": frozenset({cv2.CAP_PROP_FOCUS})}, f"property {cv2.CAP_PROP_FOCUS}"),
    ],
)
def test_a_camera_that_is_not_as_configured_is_refused_by_name(
    clock: FakeClock, fault: dict[str, Any], named: str
) -> None:
    camera = _driver(clock, UsbPort([_plugged(clock, _running(), **fault)]), focus=30)
    with pytest.raises(HardwareError, match=named) as raised:
        camera.capture(clock.mono)
    assert raised.value.code == "camera_unavailable"


def test_a_torn_frame_is_passed_over(clock: FakeClock) -> None:
    torn = [Shown(torn=True, colour=(250, 0, 0))] * 5
    usb = _plugged(clock, itertools.chain(torn, _running()))
    camera = _driver(clock, UsbPort([usb]))
    assert colour_of(camera.capture(clock.mono).jpeg)[0][2] > 100
    camera.close()


def test_a_black_frame_is_no_page(clock: FakeClock) -> None:
    size = (640, 480)
    black = itertools.repeat(Shown(colour=(0, 0, 0)))
    camera = _driver(clock, UsbPort([_plugged(clock, black, size=size)]), size=size)
    assert examine(camera.capture(clock.mono).jpeg, pages=[], before=None) == ["no_page"]
    camera.close()


def test_nothing_is_decoded_while_nobody_looks(clock: FakeClock) -> None:
    usb = _plugged(clock, _running())
    camera = _driver(clock, UsbPort([usb]))
    eventually(lambda: usb.grabbed > 20, "frames pass")
    assert usb.decoded == 0
    camera.close()
    eventually(lambda: usb.released, "it is given back")


def test_photo_and_preview_stand_upright_and_the_preview_is_small(clock: FakeClock) -> None:
    size = (1280, 960)
    usb = _plugged(clock, _running(), size=size)
    camera = _driver(clock, UsbPort([usb]), size=size, rotation=90, exposure_us=10_000)
    photo = camera.capture(clock.mono)
    assert colour_of(photo.jpeg)[1] == (photo.width, photo.height) == (960, 1280)
    assert photo.exposure_us == 10_000
    assert colour_of(camera.preview())[1] == (480, 640)
    camera.close()


def test_a_stamp_counts_on_its_own_clock() -> None:
    """A computer that has slept for a day: its two clocks are a day apart."""
    day = 86_400_000
    assert exposure_began(day + 60_000, 60_000.0, 59_950.5, LAG_MS) == day + 60_000 - 150


def test_a_device_that_does_not_exist_cannot_be_opened() -> None:
    with pytest.raises(HardwareError, match="cannot be opened"):
        open_v4l2("/dev/v4l/by-id/usb-nobody")
