"""The inspector's bundle as a folder: where each part lies, read one file at a time.

Calls `wire.tlog` and `inspector.findings`. Nothing that is read here is believed yet.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from inspector.findings import NotVerifiedError, UnusableError
from wire.errors import WireError
from wire.tlog import note, tiles
from wire.tlog.note import Verifier

MOST_BYTES: Final = 64 << 20


@dataclass(frozen=True)
class Policy:
    """What the inspector trusts: the county's first root by its hash, the log, the witnesses.

    `max_age_s` is how old the newest record may be, 0 for any age.
    """

    root_sha256: bytes
    log: Verifier
    log_key: str
    witnesses: tuple[Verifier, ...]
    quorum: int
    max_age_s: int


def read_policy(path: Path) -> Policy:
    """The policy file; raises UnusableError."""
    try:
        fields: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return Policy(
            root_sha256=bytes.fromhex(fields["root_sha256"]),
            log=note.verifier(fields["log"]),
            log_key=fields["log"],
            witnesses=tuple(note.verifier(one) for one in fields["witnesses"]),
            quorum=int(fields["quorum"]),
            max_age_s=int(fields["max_age_s"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnusableError(f"{path}: 核验政策不能用。 Not a usable policy: {error}") from error


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
            path = self._tile(index, width)
            try:
                leaves = tiles.decode_entries(self.read(path))
            except WireError as error:
                raise NotVerifiedError("tree", path, error.detail) from error
            if len(leaves) < width:
                raise NotVerifiedError("tree", path, "too few leaves")
            for number, leaf in enumerate(leaves[:width]):
                yield index * tiles.WIDTH + number, leaf

    def _tile(self, index: int, width: int) -> str:
        """The partial bundle, or the full one that grew out of it since."""
        full = tiles.entries_path(index)
        partial = tiles.entries_path(index, width)
        return full if (self.folder / full).exists() else partial

    def opening(self, entry: bytes) -> bytes:
        return self.read(f"openings/{entry.hex()}.cbor", "opening")

    def photo(self, sha256: bytes) -> bytes:
        return self.read(f"photos/{sha256.hex()}.jpg", "photo")

    def list_bundle(self, sha256: bytes) -> bytes:
        return self.read(f"lists/{sha256.hex()}.cbor", "list")
