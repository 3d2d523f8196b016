"""The Raspberry Pi's camera: which frame a photo shows, what is told of it, and how it fails."""

import itertools
import sys
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from hardware import camera_picamera2
from hardware.camera_picamera2 import Picamera2Camera
from hardware.ports import CameraStuckError, HardwareError
from hardware.sim.clock import FakeClock
from tests.support.camera_standins import (
    PiCamera,
    Shown,
    colour_of,
    number_of,
    numbered,
    picamera2_module,
)

SIZE = (320, 240)
RED = (40, 30, 220)


@pytest.fixture
def pi() -> PiCamera:
    return PiCamera(FakeClock())


def _driver(pi: PiCamera | Exception, **settings: Any) -> Picamera2Camera:
    clock = pi.clock if isinstance(pi, PiCamera) else FakeClock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "picamera2", picamera2_module(pi))
        return Picamera2Camera(clock.mono_ms, **{"size": SIZE, **settings})


TELLING = st.builds(
    Shown,
    wait_ms=st.integers(0, 400),
    age_ms=st.integers(0, 500),
    exposure_us=st.integers(0, 300_000),
)
ODD = st.builds(
    Shown,
    age_ms=st.integers(-200, 900),
    tells=st.sampled_from([Shown().tells, frozenset({"SensorTimestamp"}), frozenset[str]()]),
)
FRAMES = st.lists(TELLING, min_size=1, max_size=15) | st.lists(TELLING | ODD, max_size=15)


@given(frames=FRAMES, asked=st.integers(-900, 300), keeps_flush=st.booleans())
def test_a_photo_was_never_begun_before_it_was_asked_for(
    frames: list[Shown], asked: int, keeps_flush: bool
) -> None:
    pi = PiCamera(FakeClock(), numbered(frames))
    pi.keeps_flush = keeps_flush
    arrivals = list(itertools.accumulate((one.wait_ms for one in frames), initial=pi.clock.mono))
    after = pi.clock.mono + asked
    try:
        photo = _driver(pi, size=(64, 64)).capture(after)
    except HardwareError:
        event("no photo")
        return
    event("a photo")
    number = number_of(photo.jpeg)
    shown, arrived = frames[number], arrivals[number + 1]
    began_us = (arrived - shown.age_ms) * 1000 - shown.exposure_us
    assert began_us >= after * 1000
    assert (photo.mono_ms, photo.exposure_us) == (began_us // 1000, shown.exposure_us)
    assert photo.mono_ms <= pi.clock.mono


def test_what_is_told_of_a_photo_is_of_its_own_frame(pi: PiCamera) -> None:
    late, fresh = Shown(100, 150, 30_000), Shown(100, 20, 8_000, RED)
    pi.frames = iter([late, fresh, Shown()])
    asked = pi.clock.mono
    photo = _driver(pi, rotation=90).capture(asked)
    assert (photo.mono_ms, photo.exposure_us) == (asked + 200 - 20 - 8, 8_000)
    colour, size = colour_of(photo.jpeg)
    assert size == (photo.width, photo.height) == (240, 320)
    assert all(abs(seen - shown) < 6 for seen, shown in zip(colour, RED, strict=True))


def test_an_older_frame_is_refused_even_where_the_library_hands_it_out(pi: PiCamera) -> None:
    pi.keeps_flush = False
    with pytest.raises(HardwareError, match="asked for after"):
        _driver(pi).capture(pi.clock.mono + 60)


def test_a_frame_from_another_clock_is_refused(pi: PiCamera) -> None:
    pi.frames = itertools.repeat(Shown(age_ms=-1_700_000_000_000))
    with pytest.raises(HardwareError, match="asked for after"):
        _driver(pi).capture(pi.clock.mono)


def test_a_camera_that_stops_is_given_up_in_three_seconds_and_all_is_cancelled(
    pi: PiCamera,
) -> None:
    camera = _driver(pi)
    camera.capture(pi.clock.mono)
    pi.frames = iter([])
    asked = pi.clock.mono
    with pytest.raises(CameraStuckError):
        camera.capture(asked)
    assert pi.cancelled == 1
    assert pi.clock.mono - asked <= 3_500


def test_it_is_configured_once_and_every_buffer_goes_back(pi: PiCamera) -> None:
    camera = _driver(pi)
    for _ in range(20):
        camera.capture(pi.clock.mono)
        camera.preview()
    pi.keeps_flush = False
    for _ in range(5):
        with pytest.raises(HardwareError, match="asked for after"):
            camera.capture(pi.clock.mono + 1_000)
    assert pi.held == 0
    assert pi.config["buffer_count"] > 1


def test_frames_that_do_not_tell_their_times_are_an_error(pi: PiCamera) -> None:
    pi.frames = itertools.repeat(Shown(tells=frozenset()))
    with pytest.raises(HardwareError, match="SensorTimestamp"):
        _driver(pi).capture(pi.clock.mono)


def test_a_preview_is_small_upright_and_in_its_colours(pi: PiCamera) -> None:
    pi.frames = itertools.repeat(Shown(colour=RED))
    camera = _driver(pi, size=(2592, 1944), rotation=270)
    pi.pass_frame()
    colour, size = colour_of(camera.preview())
    assert size == (480, 640)
    assert all(abs(seen - shown) < 8 for seen, shown in zip(colour, RED, strict=True))


def test_a_preview_shows_no_padding_of_the_image_processor(pi: PiCamera) -> None:
    camera = _driver(pi, size=(200, 150))
    pi.pass_frame()
    assert colour_of(camera.preview())[1] == (200, 150)


def test_a_preview_of_a_camera_that_stopped_is_an_error(
    pi: PiCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(camera_picamera2, "PREVIEW_S", 0.01)
    camera = _driver(pi)
    with pytest.raises(HardwareError, match="stopped"):
        camera.preview()
    pi.pass_frame()
    camera.preview()
    pi.clock.advance(501)
    with pytest.raises(HardwareError, match="stopped"):
        camera.preview()


@pytest.mark.parametrize(
    "error",
    [
        IndexError("list index out of range"),
        RuntimeError("Camera __init__ sequence did not complete."),
        OSError(12, "Cannot allocate memory"),
    ],
)
def test_without_a_camera_there_is_no_driver(error: Exception) -> None:
    with pytest.raises(HardwareError) as raised:
        _driver(error)
    assert raised.value.code == "camera_unavailable"


def test_without_picamera2_there_is_no_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "picamera2", None)
    with pytest.raises(HardwareError, match="picamera2"):
        Picamera2Camera(FakeClock().mono_ms)


def test_locked_focus_and_exposure_reach_the_camera(pi: PiCamera) -> None:
    _driver(pi, lens_dioptres=2.5, exposure_us=12_000, gain=1.5)
    controls = dict(pi.config["controls"])
    assert controls.pop("FrameDurationLimits")[1] <= 250_000
    assert controls == {
        "AfMode": 0,
        "LensPosition": 2.5,
        "ExposureTime": 12_000,
        "AnalogueGain": 1.5,
    }


def test_a_lens_that_cannot_be_moved_is_named(pi: PiCamera) -> None:
    del pi.camera_controls["AfMode"]
    with pytest.raises(HardwareError, match="AfMode"):
        _driver(pi, lens_dioptres=2.5)
