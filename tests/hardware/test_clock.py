"""The computer's clock: what it measures, and how far it says that it can be believed."""

import time

import pytest
from pytest_mock import MockerFixture

from hardware import clock
from hardware.clock import SystemClock

SET_MS = 1_790_000_000_000


def test_it_tells_wall_time_and_time_since_boot() -> None:
    here = SystemClock()
    assert abs(here.wall_ms() - time.time() * 1000) < 5_000
    assert abs(here.mono_ms() - time.clock_gettime(time.CLOCK_BOOTTIME) * 1000) < 5_000


@pytest.mark.parametrize(
    ("wall_ms", "kernel", "quality"),
    [
        (0, 0, "floor"),
        (clock.FIRST_PLAUSIBLE_MS - 1, 0, "floor"),
        (SET_MS, 0, "synced"),
        (SET_MS, 1, "synced"),
        (SET_MS, 5, "rtc"),
        (SET_MS, -1, "rtc"),
    ],
)
def test_quality_follows_the_year_and_the_kernel(
    mocker: MockerFixture, wall_ms: int, kernel: int, quality: str
) -> None:
    mocker.patch("time.time_ns", return_value=wall_ms * 1_000_000)
    mocker.patch("ctypes.CDLL").return_value.adjtimex.return_value = kernel
    assert SystemClock().quality() == quality


def test_the_kernel_itself_answers() -> None:
    assert SystemClock().quality() in ("synced", "rtc", "floor")
