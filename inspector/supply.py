"""Where records are pulled from: a township's two sites, or a folder (a USB stick, another bundle).

Calls `wire` and `inspector`. What is supplied is not believed, only bounded.
"""

from collections.abc import Iterator
from typing import Protocol

from inspector import replies
from inspector.bundle import MOST_BYTES, Bundle
from inspector.findings import NotVerifiedError, UnusableError
from inspector.leaf import ENVELOPE, read
from inspector.replies import Opening
from inspector.source import Source
from wire.lists import bundle as bundles
from wire.record.envelope import entry_hash
from wire.record.kinds import COMMITTED
from wire.tlog import note, tiles

PAGE = 256


class Supply(Protocol):
    """All raise UnusableError where there is no answer, or one that cannot be read."""

    def checkpoint(self) -> bytes:
        """The newest head."""

    def cosigned(self) -> bytes | None:
        """The newest head that witnesses have seen, None where none is given."""

    def tile(self, path: str) -> bytes | None:
        """A file of the log, None where it is not given."""

    def roots(self) -> tuple[bytes, ...]:
        """The county's roots, the first one first."""

    def list(self, sha256: bytes) -> bytes | None:
        """A list of that hash."""

    def photo(self, sha256: bytes) -> bytes | None:
        """A photo of that hash."""

    def openings(self, after: int, pulled: Bundle, size: int, /) -> tuple[Opening, ...]:
        """The next ones after that number, none after the last. `pulled` has the log's leaves."""


class Sites:
    """The staff site answers by token, the public one has the log."""

    def __init__(self, hub: Source, public: Source) -> None:
        self._hub = hub
        self._public = public

    def checkpoint(self) -> bytes:
        return self._public.get("/log/checkpoint", note.LIMIT)

    def cosigned(self) -> bytes | None:
        return self._public.find("/log/checkpoint.cosigned", note.LIMIT)

    def tile(self, path: str) -> bytes | None:
        return self._public.find(f"/log/{path}", tiles.LIMIT)

    def roots(self) -> tuple[bytes, ...]:
        return replies.roots(self._hub.get("/inspect/v1/roots", replies.LIMIT))

    def list(self, sha256: bytes) -> bytes | None:
        return self._hub.find(f"/inspect/v1/lists/{sha256.hex()}", bundles.LIMIT)

    def photo(self, sha256: bytes) -> bytes | None:
        return self._hub.find(f"/inspect/v1/photos/{sha256.hex()}", MOST_BYTES)

    def openings(self, after: int, _pulled: Bundle, _size: int, /) -> tuple[Opening, ...]:
        path = f"/inspect/v1/openings?after={after}"
        found = replies.openings(self._hub.get(path, replies.LIMIT))
        if found and found[0].number <= after:
            raise UnusableError(f"{path}: 次序不对。 Not in order.")
        return found


class Folder:
    """A bundle that somebody else pulled, or that a township wrote on a stick."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle

    def checkpoint(self) -> bytes:
        found = self.tile("checkpoint")
        if found is None:
            text = f"{self._bundle.folder}: 这里没有记录包。 There is no bundle here."
            raise UnusableError(text)
        return found

    def cosigned(self) -> bytes | None:
        return self.tile("checkpoint.cosigned")

    def tile(self, path: str) -> bytes | None:
        return self._find(path)

    def roots(self) -> tuple[bytes, ...]:
        return tuple(self._bundle.roots())

    def list(self, sha256: bytes) -> bytes | None:
        return self._find(f"lists/{sha256.hex()}.cbor")

    def photo(self, sha256: bytes) -> bytes | None:
        return self._find(f"photos/{sha256.hex()}.jpg")

    def openings(self, after: int, pulled: Bundle, size: int, /) -> tuple[Opening, ...]:
        """Their number is their leaf's, from 1."""
        found: list[Opening] = []
        for number, entry in committing(pulled, size, after):
            data = self._find(f"openings/{entry.hex()}.cbor")
            if data is not None:
                found.append(Opening(number + 1, entry, data))
            if len(found) == PAGE:
                break
        return tuple(found)

    def _find(self, name: str) -> bytes | None:
        if not self._bundle.has(name):
            return None
        try:
            return self._bundle.read(name)
        except NotVerifiedError as error:
            text = f"{self._bundle.folder}/{name}: 不能读取。 It cannot be read: {error.detail}"
            raise UnusableError(text) from error


def committing(pulled: Bundle, size: int, start: int) -> Iterator[tuple[int, bytes]]:
    """(leaf, hash) of each entry from that leaf on that has something to open."""
    for number, leaf in pulled.leaves(size, start):
        if leaf.startswith(ENVELOPE):
            try:
                body = read(number, leaf).entry.body
            except NotVerifiedError:
                continue
            if any(body[name] is not None for name in COMMITTED & body.keys()):
                yield number, entry_hash(leaf)
