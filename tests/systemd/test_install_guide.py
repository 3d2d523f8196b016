"""docs/install.md names targets, units, commands and files that exist, and the limits tested."""

import re
import shlex
from pathlib import Path

import pytest

from docs.examples import text
from sealctl import cli
from tests.systemd.test_units import EXPOSURE

ROOT = Path(text.__file__).parents[2]
GUIDE = (ROOT / "docs/install.md").read_text("utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)
LINES = [re.sub(r"^sudo (-u [\w-]+ )?", "", line) for it in BLOCKS for line in it.splitlines()]
FRAGMENT = (ROOT / "config/config.txt.fragment").read_text("utf-8")


def test_make_has_every_target_that_is_named() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([\w-]+)", GUIDE, re.MULTILINE))
    assert {"deb", "install-pi", "test-systemd"} <= named <= targets


def test_every_unit_that_is_named_is_there() -> None:
    units = {path.name for path in (ROOT / "systemd/system").iterdir()}
    named = set(re.findall(r"\bsealctl[\w-]*\.(?:service|socket|target)\b", GUIDE))
    assert "sealctl-lockd.service" in named
    assert named <= units


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("sealctl ")])
def test_a_command_is_understood_by_the_program(line: str) -> None:
    cli._parser().parse_args(shlex.split(line)[1:])


def test_the_package_is_called_what_the_guide_calls_it() -> None:
    version = re.search(r'^version = "(.*)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version is not None
    assert f"./sealctl_{version[1]}_arm64_python3.13.deb" in GUIDE
    assert "sealctl_${version}_${arch}_python$python.deb" in (ROOT / "scripts/deb").read_text()


def test_the_exposures_are_those_that_are_tested() -> None:
    rows = re.findall(r"^\| `([\w.-]+)` .*\| ([\d.]+) \|$", GUIDE, re.MULTILINE)
    assert {name: float(limit) for name, limit in rows} == EXPOSURE


def test_the_kiosk_opens_the_panels_port() -> None:
    kiosk = (ROOT / "systemd/system/sealctl-kiosk.service").read_text("utf-8")
    port = re.search(r"^Environment=PANEL=http://127\.0\.0\.1:(\d+)/$", kiosk, re.MULTILINE)
    assert port is not None
    assert f"port {port[1]}" in GUIDE


def test_the_fragment_is_a_config_txt_that_keeps_the_coil_without_current() -> None:
    lines = [line for line in FRAGMENT.splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"\[all\]|[a-z_]+=[\w=,.-]+", line) for line in lines)
    assert {"gpio=17=ip,pd", "dtparam=strict_gpiod", "dtparam=watchdog=on"} <= set(lines)
