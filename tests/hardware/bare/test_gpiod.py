"""What the gpiod driver says where there is no GPIO; tests/kernel drives it over the kernel's."""

from pathlib import Path

import pytest

from hardware.pins import Input, Output, Wiring
from hardware.pins_gpiod import GpiodPins
from hardware.ports import HardwareError

WIRING = Wiring(Output("SOLENOID"), Input("LATCH"), Input("PRESS"), Input("CASE"))


def test_a_chip_that_is_not_there_is_an_error_that_names_those_that_are(tmp_path: Path) -> None:
    (tmp_path / "gpiochip0").touch()
    with pytest.raises(
        HardwareError, match="0 GPIO chips are labelled 'pinctrl-rp1'; found: none at all"
    ):
        GpiodPins("pinctrl-rp1", WIRING, tmp_path)
