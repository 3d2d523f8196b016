"""How hardware.pins_gpiod finds its chip and its lines among those the kernel has."""

from dataclasses import replace

import pytest

from hardware.pins import Input, Output, Switch
from hardware.pins_gpiod import GpiodPins
from hardware.ports import HardwareError
from tests.kernel.body import COIL, LABEL, LATCH, WIRING
from tests.kernel.chip import Chip, chip

NAMED = replace(
    WIRING, coil=Output("SOLENOID"), latch=Input("LATCH", bias="none"), press=WIRING.press
)


def test_the_chip_is_found_by_its_label_and_lines_by_their_names(board: Chip) -> None:
    """Its number is not stable: another chip may come before it."""
    with chip("other", "raspberrypi-exp-gpio", {COIL: "SOLENOID"}) as other:
        pins = GpiodPins(LABEL, NAMED)
        pins.drive(on=True)
        assert (board.level(COIL), other.level(COIL)) == (1, 0)
        assert pins.active(Switch.LATCH)
        pins.close()
        elsewhere = GpiodPins("raspberrypi-exp-gpio", replace(WIRING, coil=Output("SOLENOID")))
        elsewhere.drive(on=True)
        assert (board.level(COIL), other.level(COIL)) == (0, 1)
        elsewhere.close()


@pytest.mark.usefixtures("board")
def test_two_chips_of_one_label_are_an_error_that_names_both() -> None:
    with chip("twin", LABEL), pytest.raises(HardwareError) as caught:
        GpiodPins(LABEL, WIRING)
    assert caught.value.detail.startswith(f"2 GPIO chips are labelled '{LABEL}'; found: /dev/")
    assert caught.value.detail.count(f"'{LABEL}'") == 3


def test_a_chip_that_is_not_there_is_an_error_that_names_those_that_are(board: Chip) -> None:
    with pytest.raises(HardwareError) as caught:
        GpiodPins("pinctrl-rp1", WIRING)
    assert caught.value.detail == (
        f"0 GPIO chips are labelled 'pinctrl-rp1'; found: {board.device} '{LABEL}'"
    )


@pytest.mark.parametrize("line", ["DOORBELL", 99])
@pytest.mark.usefixtures("board")
def test_a_line_that_is_not_there_is_an_error(line: str | int) -> None:
    with pytest.raises(HardwareError, match=f"'{LABEL}' has no line {line}"):
        GpiodPins(LABEL, replace(WIRING, coil=Output(line)))


@pytest.mark.usefixtures("board")
def test_a_line_wired_twice_under_its_name_and_its_number_is_an_error() -> None:
    wiring = replace(NAMED, press=Input(LATCH, bias="none"))
    with pytest.raises(HardwareError, match="wired twice"):
        GpiodPins(LABEL, wiring)
