"""One program in a room of its own: no network, no file of the hub, little memory and time.

Calls bubblewrap (`bwrap`) and `prlimit`. What runs there may be taken over by what it reads: it
sees the system's programs, this package and `evidence`, all read-only, and a folder in memory. Its
answer is what it writes to its output, which is cut off at a limit. Where the room cannot be made
nothing runs.
"""

import logging
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import evidence
from hub.intake.reasons import Unfit

log = logging.getLogger(__name__)

ROOMS: Final = threading.BoundedSemaphore(2)
"""As many run side by side in one process of the hub."""
PATIENCE_S: Final = 20.0
NOBODY: Final = "65534"
NEEDED: Final = ("bwrap", "prlimit", "pdftoppm", "pdfinfo")


@dataclass(frozen=True)
class Limits:
    """What one run may use: seconds by the clock and of a core, bytes of memory for each process,
    of the folder in memory, and of its answer.
    """

    wall_s: float = 60.0
    cpu_s: int = 45
    memory: int = 3 << 30
    folder: int = 512 << 20
    output: int = 96 << 20
    files: int = 256


def run(arguments: list[str], data: bytes, limits: Limits) -> bytes:
    """What `python -m hub.intake.child ARGUMENTS` answers to these bytes; raises Unfit."""
    if not ROOMS.acquire(timeout=PATIENCE_S):
        raise Unfit("file_busy")
    try:
        return _answer(command(arguments, limits), data, limits)
    finally:
        ROOMS.release()


def command(arguments: list[str], limits: Limits) -> list[str]:
    """The whole command; raises Unfit('file_no_room') where its parts are not installed."""
    absent = " ".join(missing())
    if absent:
        log.error("not installed: %s; no file can be taken", absent)
        raise Unfit("file_no_room", absent)
    return [
        "prlimit",
        "--core=0",
        f"--cpu={limits.cpu_s}",
        f"--as={limits.memory}",
        f"--fsize={limits.output}",
        f"--nofile={limits.files}",
        "--",
        *_room(limits),
        sys.executable,
        "-m",
        "hub.intake.child",
        *arguments,
    ]


def missing() -> tuple[str, ...]:
    """The programs that are needed and not installed."""
    return tuple(one for one in NEEDED if shutil.which(one) is None)


def _answer(command: list[str], data: bytes, limits: Limits) -> bytes:
    scratch = tempfile.TemporaryFile
    with scratch() as given, scratch() as answer, scratch() as said_beside:
        given.write(data)
        given.seek(0)
        try:
            done = subprocess.run(
                command,
                stdin=given,
                stdout=answer,
                stderr=said_beside,
                timeout=limits.wall_s,
                check=False,
                cwd="/",
                env={},
            )
        except subprocess.TimeoutExpired as error:
            raise Unfit("file_too_slow") from error
        answer.seek(0)
        said = answer.read(limits.output)
        said_beside.seek(0)
        if said_beside.read(len(_BWRAP)) == _BWRAP:
            log.error("bwrap may not make its room: no file can be taken")
            raise Unfit("file_no_room", "bwrap")
    if done.returncode != 0 and not said:
        log.warning("a file's reader ended with %d", done.returncode)
        raise Unfit("file_damaged")
    return said


_BWRAP: Final = b"bwrap: "


def _room(limits: Limits) -> Iterator[str]:
    yield from ("bwrap", "--unshare-all", "--unshare-user", "--uid", NOBODY, "--gid", NOBODY)
    yield from ("--cap-drop", "ALL", "--die-with-parent", "--new-session", "--clearenv")
    yield from ("--hostname", "room", "--proc", "/proc", "--dev", "/dev")
    yield from ("--ro-bind", "/usr", "/usr")
    for name in ("bin", "lib", "lib64"):
        yield from ("--symlink", f"usr/{name}", f"/{name}")
    for name in ("/etc/fonts", "/etc/ld.so.cache", "/etc/alternatives", "/etc/libreoffice"):
        yield from ("--ro-bind-try", name, name)
    yield from ("--size", str(limits.folder), "--tmpfs", "/tmp")  # noqa: S108
    for path in _pythons():
        yield from ("--ro-bind", str(path), str(path))
    here = Path(__file__).parent
    yield from ("--ro-bind", str(here), "/program/hub/intake")
    yield from ("--ro-bind", str(Path(evidence.__file__).parent), "/program/evidence")
    for name, value in _SET.items():
        yield from ("--setenv", name, value)
    yield from ("--remount-ro", "/", "--chdir", "/tmp", "--")  # noqa: S108


def _pythons() -> list[Path]:
    """Where this Python and its packages lie, unless it is the system's."""
    found = {Path(sys.prefix), Path(sys.base_prefix)}
    return sorted(one for one in found if not one.is_relative_to("/usr"))


_SET: Final = {
    "PATH": "/usr/bin",
    "HOME": "/tmp",  # noqa: S108
    "LANG": "C.UTF-8",
    "PYTHONPATH": "/program",
    "PYTHONDONTWRITEBYTECODE": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
