"""Two counters on disk for a machine whose head cannot count. Calls hardware.ports.

One line, replaced whole (temp, fsync, rename, fsync of the folder): after a power cut at any moment
it is the old line or the new one. A line that cannot be read is an error, and so is a missing file:
a counter that went back to zero would hide what happened.
"""

import hashlib
import os
import re
import threading
from pathlib import Path
from typing import Final, NamedTuple, Self

from hardware.ports import HardwareError

_LINE: Final = re.compile(rb"(tally 1 (0|[1-9]\d{0,17}) (0|[1-9]\d{0,17})) ([0-9a-f]{64})\n")


class Counts(NamedTuple):
    """Openings ever begun, presses ever sensed."""

    unlatches: int = 0
    presses: int = 0


class Tally:
    """The counters in one file. Every call is durable when it returns; when it raises HardwareError
    the file holds the old or the new line, and `counts` the old one. Thread-safe.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._guard = threading.Lock()
        try:
            self._counts = parse(path.read_bytes())
        except (OSError, ValueError) as error:
            raise HardwareError("hardware_fault", f"counters {path}: {error}") from error

    @classmethod
    def create(cls, path: Path) -> Self:
        """Both at zero, once, when a machine is made. HardwareError: the file exists already."""
        if path.exists():
            raise HardwareError("hardware_fault", f"counters {path}: they exist already")
        _replace(path, line(Counts()))
        return cls(path)

    @property
    def counts(self) -> Counts:
        """What is on disk."""
        with self._guard:
            return self._counts

    def add(self, *, unlatches: int = 0, presses: int = 0) -> None:
        """Count that many more of each."""
        with self._guard:
            was = self._counts
            now = Counts(was.unlatches + unlatches, was.presses + presses)
            _replace(self._path, line(now))
            self._counts = now


def line(counts: Counts) -> bytes:
    """The file's content: version, both counters, and the SHA-256 of what stands before it."""
    body = f"tally 1 {counts.unlatches} {counts.presses}".encode()
    return body + b" " + hashlib.sha256(body).hexdigest().encode() + b"\n"


def parse(content: bytes) -> Counts:
    """The counters of a file's content. ValueError: not exactly a line that `line` made."""
    match = _LINE.fullmatch(content)
    if match is None or hashlib.sha256(match[1]).hexdigest().encode() != match[4]:
        raise ValueError("the file is damaged")
    return Counts(int(match[2]), int(match[3]))


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(path.name + ".new")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise HardwareError("hardware_fault", f"counters {path}: {error}") from error
