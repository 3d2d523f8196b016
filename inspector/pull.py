"""Brings a township's records into a bundle; what is there already is not fetched again.

Calls `inspector` and `wire`. It believes nothing: that is `inspector.verify`'s, offline. But it
never lets a shorter or rewritten log replace the one that the bundle has. What the township
withholds is asked for again by the next pull, and found missing by the verification.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from inspector import replies
from inspector.bundle import MOST_BYTES
from inspector.findings import NotVerifiedError, UnusableError
from inspector.grown import forget_partials, pull_tiles
from inspector.policy import Policy, read_policy
from inspector.source import Source
from inspector.store import keep
from wire.approval import draft
from wire.errors import WireError
from wire.lists import bundle as bundles
from wire.record import commitment
from wire.record.kinds import DOCUMENTS, PHOTOS
from wire.tlog import cosignature, note
from wire.tlog.checkpoint import Checkpoint, open_checkpoint

PROGRESS: Final = ".pull.json"


@dataclass(frozen=True)
class Pulled:
    """`size` leaves are in the bundle; `withheld` names what the township did not give."""

    size: int
    withheld: tuple[str, ...]


class Pull:
    """One township's two sites and the folder that they are brought to."""

    def __init__(self, hub: Source, public: Source, out: Path) -> None:
        self._hub = hub
        self._public = public
        self._out = out
        self._withheld: list[str] = []

    def run(self, policy: Path) -> Pulled:
        """Fetch everything of the newest head; raises UnusableError, NotVerifiedError."""
        trusted = read_policy(policy)
        former = self._former(trusted)
        head = self._newest(trusted, former)
        found = _open(head, trusted, "/log/checkpoint")
        if found.size < former.size or (found.size == former.size > 0 and found != former):
            detail = f"{found.size} leaves after {former.size}"
            raise NotVerifiedError("rolled_back", "/log/checkpoint", detail)
        pull_tiles(self._public, self._out, former.size, found)
        self._roots()
        self._lists()
        self._openings()
        keep(self._out / "policy.json", policy.read_bytes())
        keep(self._out / "checkpoint", head)
        forget_partials(self._out, former.size, found.size)
        return Pulled(found.size, tuple(self._withheld))

    def _newest(self, policy: Policy, former: Checkpoint) -> bytes:
        """The newest head; where witnesses have not seen it yet, the newest that they have, unless
        the bundle is beyond that already.
        """
        head = self._public.get("/log/checkpoint", note.LIMIT)
        if _is_witnessed(head, policy):
            return head
        seen = self._public.find("/log/checkpoint.cosigned", note.LIMIT)
        if seen is None or not _is_witnessed(seen, policy):
            return head
        size = _open(seen, policy, "/log/checkpoint.cosigned").size
        return seen if size >= former.size else head

    def _former(self, policy: Policy) -> Checkpoint:
        """What the bundle has; raises UnusableError for a bundle of another log."""
        path = self._out / "checkpoint"
        if not path.exists():
            return Checkpoint(policy.log.name, 0, b"")
        try:
            return _open(path.read_bytes(), policy, str(path))
        except NotVerifiedError as error:
            text = f"{self._out}: 这是另一本日志的记录包。 A bundle of another log: {error.detail}"
            raise UnusableError(text) from error

    def _roots(self) -> None:
        found = replies.roots(self._hub.get("/inspect/v1/roots", replies.LIMIT))
        for number, root in enumerate(found, start=1):
            keep(self._out / f"roots/{number}.json", root)

    def _lists(self) -> None:
        found = replies.lists(self._hub.get("/inspect/v1/lists", replies.LIMIT))
        for sha256 in found:
            name = f"lists/{sha256.hex()}.cbor"
            self._fetch(name, f"/inspect/v1/lists/{sha256.hex()}", sha256, bundles.LIMIT)

    def _openings(self) -> None:
        """Openings since the last pull, and every photo that was named and not yet given."""
        after, photos = self._progress()
        while page := self._page(after):
            for one in page:
                keep(self._out / f"openings/{one.entry.hex()}.cbor", one.data)
                photos |= _photos(one.data)
            after = page[-1].number
            self._note(after, photos)
        self._note(after, {name for name in photos if not self._photo(name)})

    def _page(self, after: int) -> tuple[replies.Opening, ...]:
        path = f"/inspect/v1/openings?after={after}"
        found = replies.openings(self._hub.get(path, replies.LIMIT))
        if found and found[0].number <= after:
            raise UnusableError(f"{path}: 次序不对。 Not in order.")
        return found

    def _photo(self, name: str) -> bool:
        sha256 = bytes.fromhex(name)
        return self._fetch(f"photos/{name}.jpg", f"/inspect/v1/photos/{name}", sha256, MOST_BYTES)

    def _fetch(self, name: str, path: str, sha256: bytes, limit: int) -> bool:
        """Whether the file of that hash is in the bundle now."""
        if (self._out / name).exists():
            return True
        data = self._hub.find(path, limit)
        if data is None or hashlib.sha256(data).digest() != sha256:
            self._withheld.append(name)
            return False
        keep(self._out / name, data)
        return True

    def _progress(self) -> tuple[int, set[str]]:
        """(number of the last opening, photos not yet given); from the start where unreadable."""
        try:
            value = json.loads((self._out / PROGRESS).read_text("ascii"))
            names = {bytes.fromhex(name).hex() for name in value["photos"]}
            return max(0, int(value["after"])), names
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return 0, set()

    def _note(self, after: int, photos: Iterable[str]) -> None:
        value = {"after": after, "photos": sorted(photos)}
        keep(self._out / PROGRESS, json.dumps(value).encode())


def _is_witnessed(head: bytes, policy: Policy) -> bool:
    """Whether the policy's quorum has seen it; False, too, for what is no note."""
    try:
        return len(cosignature.count(note.parse(head), policy.witnesses)) >= policy.quorum
    except WireError:
        return False


def _open(data: bytes, policy: Policy, where: str) -> Checkpoint:
    try:
        return open_checkpoint(data, policy.log)
    except WireError as error:
        raise NotVerifiedError("checkpoint", where, error.detail) from error


def _photos(openings: bytes) -> set[str]:
    """Hashes of the photos that these openings name; none where they cannot be read."""
    try:
        found = commitment.decode(openings).openings
    except WireError:
        return set()
    values = [one.value for one in found if one.field in PHOTOS]
    for one in found:
        if one.field in DOCUMENTS:
            values += _pages(one.value)
    return {value.hex() for value in values if isinstance(value, bytes) and len(value) == 32}


def _pages(value: str | bytes) -> tuple[bytes, ...]:
    try:
        return draft.decode(value).pages if isinstance(value, bytes) else ()
    except WireError:
        return ()
