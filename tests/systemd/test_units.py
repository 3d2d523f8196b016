"""The units as systemd's own tools see them, without starting any: no root needed."""

import configparser
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from docs.examples import text
from sealctl.lockd.doors import USERS
from sealctl.main import ROLES

ROOT = Path(text.__file__).parents[2]
UNITS = ROOT / "systemd" / "system"
HOST = Path("/usr/lib/systemd/system")
NAMES = sorted(path.name for path in UNITS.iterdir() if path.is_file())
SERVICES = [name for name in NAMES if name.endswith(".service")]
SOCKETS = [name for name in NAMES if name.endswith(".socket")]
PROGRAMS = (
    "opt/sealctl/venv/bin/sealctl",
    "usr/bin/cage",
    "usr/bin/chromium",
    "usr/bin/python3",
)
EXPOSURE = {
    "sealctl-lockd.service": 1.0,
    "sealctl-camerad.service": 2.0,
    "sealctl-syncd.service": 1.5,
    "sealctl-panel.service": 1.5,
    "sealctl-kiosk.service": 2.0,
    "sealctl-settle.service": 1.5,
    "sealctl-update.service": 1.5,
    "sealctl-update-auto.service": 1.5,
}
TEXTS = {path: path.read_text("utf-8") for path in UNITS.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file system with our units, this computer's own, and programs by the names they start."""
    made = tmp_path_factory.mktemp("root")
    installed = made / "usr/lib/systemd/system"
    shutil.copytree(HOST, installed, symlinks=True)
    shutil.copytree(UNITS, installed, dirs_exist_ok=True)
    for program in PROGRAMS:
        (made / program).parent.mkdir(parents=True, exist_ok=True)
        (made / program).write_text("#!/bin/sh\n")
        (made / program).chmod(0o755)
    (installed / "seatd.service").write_text(f"[Service]\nExecStart=/{PROGRAMS[1]}\n")
    return made


def test_systemd_finds_nothing_to_say_about_them(root: Path) -> None:
    done = _analyze("verify", "--man=no", f"--root={root}", *NAMES)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_word_that_systemd_does_not_know_would_be_found(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root, tmp_path / "root", symlinks=True)
    unit = tmp_path / "root/usr/lib/systemd/system/sealctl-lockd.service"
    unit.write_text(unit.read_text("utf-8") + "PrivateNetwrok=yes\n")
    done = _analyze("verify", "--man=no", f"--root={tmp_path / 'root'}", unit.name)
    assert "PrivateNetwrok" in done.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_no_process_is_more_exposed_than_its_limit(root: Path, name: str) -> None:
    threshold = f"--threshold={EXPOSURE[name] * 10:.0f}"
    done = _analyze("security", "--offline=true", "--no-pager", f"--root={root}", threshold, name)
    assert done.returncode == 0, done.stdout.splitlines()[-1]


def test_peers_stay_recognisable_and_no_start_waits_for_a_network_clock() -> None:
    settings = [line for content in TEXTS.values() for line in _settings(content)]
    assert not [line for line in settings if line.startswith("PrivateUsers")]
    assert not [line for line in settings if "time-sync.target" in line]
    assert "After=time-set.target" in settings


def test_each_socket_of_lockd_and_camerad_has_its_name_and_its_place() -> None:
    found = {}
    for name in SOCKETS:
        unit = _unit(name)["Socket"]
        role = unit["FileDescriptorName"]
        assert unit["ListenStream"] == f"/run/sealctl/{role}.sock"
        assert f"Sockets={name}" in _sockets_of(unit["Service"])
        found[role] = unit["Service"]
    camera = {"preview": "sealctl-camerad.service"}
    assert found == dict.fromkeys(ROLES, "sealctl-lockd.service") | camera


def test_lockd_knows_the_users_by_the_names_of_their_units() -> None:
    """And each may open its own socket's file."""
    assert USERS.keys() == set(ROLES)
    for role, user in USERS.items():
        assert _unit(f"sealctl-lockd-{role}.socket")["Socket"]["SocketGroup"] == user
    users = {_settings_of(name).get("User", "root") for name in SERVICES}
    assert set(USERS.values()) - {"root"} < users


def test_every_user_and_group_that_is_named_is_made() -> None:
    made = set(re.findall(r"^[ug] (\S+)", (ROOT / "systemd/sysusers.conf").read_text(), re.M))
    everything = "\n".join(TEXTS.values())
    named = set(re.findall(r"^(?:User|SocketGroup)=(.+)$", everything, re.M))
    for line in (ROOT / "systemd/tmpfiles.conf").read_text().splitlines():
        if line.startswith(("d ", "z ")):
            named.update(line.split()[3:5])
    assert named - made == {"root"}


def test_the_users_file_is_one_that_systemd_takes(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    file = ROOT / "systemd/sysusers.conf"
    command = ["systemd-sysusers", f"--root={tmp_path}", "--dry-run", str(file)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "not a valid" not in done.stderr


def test_the_package_brings_every_library_the_machine_needs_as_it_was_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["pi"]]
    shipped, tested = (_pins(f"requirements/{name}.txt") for name in ("machine", "dev"))
    assert {re.split(r"[<>=]", one)[0] for one in wanted} <= shipped.keys()
    assert shipped.items() <= tested.items()


def _analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True)


def _settings(content: str) -> list[str]:
    return [line for line in content.splitlines() if line and not line.startswith(("#", "["))]


def _settings_of(service: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in _settings(TEXTS[UNITS / service]) if "=" in line)


def _unit(name: str) -> configparser.ConfigParser:
    unit = configparser.ConfigParser(strict=True, interpolation=None)
    unit.optionxform = str  # type: ignore[method-assign,assignment]
    unit.read_string((UNITS / name).read_text("utf-8"))
    return unit


def _sockets_of(service: str) -> list[str]:
    """Its Sockets=, one name each."""
    lines = _settings((UNITS / service).read_text("utf-8"))
    named = [line.removeprefix("Sockets=") for line in lines if line.startswith("Sockets=")]
    return [f"Sockets={name}" for line in named for name in line.split()]


def _pins(file: str) -> dict[str, str]:
    """Version by library."""
    content = (ROOT / file).read_text("utf-8")
    return dict(re.findall(r"^([\w.-]+)(?:\[\w+\])?==(\S+)", content, re.MULTILINE))
