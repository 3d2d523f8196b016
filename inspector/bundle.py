"""The inspector's bundle as a folder: where each part lies, read one file at a time.

Calls `wire.tlog` and `inspector`. Nothing that is read here is believed yet: only plain files of
bounded size inside the folder are read, no link is followed.
"""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from inspector.findings import NotVerifiedError
from inspector.scope import WHOLE, Scope, read_scope
from wire.errors import WireError
from wire.tlog import tiles

MOST_BYTES: Final = 64 << 20
_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
"""A named pipe does not hold the reader up."""
_PART: Final = 1 << 16


@dataclass(frozen=True)
class Bundle:
    """One folder; `scope` is what of the log it says to hold."""

    folder: Path
    scope: Scope = WHOLE

    @classmethod
    def open(cls, folder: Path) -> "Bundle":
        """Raises UnusableError for a scope that cannot be read."""
        return cls(folder, read_scope(folder))

    def read(self, name: str, code: str = "missing") -> bytes:
        """A file of the bundle; NotVerifiedError(code) where it is missing, a link, too large."""
        return self._opened(name, code, os.read)

    def _opened(self, name: str, code: str, use: Callable[[int, int], bytes]) -> bytes:
        """What `use` makes of a handle for reading and the file's size: a file object takes three
        times as long, and a context manager as long again.
        """
        path = f"{self.folder}/{name}"
        if not _inside(str(self.folder), path.rpartition("/")[0]):
            raise NotVerifiedError(code, name, "a link that leads out of the folder")
        try:
            handle = os.open(path, _FLAGS)
        except OSError as error:
            raise NotVerifiedError(code, name, error.strerror or "not readable") from error
        try:
            return use(handle, _size(handle, name, code))
        except OSError as error:
            raise NotVerifiedError(code, name, error.strerror or "not readable") from error
        finally:
            os.close(handle)

    def has(self, name: str) -> bool:
        return (self.folder / name).exists()

    def roots(self) -> list[bytes]:
        """The chain of county roots from version 1 on, as far as the folder has it."""
        found: list[bytes] = []
        while self.has(f"roots/{len(found) + 1}.json") and len(found) < 64:
            found.append(self.read(f"roots/{len(found) + 1}.json"))
        return found

    def tile(self, index: int, width: int) -> list[bytes]:
        """The leaves of one tile; raises NotVerifiedError('missing', 'tree')."""
        path = tiles.entries_path(index, width)
        try:
            leaves = tiles.decode_entries(self.read(path))
        except WireError as error:
            raise NotVerifiedError("tree", path, error.detail) from error
        if len(leaves) != width:
            raise NotVerifiedError("tree", path, f"{len(leaves)} leaves, not {width}")
        return leaves

    def wanted(self, index: int, width: int) -> bool:
        """Whether that tile has to be there, or is."""
        start = index * tiles.WIDTH
        return self.scope.overlaps(start, start + width) or (
            self.scope.ranged and self.has(tiles.entries_path(index, width))
        )

    def leaves(
        self, size: int, first: int = 0, end: int | None = None
    ) -> Iterator[tuple[int, bytes]]:
        """(index, leaf) of the scope's leaves in a log of that size, from `first` to the tile's end
        that `end` is, or to the log's.
        """
        last = size if end is None else min(size, end)
        for index in range(first // tiles.WIDTH, -(-last // tiles.WIDTH)):
            start = index * tiles.WIDTH
            width = min(tiles.WIDTH, size - start)
            if self.scope.overlaps(start, start + width):
                for number, leaf in enumerate(self.tile(index, width), start):
                    if number >= first and self.scope.holds(number):
                        yield number, leaf

    def leaf(self, number: int, size: int) -> bytes:
        """One leaf of a log of that size."""
        index = number // tiles.WIDTH
        width = min(tiles.WIDTH, size - index * tiles.WIDTH)
        return self.tile(index, width)[number % tiles.WIDTH]

    def opening(self, entry: bytes) -> bytes:
        return self.read(opening_path(entry), "opening")

    def photo_hash(self, sha256: bytes) -> bytes:
        """The SHA-256 of what stands under the name of that photo."""
        return self._opened(photo_path(sha256), "photo", _hashed)

    def list_bundle(self, sha256: bytes) -> bytes:
        return self.read(list_path(sha256), "list")


def list_path(sha256: bytes) -> str:
    return f"lists/{sha256.hex()}.cbor"


def opening_path(entry: bytes) -> str:
    return f"openings/{entry.hex()}.cbor"


def photo_path(sha256: bytes) -> str:
    return f"photos/{sha256.hex()}.jpg"


def _hashed(handle: int, _size: int) -> bytes:
    digest = hashlib.sha256()
    while part := os.read(handle, _PART):
        digest.update(part)
    return digest.digest()


def _size(handle: int, name: str, code: str) -> int:
    found = os.fstat(handle)
    if stat.S_ISREG(found.st_mode) and found.st_size <= MOST_BYTES:
        return found.st_size
    detail = "too large" if stat.S_ISREG(found.st_mode) else "not a file"
    raise NotVerifiedError(code, name, detail)


@lru_cache(maxsize=4096)
def _inside(folder: str, below: str) -> bool:
    """Whether that folder of the bundle is reached without a link."""
    return os.path.realpath(below) == os.path.realpath(folder) + below[len(folder) :]
