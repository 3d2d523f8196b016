"""The inspector's bundle as a folder: where each part lies, read one file at a time.

Calls `wire.tlog` and `inspector.findings`. Nothing that is read here is believed yet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from inspector.findings import NotVerifiedError
from wire.errors import WireError
from wire.tlog import tiles

MOST_BYTES: Final = 64 << 20


@dataclass(frozen=True)
class Bundle:
    """One folder."""

    folder: Path

    def read(self, name: str, code: str = "missing") -> bytes:
        """A file of the bundle; NotVerifiedError(code) where it is missing or far too large."""
        path = self.folder / name
        try:
            if path.stat().st_size > MOST_BYTES:
                raise NotVerifiedError(code, name, "too large")
            return path.read_bytes()
        except OSError as error:
            raise NotVerifiedError(code, name, error.strerror or "not readable") from error

    def roots(self) -> list[bytes]:
        """The chain of county roots from version 1 on, as far as the folder has it."""
        found: list[bytes] = []
        while (self.folder / f"roots/{len(found) + 1}.json").exists():
            found.append(self.read(f"roots/{len(found) + 1}.json"))
        return found

    def leaves(self, size: int) -> Iterator[tuple[int, bytes]]:
        """(index, leaf) for the first `size` leaves, one bundle of 256 at a time."""
        for index, width in tiles.entry_tiles(size):
            path = tiles.entries_path(index, width)
            try:
                leaves = tiles.decode_entries(self.read(path))
            except WireError as error:
                raise NotVerifiedError("tree", path, error.detail) from error
            if len(leaves) != width:
                raise NotVerifiedError("tree", path, f"{len(leaves)} leaves, not {width}")
            yield from enumerate(leaves, index * tiles.WIDTH)

    def opening(self, entry: bytes) -> bytes:
        return self.read(f"openings/{entry.hex()}.cbor", "opening")

    def photo(self, sha256: bytes) -> bytes:
        return self.read(f"photos/{sha256.hex()}.jpg", "photo")

    def list_bundle(self, sha256: bytes) -> bytes:
        return self.read(f"lists/{sha256.hex()}.cbor", "list")
