"""`sealctl drop`: no current in the coil, however lockd ended and whatever else is broken."""

import importlib.metadata
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from sealctl import cli
from tests.hardware.bare.test_rpigpio import COIL, Module
from tests.hardware.modbus.rig import PATIENCE, RelayBoard
from tests.hardware.rig import body_process, eventually
from tests.hardware.serial_head.bench import Bench, Hours, opened
from tests.support.serial_faults import Fault, Line

BARE = 'slot = 1\ntag = "A1"\nmax_on_ms = 8000\n'
LINES = "coil = 17\nlatch = 27\npress = 22\ncase = 5\n"


def _drop(folder: Path, press: str) -> int:
    """The exit status of `sealctl drop` on a machine that has this press and nothing else: no
    journal, no key, no list, no lockd.
    """
    config = folder / "machine.toml"
    config.write_text(
        f'device = "sunrise-1"\n[county]\nroot = "root.json"\nroot_sha256 = "{"00" * 32}"\n'
        f'[panel]\nhost = "127.0.0.1"\nport = 8703\n[hardware.press]\n{press}\n'
        '[hardware.camera]\ndriver = "sim"\n'
    )
    return cli.main(["--config", str(config), "drop"])


@pytest.mark.processes
def test_the_simulated_lock_shuts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with body_process(tmp_path) as body:
        client = body.client
        client.head.select(2)
        eventually(lambda: client.head.status().home, "the carriage arrives")
        client.lock.energise(30_000)
        eventually(lambda: not client.lock.engaged(), "the bolt withdraws")
        assert _drop(tmp_path, 'driver = "sim"') == 0
        assert "no current" in capsys.readouterr().out
        eventually(client.lock.engaged, "the bolt returns")
        assert _drop(tmp_path, 'driver = "sim"') == 0
        assert body.ask("snapshot")["unlatches"] == 1


def test_a_serial_head_shuts_and_counts_nothing(tmp_path: Path) -> None:
    bench = Bench(Hours(running=True))
    opened(bench)
    with Line(bench) as line:
        assert _drop(tmp_path, f'driver = "serial"\nport = "{line.path}"') == 0
        eventually(bench.bolt_engaged, "the bolt returns")
        assert _drop(tmp_path, f'driver = "serial"\nport = "{line.path}"') == 0
    assert bench.memory.unlatches == 1


def test_a_relay_that_was_left_on_is_switched_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in PATIENCE.items():
        monkeypatch.setattr(f"hardware.modbus_link.{name}", value)
    board = RelayBoard()
    board.coils[3] = True
    with Line(board) as line:
        press = (
            f'driver = "modbus"\nport = "{line.path}"\nbaud = 19200\nunit = 1\n{BARE}'
            "coil = 3\nlatch = 0\npress = 1\ncase = 2\n"
        )
        assert _drop(tmp_path, press) == 0
    assert board.coils == [False] * len(board.coils)


@pytest.mark.parametrize(("active_low", "off"), [("", 0), ('active_low = ["coil"]\n', 1)])
def test_a_line_that_was_left_driven_is_driven_to_its_safe_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, active_low: str, off: int
) -> None:
    module = Module()
    module.levels = {COIL: 1 - off, 27: 0, 22: 1, 5: 1}
    package = ModuleType("RPi")
    monkeypatch.setitem(sys.modules, "RPi", package)
    monkeypatch.setitem(sys.modules, "RPi.GPIO", module)
    monkeypatch.setattr(importlib.metadata, "version", _only("rpi-lgpio"))
    assert _drop(tmp_path, f'driver = "rpi-gpio"\n{BARE}{LINES}{active_low}') == 0
    assert module.levels[COIL] == off


def test_where_it_is_not_certain_the_status_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a body, with a head that does not hear, and without the GPIO chip."""
    with Line(Bench(Hours(running=True))) as line:
        line.fail(Fault.SILENCE, 99)
        presses = (
            'driver = "sim"',
            f'driver = "serial"\nport = "{line.path}"',
            f'driver = "gpiod"\nchip = "none-of-that-name"\n{BARE}{LINES}',
        )
        for press in presses:
            assert _drop(tmp_path, press) == 1
            assert "[hardware_fault]" in capsys.readouterr().err


def test_a_configuration_of_no_use_is_another_status(tmp_path: Path) -> None:
    assert _drop(tmp_path, 'driver = "none"') == 2


def _only(distribution: str) -> Callable[[str], str]:
    def version(name: str) -> str:
        if name == distribution:
            return "1"
        raise importlib.metadata.PackageNotFoundError(name)

    return version
