"""A block device whose writes and flushes are logged: the kernel's dm-log-writes, by its ioctls.

Calls nothing of ours. Needs root and CONFIG_DM_LOG_WRITES; the structures are those of
include/uapi/linux/dm-ioctl.h.
"""

import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

CONTROL: Final = Path("/dev/mapper/control")
NAME: Final = b"power"

_HEAD: Final = struct.Struct("<3I4iIIIQ128s129s7x")
_SPEC: Final = struct.Struct("<QQiI16s")
_CREATE, _REMOVE, _RESUME, _LOAD, _MESSAGE = 3, 4, 6, 9, 14


class Logged:
    """The device while it exists; `mark` writes a line into its log."""

    def __init__(self, control: int, path: Path) -> None:
        self._control = control
        self.path = path

    def mark(self, text: str) -> None:
        """At most 400 bytes without spaces; its place in the log is taken when this returns."""
        message = b"mark " + text.encode() + b"\0"
        _call(self._control, _MESSAGE, struct.pack("<Q", 0) + message)


@contextmanager
def logged(disk: Path, size: int, log: Path) -> Iterator[Logged]:
    """A device over the first `size` bytes of a disk. Its log is whole, on the device `log`, when
    the block has ended.
    """
    parameters = f"{disk} {log}".encode() + b"\0"
    control = os.open(CONTROL, os.O_RDWR)
    try:
        _call(control, _CREATE)
        spec = _SPEC.pack(0, size // 512, 0, _padded(_SPEC.size + len(parameters)), b"log-writes")
        _call(control, _LOAD, spec + parameters, targets=1)
        _call(control, _RESUME)
        try:
            yield Logged(control, Path("/dev/dm-0"))
        finally:
            _call(control, _REMOVE)
    finally:
        os.close(control)


def _call(control: int, command: int, data: bytes = b"", targets: int = 0) -> None:
    """One ioctl; OSError where the kernel refuses."""
    size = _padded(_HEAD.size + len(data))
    head = _HEAD.pack(4, 0, 0, size, _HEAD.size, targets, 0, 0, 0, 0, 0, NAME, b"")
    request = (3 << 30) | (_HEAD.size << 16) | (0xFD << 8) | command
    fcntl.ioctl(control, request, bytearray((head + data).ljust(size, b"\0")))


def _padded(size: int) -> int:
    return size + -size % 8
