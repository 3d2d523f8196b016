"""Power cuts under the machine's own files: a disk with a volatile cache, ext4, torn sectors.

Run by `make test-power` in User-Mode Linux, where these devices are.
"""

import gc
import os
import random
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from sealctl.commands import furnish
from tests.power.dm import logged
from tests.power.log import Cut, Entry, cuts, moments, parse
from tests.power.machine import broken, work

DISK, LOG, AFTER = Path("/dev/ram0"), Path("/dev/ram1"), Path("/dev/ram2")
SIZE = 24 << 20
MOUNTED = Path("/run/disk")
GUIDE = Path(__file__).parents[2] / "docs" / "install.md"
OPTIONS = re.findall(r"^LABEL=sealctl .* ext4 +(\S+) ", GUIDE.read_text(), re.MULTILINE)[0]
"""Those under which a machine's partition is to be mounted."""
GROUP = 2048
"""Blocks of 4 KiB in a group: the second group begins with a copy of the superblock, as on a larger
disk block 32,768 does.
"""
SUPERBLOCK = 1024
"""Where the first one begins; it is as long."""
_REPAIR = re.findall(r"^sudo (e2fsck .*) \S+$", GUIDE.read_text(), re.MULTILINE)[0]
BY_HAND = _REPAIR.replace("32768", str(GROUP)).split()
"""What the operator does where the machine's own repair does not go on; on this disk's copy."""


@dataclass(frozen=True)
class Day:
    """A disk as it was provisioned, and all that was written to it afterwards."""

    base: bytes
    entries: list[Entry]


@contextmanager
def _mounted(device: Path, options: str = OPTIONS) -> Iterator[Path]:
    MOUNTED.mkdir(exist_ok=True)
    _checked("mount", "-t", "ext4", "-o", options, str(device), str(MOUNTED))
    try:
        yield MOUNTED / "sealctl"
    finally:
        _checked("umount", str(MOUNTED))


def _day(rounds: int, options: str = OPTIONS, synchronous: str = "FULL") -> Day:
    """A machine at work; its disk's log."""
    made = ["mkfs.ext4", "-q", "-F", "-b", "4096", "-g", str(GROUP), "-E", "nodiscard"]
    _checked(*made, str(DISK), f"{SIZE >> 10}k")
    with _mounted(DISK) as folder:
        furnish.provision(folder)
    with DISK.open("rb") as device:
        base = device.read(SIZE)
    with logged(DISK, SIZE, LOG) as disk, _mounted(disk.path, options) as folder:
        work(folder, disk.mark, rounds, random.Random(7), synchronous)
    with LOG.open("rb") as device:
        return Day(base, parse(device))


def _after_cuts(day: Day, count: int) -> list[list[str]]:
    """What was broken by each of so many cuts."""
    chance = random.Random(11)
    at = moments(day.entries, count, chance)
    return [_restarted(cut) for cut in cuts(day.base, day.entries, at, chance)]


def _restarted(cut: Cut) -> list[str]:
    """Power on again, if need be with the operator's help; what is broken."""
    return _broken(cut) if _comes_up(cut) or _repaired(*BY_HAND) else ["does not mount"]


def _comes_up(cut: Cut) -> bool:
    """The disk is repaired as the machine does it before it mounts it."""
    with AFTER.open("r+b") as device:
        device.write(cut.disk)
    return _repaired("e2fsck", "-p")


def _repaired(*command: str) -> bool:
    return subprocess.run([*command, AFTER], capture_output=True).returncode <= 1


def _broken(cut: Cut) -> list[str]:
    with _mounted(AFTER) as folder:
        found = broken(folder, cut.marks)
        gc.collect()  # a connection that could not be opened whole is still on the disk
        return found


def test_no_power_cut_loses_what_was_acknowledged() -> None:
    day = _day(rounds=200)
    found = _after_cuts(day, 150)
    flushes = sum(entry.flush for entry in day.entries)
    writes = sum(bool(entry.data) for entry in day.entries)
    print(f"{len(found)} cuts of {writes} writes and {flushes} flushes")
    assert [one for one in found if one] == []


def test_a_superblock_torn_in_two_loses_nothing() -> None:
    """Half of it old, half of it new, is no superblock: the disk has a copy."""
    day, by_hand = _day(rounds=60), 0
    written = [place for place, entry in enumerate(day.entries) if _writes_superblock(entry)]
    for cut in cuts(day.base, day.entries, written * 5, random.Random(13)):
        alone = _comes_up(cut)
        by_hand += not alone
        assert alone or _repaired(*BY_HAND)
        assert _broken(cut) == []
    print(f"{by_hand} of {5 * len(written)} cuts had to be repaired by hand")
    assert by_hand


@pytest.mark.parametrize(
    ("options", "synchronous", "loses"),
    [(OPTIONS, "NORMAL", "entry:"), (OPTIONS.replace("barrier=1", "barrier=0"), "FULL", "")],
    ids=["synchronous=NORMAL", "barriers off"],
)
def test_a_control_that_must_lose(options: str, synchronous: str, loses: str) -> None:
    """Were nothing lost here, these cuts would show nothing."""
    day = _day(60, options, synchronous)
    found = _after_cuts(day, 40)
    lost = sum(any(line.startswith(loses) for line in one) for one in found)
    print(f"{lost} of {len(found)} cuts broke a promise")
    assert lost > len(found) // 4


def test_photos_and_counts_without_fsync_would_be_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control for what does not lie in SQLite."""
    monkeypatch.setattr(os, "fsync", lambda _handle: None)
    found = _after_cuts(_day(rounds=60), 40)
    lost = {kind: sum(kind in str(one) for one in found) for kind in ("photo:", "tally:")}
    print(f"of {len(found)} cuts: {lost}")
    assert min(lost.values()) > 0


def _writes_superblock(entry: Entry) -> bool:
    return entry.offset <= SUPERBLOCK < entry.offset + len(entry.data)


def _checked(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
