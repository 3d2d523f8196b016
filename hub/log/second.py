"""The second store: every leaf once more, in one file outside the database.

Calls `hub.log.published`. Each leaf stands behind its length in four bytes. A leaf is
durable here before the log answers for it, so that a database restored from an older copy is
noticed, never forked.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Self

from hub.log.published import sync_folder

_LENGTH: Final = 4


class SecondStore:
    """`count` leaves are durable in the file."""

    def __init__(self, path: Path, count: int) -> None:
        self._path = path
        self.count = count

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read the whole file; a leaf cut off by a crash was never answered for and is dropped."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)
        count, end = measured(path)
        if end != path.stat().st_size:
            with path.open("r+b") as file:
                file.truncate(end)
                os.fsync(file.fileno())
        sync_folder(path.parent)
        return cls(path, count)

    def leaves(self) -> Iterator[bytes]:
        """All leaves in order."""
        return _read(self._path)

    def append(self, leaves: Sequence[bytes]) -> None:
        """Durable when this returns."""
        data = b"".join(len(leaf).to_bytes(_LENGTH) + leaf for leaf in leaves)
        with self._path.open("ab") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        self.count += len(leaves)


def measured(path: Path) -> tuple[int, int]:
    """How many whole leaves stand in the file, and where the last one ends; changes nothing."""
    count, end = 0, 0
    for leaf in _read(path):
        count, end = count + 1, end + _LENGTH + len(leaf)
    return count, end


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while len(head := file.read(_LENGTH)) == _LENGTH:
            length = int.from_bytes(head)
            leaf = file.read(length)
            if len(leaf) != length:
                return
            yield leaf
