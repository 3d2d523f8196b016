"""The trial of a release: switch the programs, watch them, put the former back. Calls nothing.

Standard library only, and run by the system's own Python: the package installs this one file by
itself, so that no release can break what undoes it. systemd runs it as root; `sealctl update`
writes `next` and starts it.

In PROGRAMS/update lie, each seen whole or not at all: `next`, the name of the tree to try; `trial`,
the note of a trial under way; `outcome`, how the last one ended. The removal of `trial` is the one
moment from which a new release stands.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

PROGRAMS: Final = Path("/opt/sealctl")
LINK: Final = "venv"
ALWAYS: Final = "lockd"
PARTS: Final = (ALWAYS, "camerad", "panel", "syncd")
HEALTHY_S: Final = 20.0
LOOK_S: Final = 1.0
COMMAND_S: Final = 180.0
"""A unit has a minute to be ready."""


class Services(Protocol):
    """The machine's processes, as whoever started them sees them."""

    def running(self) -> list[str]:
        """Which of PARTS run."""

    def stop(self) -> None:
        """All parts, and return when they have ended."""

    def start(self, parts: Sequence[str]) -> str | None:
        """Start them anew and return when they are ready; else why they are not."""

    def wrong(self, parts: Sequence[str]) -> str | None:
        """What is wrong with them since that start; None where all go on and lockd answers."""


def attempt(
    programs: Path,
    services: Services,
    *,
    healthy_s: float = HEALTHY_S,
    pause: Callable[[float], None] = time.sleep,
) -> bool:
    """Try what `next` names, if it does; whether the new release stands."""
    recover(programs, services)
    wanted = programs / "update" / "next"
    if not wanted.exists():
        return False
    name = wanted.read_text("utf-8")
    parts = sorted({ALWAYS, *services.running()}, key=PARTS.index)
    was = str((programs / LINK).readlink())
    trial = {"was": was, "now": name, "parts": parts, "boot": this_boot()}
    write(programs / "update" / "trial", json.dumps(trial).encode())
    remove(wanted)
    services.stop()
    point(programs, name)
    why = services.start(parts) or _watched(services, parts, healthy_s, pause)
    if why is not None:
        recover(programs, services, why)
        return False
    _end(programs, trial, good=True, why="")
    return True


def recover(programs: Path, services: Services, why: str = "interrupted") -> None:
    """`settle`, and where there was something to settle, start the former's parts."""
    trial = settle(programs, why)
    if trial is not None:
        services.start(trial["parts"])


def settle(programs: Path, why: str, *, boot: str = "") -> dict[str, Any] | None:
    """Put the former release back where a trial has not ended; the note of that trial.

    `boot`: not where the trial is of this one, and may still go on.
    """
    note = programs / "update" / "trial"
    if not note.exists():
        return None
    trial: dict[str, Any] = json.loads(note.read_bytes())
    if trial["boot"] == boot:
        return None
    point(programs, trial["was"])
    wanted = programs / "update" / "next"
    if wanted.exists():
        remove(wanted)
    _end(programs, trial, good=False, why=why)
    return trial


def this_boot() -> str:
    """By what the kernel tells one start of the computer from another (random(4))."""
    return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()


def point(programs: Path, name: str) -> None:
    """Let the link name that tree, by one rename."""
    link = programs / LINK
    if str(link.readlink()) == name:
        return
    beside = programs / f".{LINK}.new"
    beside.unlink(missing_ok=True)
    beside.symlink_to(name)
    beside.rename(link)
    _kept(programs)


def write(path: Path, data: bytes) -> None:
    """A file that is seen whole or not at all, also after a power cut."""
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
    _kept(path.parent)


def remove(path: Path) -> None:
    """Remove a file, for good."""
    path.unlink()
    _kept(path.parent)


def _end(programs: Path, trial: dict[str, Any], *, good: bool, why: str) -> None:
    outcome = {"was": trial["was"], "now": trial["now"], "good": good, "why": why}
    write(programs / "update" / "outcome", json.dumps(outcome, ensure_ascii=False).encode())
    remove(programs / "update" / "trial")


def _watched(
    services: Services, parts: Sequence[str], healthy_s: float, pause: Callable[[float], None]
) -> str | None:
    looks = max(1, round(healthy_s / LOOK_S))
    for _ in range(looks):
        pause(healthy_s / looks)
        if (why := services.wrong(parts)) is not None:
            return why
    return None


def _kept(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Systemd:
    """The parts as systemd's units."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs

    def running(self) -> list[str]:
        return [part for part in PARTS if self._show(part, "ActiveState") == "active"]

    def stop(self) -> None:
        """By the programs that they were started from: lockd's `drop` belongs to its own release.

        A question to a socket may start lockd again; `start` therefore restarts.
        """
        _run("systemctl", "stop", *map(_unit, PARTS))

    def start(self, parts: Sequence[str]) -> str | None:
        units = [_unit(part) for part in parts]
        _run("systemctl", "reset-failed", *units)
        return _run("systemctl", "restart", *units)

    def wrong(self, parts: Sequence[str]) -> str | None:
        for part in parts:
            state, restarts = (self._show(part, name) for name in ("ActiveState", "NRestarts"))
            if state != "active" or restarts != "0":
                return f"{part}: {state}, {restarts} restarts"
        answers = _run(str(self._programs / LINK / "bin/sealctl"), "status")
        return None if answers is None else f"lockd does not answer: {answers}"

    def _show(self, part: str, name: str) -> str:
        done = subprocess.run(
            ["systemctl", "show", "--value", "-p", name, _unit(part)],
            capture_output=True,
            text=True,
            timeout=COMMAND_S,
            check=False,
        )
        return done.stdout.strip()


def _unit(part: str) -> str:
    return f"sealctl-{part}.service"


def _run(*command: str) -> str | None:
    """None where it succeeds; else what it said, in one line."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=COMMAND_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return None if done.returncode == 0 else " ".join((done.stdout + done.stderr).split())[-300:]


def main(arguments: Sequence[str]) -> int:
    """`try`: the trial; `recover`: after one that was cut off; `settle`: at a start, link only."""
    services = Systemd(PROGRAMS)
    if list(arguments) == ["try"]:
        attempt(PROGRAMS, services)
    elif list(arguments) == ["recover"]:
        recover(PROGRAMS, services)
    elif list(arguments) == ["settle"]:
        settle(PROGRAMS, "power cut", boot=this_boot())
    else:
        print("trial.py try | recover | settle", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
