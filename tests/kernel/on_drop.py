"""`sealctl drop` over the kernel's own lines, without a lockd; on_lockd.py has it after one."""

from pathlib import Path
from typing import Any

import gpiod
import pytest

from hardware.pins_gpiod import GpiodPins
from hardware.pins_rpigpio import RpiGpioPins
from sealctl import cli
from tests.kernel.body import COIL, LABEL
from tests.kernel.chip import Chip
from tests.kernel.drivers import DRIVERS
from tests.kernel.drop import assert_done, assert_refused, drop
from tests.kernel.office import PARTS

PINS: dict[str, Any] = {"gpiod": GpiodPins, "rpi-gpio": RpiGpioPins}


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize(("active_low", "off"), [("", 0), ('active_low = ["coil"]\n', 1)])
def test_a_line_that_stands_at_on_is_driven_to_off(
    board: Chip,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    driver: str,
    active_low: str,
    off: int,
) -> None:
    """A resistor holds it there, as a Raspberry Pi's latch holds what a killed lockd left driven:
    unlike the latch it draws again once the line is given back.
    """
    held: list[int] = []
    close = PINS[driver].close

    def closes(pins: Any) -> None:
        held.append(board.level(COIL))
        close(pins)

    monkeypatch.setattr(PINS[driver], "close", closes)
    board.pull(COIL, up=off == 0)
    assert board.level(COIL) == 1 - off
    config = _config(tmp_path, PARTS[driver] + active_low)
    for _ in range(2):
        assert cli.main(["--config", str(config), "drop"]) == 0
    assert held == [off, off]
    with gpiod.request_lines(str(board.device), {COIL: None}, "service"):
        """Nobody holds it."""


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_line_that_someone_else_holds_is_an_error_that_names_it(
    board: Chip, tmp_path: Path, driver: str
) -> None:
    _config(tmp_path, PARTS[driver])
    with gpiod.request_lines(str(board.device), {COIL: None}, "heating"):
        assert_refused(drop(tmp_path), f"line {COIL} is held by 'heating'|the coil: 'GPIO busy'")
    assert_done(drop(tmp_path))
    assert board.level(COIL) == 0


def test_a_chip_that_is_not_there_is_an_error_that_names_those_that_are(
    board: Chip, tmp_path: Path
) -> None:
    _config(tmp_path, PARTS["gpiod"].replace(LABEL, "pinctrl-rp1"))
    found = f"0 GPIO chips are labelled 'pinctrl-rp1'; found: {board.device} '{LABEL}'"
    assert_refused(drop(tmp_path), found)


def test_a_press_without_its_chip_is_bad_input(tmp_path: Path) -> None:
    _config(tmp_path, PARTS["gpiod"].replace(f'chip = "{LABEL}"', ""))
    ended = drop(tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "chip" in ended.stderr


def _config(folder: Path, press: str) -> Path:
    """A machine that has this press and nothing else: no journal, no key, no lockd."""
    file = folder / "machine.toml"
    file.write_text(
        f'device = "sunrise-1"\n[county]\nroot = "root.json"\nroot_sha256 = "{"00" * 32}"\n'
        f'[panel]\nhost = "127.0.0.1"\nport = 8703\n[hardware.press]\n{press}\n'
        '[hardware.camera]\ndriver = "sim"\n'
    )
    return file
