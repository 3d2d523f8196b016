"""A whole machine before a release, in QEMU: `make test-vm`, which alone collects this file. Root.

What neither a container nor User-Mode Linux shows: camera stacks on the kernel's own virtual
cameras, parts pulled out and put back, a TPM, the board's watchdog, and what a unit's sandbox
forbids with a kernel that enforces it.
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.systemd import container
from tests.vm import guest as guests
from tests.vm.guest import Guest, Line

BASE, PACKAGE = Path(os.environ["SEALCTL_VM"]), Path(os.environ["SEALCTL_PACKAGE"])
PICAMERA2 = Path(os.environ["SEALCTL_PICAMERA2"])
INSIDE = Path(__file__).with_name("inside")
PYTHON = "/opt/sealctl/venv/bin/python"
WATCHDOG = "[Manager]\nRuntimeWatchdogSec=15s\n"


@pytest.fixture(scope="module")
def share(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vm")
    shutil.copytree(PICAMERA2, folder / "picamera2")
    for script in INSIDE.iterdir():
        shutil.copy(script, folder)
    return folder


@pytest.fixture(scope="module")
def disk(share: Path) -> Iterator[Path]:
    """The machine as installed, on a disk of its own."""
    assert os.geteuid() == 0, "needs root: mounts"
    scratch = Path(subprocess.check_output(["mktemp", "-d", "-p", BASE.parent], text=True).strip())
    try:
        with container.installed(BASE / "root", PACKAGE, scratch) as root:
            guests.prepare(root)
            watchdog = root / "etc/systemd/system.conf.d/60-watchdog.conf"
            watchdog.parent.mkdir(parents=True)
            watchdog.write_text(WATCHDOG)
            guests.image(root, scratch / "disk")
        yield scratch / "disk"
    finally:
        shutil.rmtree(scratch)


@pytest.fixture(scope="module")
def tpm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A TPM 2.0 of software; its socket."""
    state = tmp_path_factory.mktemp("tpm")
    path = state / "sock"
    command = ["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={state}"]
    process = subprocess.Popen([*command, "--ctrl", f"type=unixio,path={path}"])
    try:
        yield path
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def guest(disk: Path, share: Path, tpm: Path) -> Iterator[Guest]:
    devices = [
        *("-device", "qemu-xhci,id=usb", "-device", "usb-kbd,bus=usb.0"),
        *("-chardev", f"socket,id=code,path={share}/sockets/code,server=on,wait=off"),
        *("-device", "usb-serial,id=scanner,chardev=code,serial=SCAN01,bus=usb.0"),
        *("-chardev", f"socket,id=tpm,path={tpm}", "-tpmdev", "emulator,id=tpm0,chardev=tpm"),
        *("-device", "tpm-tis,tpmdev=tpm0", "-device", "i6300esb", "-action", "watchdog=reset"),
    ]
    with guests.booted(BASE, disk, share, devices) as up:
        yield up


def test_an_unprovisioned_machine_boots_and_starts_nothing(guest: Guest) -> None:
    units = guest.run("systemctl", "list-units", "--all", "--plain", "--no-legend", "sealctl*")
    assert {line.split()[2] for line in units.splitlines()} == {"inactive"}


def test_picamera2_takes_photos_that_are_younger_than_the_question(guest: Guest) -> None:
    guest.run("modprobe", "vimc")
    guest.run("sh", "-c", "ln -sf system /dev/dma_heap/linux,cma; udevadm settle")
    found = json.loads(guest.run(PYTHON, "/host/picamera2_photo.py").splitlines()[-1])
    first, second = found["shots"]
    for shot in (first, second):
        assert shot["asked"] <= shot["began"] <= shot["now"]
        assert shot["size"] == [1280, 720]
        assert shot["jpeg"] == "ffd8"
    assert second["began"] > first["began"]
    assert found["preview"] > 1000
    guest.run("modprobe", "-r", "vimc")


def test_a_usb_camera_that_fails_says_so_and_recovers(guest: Guest) -> None:
    guest.run("modprobe", "vivid")
    assert json.loads(guest.run(PYTHON, "/host/v4l2_faults.py").splitlines()[-1]) == {
        "healthy": "photo",
        "every frame dropped": "camera_unavailable",
        "frames again": "photo",
        "a torn frame": "photo",
        "unplugged": "camera_unavailable",
        "plugged in again": "photo",
    }
    guest.run("modprobe", "-r", "vivid")


def test_a_scanner_pulled_out_and_put_back_is_read_again(guest: Guest) -> None:
    with Line(guest.share / "sockets/code", 60) as code:
        guest.begin(PYTHON, "/host/scanner.py")
        _wait_for(guest, "scan")
        code.socket.sendall(b"SEAL-2026-0042\r")
        _wait_for(guest, "unplug")
        guest.ask("device_del", id="scanner")
        guest.event("DEVICE_DELETED")
        _wait_for(guest, "replug")
        again: dict[str, Any] = {"driver": "usb-serial", "id": "scanner", "chardev": "code"}
        guest.ask("device_add", **again, serial="SCAN01", bus="usb.0")
        _wait_for(guest, "scan again")
        code.socket.sendall(b"SEAL-2026-0043\r")
        found = json.loads(guest.finish())
    assert found == {
        "nothing yet": None,
        "scanned": "SEAL-2026-0042",
        "unplugged": "hardware_fault",
        "plugged in": "opened",
        "scanned again": "SEAL-2026-0043",
    }


def test_a_scanner_that_plays_a_keyboard_is_heard(guest: Guest) -> None:
    guest.begin(PYTHON, "/host/keyboard.py")
    _wait_for(guest, "type")
    for key in ("a", "7", "b", "3", "ret"):
        guest.ask("send-key", keys=[{"type": "qcode", "data": key}])
        time.sleep(0.3)  # QEMU holds a key for a tenth of a second
    assert guest.finish().strip() == "a7b3"


def test_a_key_encrypted_to_the_board_s_tpm_is_readable_to_its_unit_alone(guest: Guest) -> None:
    guest.run("sh", "-c", "modprobe tpm_tis; udevadm settle; test -e /dev/tpmrm0")
    guest.run("sh", "-c", "printf secret > /root/plain")
    sealed = "/root/record.cred"
    guest.run(
        *("systemd-creds", "encrypt", "--name=record.pem", "--with-key=tpm2"),
        *("/root/plain", sealed),
    )
    assert "secret" not in guest.run("cat", sealed)
    credential = f"LoadCredentialEncrypted=record.pem:{sealed}"
    show = ("systemd-run", "--quiet", "--wait", "--pipe", "-p", credential)
    assert guest.run(*show, "systemd-creds", "cat", "record.pem") == "secret"
    renamed = ("-p", f"LoadCredentialEncrypted=other.pem:{sealed}")
    refused = guest.run("systemd-run", "--quiet", "--wait", "--pipe", *renamed, "true", check=False)
    assert refused == ""


def test_a_unit_reaches_no_device_but_its_own(guest: Guest) -> None:
    guest.run(
        "sh", "-c", "modprobe vivid; modprobe gpio-sim; udevadm settle; chmod 666 /dev/video0"
    )
    allowed = guest.run("systemctl", "show", "-p", "DeviceAllow", "sealctl-lockd.service")
    assert "char-gpiochip" in allowed
    assert "video" not in allowed
    opened = {
        unit: guest.run(*_in_sandbox(unit), "dd if=/dev/video0 count=0", check=False)
        for unit in ("lockd", "syncd", "panel", "camerad")
    }
    assert {unit: "opened" in said for unit, said in opened.items()} == {
        "lockd": False,
        "syncd": False,
        "panel": False,
        "camerad": True,
    }


def test_a_kernel_that_hangs_is_reset_by_the_board_s_watchdog(guest: Guest) -> None:
    guest.begin("sh", "-c", "echo c > /proc/sysrq-trigger")
    assert guest.event("WATCHDOG") == {"action": "reset"}


def _wait_for(guest: Guest, stage: str) -> None:
    """Until the script inside names that stage."""
    path = guest.share / "stage"
    deadline = time.monotonic() + 120
    while not (path.exists() and path.read_text() == stage):
        assert time.monotonic() < deadline, f"never came to: {stage}"
        time.sleep(0.05)


def _in_sandbox(unit: str) -> list[str]:
    """The words that run a shell line with the devices that a unit may have."""
    return ["sh", "/host/in_unit.sh", f"sealctl-{unit}.service"]
