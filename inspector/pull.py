"""Brings a township's records into a bundle; what is there already is not fetched again.

Calls `inspector` and `wire`. It believes nothing: that is `inspector.verify`'s, offline. But it
never lets a shorter or rewritten log replace the one that the bundle has. What the township
withholds is asked for again by the next pull, and found missing by the verification. Memory does
not grow with the log, but for a range's own lists.
"""

import hashlib
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from inspector.bundle import Bundle, list_path, opening_path
from inspector.findings import NotVerifiedError, UnusableError
from inspector.grown import fetch_tile, forget_partials, pull_tiles
from inspector.newest import newest
from inspector.policy import Policy, read_policy
from inspector.pulling import Pulling
from inspector.replies import Opening
from inspector.scope import FILE, WHOLE, Scope, read_scope
from inspector.selection import Selection
from inspector.store import keep
from inspector.supply import Supply, committing
from inspector.wanted import Range, list_leaves, village_of
from wire.approval import draft
from wire.errors import WireError
from wire.lists.leaf import ListLeaf
from wire.record import commitment
from wire.record.commitment import OpeningSet
from wire.record.kinds import DOCUMENTS, PHOTOS
from wire.tlog import tiles
from wire.tlog.checkpoint import Checkpoint, open_checkpoint

EARLIER = "earlier"
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Pulled:
    """`size` leaves has the log, `former` had it at the last visit; `withheld` names some of the
    files that the township did not give, `missing` counts them.
    """

    size: int
    former: int
    withheld: tuple[str, ...]
    missing: int


class Pull:
    """One township's records and the folder that they are brought to."""

    def __init__(
        self,
        supply: Supply,
        out: Path,
        selection: Selection,
        tell: Tell = lambda *_: None,
        *,
        log_only: bool = False,
    ) -> None:
        """`log_only`: the log and its lists; no openings, no photos, so nobody's secrets."""
        self._log_only = log_only
        self._supply = supply
        self._out = out
        self._selection = selection
        self._tell = tell
        self._files = 0

    def run(self, policy: Path, *, visited: bool = False) -> Pulled:
        """Fetch what is selected of the newest head; raises UnusableError, NotVerifiedError.

        `visited`: the folder must have been pulled into before.
        """
        trusted = read_policy(policy)
        former = self._former(trusted)
        if visited and not former.size:
            text = f"{self._out}: 还没有下载过。 Nothing was pulled into this folder before."
            raise UnusableError(text)
        head = newest(self._supply, trusted, former.size)
        found = _open(head, trusted, "/log/checkpoint")
        if former.size and found.origin != former.origin:
            raise UnusableError(
                f"{self._out}: 这是 {former.origin} 的记录包；新日志请下载到别的目录，旧的留着。 "
                f"A bundle of {former.origin}: pull the log that follows it into another folder, "
                "and keep this one."
            )
        if found.size < former.size or (found.size == former.size > 0 and found != former):
            detail = f"{found.size} leaves after {former.size}"
            raise NotVerifiedError("rolled_back", "/log/checkpoint", detail)
        scope = self._scope(found.size, former.size)
        pull_tiles(self._supply, self._out, former.size, found, scope, self._tell)
        for number, root in enumerate(self._supply.roots(), start=1):
            keep(self._out / f"roots/{number}.json", root)
        pulled = Bundle(self._out, scope)
        with closing(Pulling(self._out, repr(scope))) as pulling:
            self._ask_again(pulling)
            self._beside(pulled, found.size, pulling)
            withheld = tuple(name for name, _ in zip(pulling.withheld(), range(100), strict=False))
            missing = pulling.count()
        self._finish(policy, head, former, found, scope)
        return Pulled(found.size, former.size, withheld, missing)

    def _finish(
        self, policy: Path, head: bytes, former: Checkpoint, found: Checkpoint, scope: Scope
    ) -> None:
        if 0 < former.size < found.size:
            keep(self._out / EARLIER, (self._out / "checkpoint").read_bytes())
        if scope == WHOLE:
            (self._out / FILE).unlink(missing_ok=True)
        else:
            keep(self._out / FILE, scope.encode())
        keep(self._out / "policy.json", policy.read_bytes())
        keep(self._out / "checkpoint", head)
        forget_partials(self._out, former.size, found.size)

    def _former(self, policy: Policy) -> Checkpoint:
        """What the bundle has; raises UnusableError for a bundle of another log."""
        path = self._out / "checkpoint"
        if not path.exists():
            return Checkpoint(policy.log.name, 0, b"")
        try:
            return policy.open_kept(path.read_bytes())
        except WireError as error:
            text = f"{self._out}: 这是另一本日志的记录包。 A bundle of another log: {error.detail}"
            raise UnusableError(text) from error

    def _scope(self, size: int, former: int) -> Scope:
        """What this folder holds from now on: a bundle may become whole, and not smaller."""

        def tile(index: int, width: int) -> list[bytes]:
            data = fetch_tile(self._supply, None, index, width)
            try:
                return tiles.decode_entries(data)
            except WireError as error:
                raise UnusableError(f"日志不能读取。 The log cannot be read: {error}") from error

        wanted = self._selection.scope(size, tile) if size else WHOLE
        known = read_scope(self._out) if former else wanted
        if wanted not in (known, WHOLE):
            text = "已有别的范围，请换目录。 Another selection is here: use another folder."
            raise UnusableError(f"{self._out}: {text}")
        return wanted

    def _beside(self, pulled: Bundle, size: int, pulling: Pulling) -> None:
        """Lists, openings and photos of the scope."""
        ranged = Range(pulled, size) if pulled.scope.ranged else None
        ours = self._lists(pulled, size, pulling)
        if ranged is not None:
            earlier = ranged.earlier_lists(self._supply, pulled, size)
            kept = [
                one for one in earlier if ours is None or self._is_ours(one, ours, pulled.scope)
            ]
            pulling.note("leaf", pulling.leaf, self._take_lists(kept))

        if self._log_only:
            return

        def holds(found: OpeningSet) -> bool:
            here = ours is None or found.device in ours
            return here and (ranged is None or ranged.holds(found))

        self._openings(pulled, size, pulling, holds)
        if ranged is not None and pulled.scope.end is not None and _lacks(pulled, size, pulling):
            later = ranged.later_erasures(self._supply, pulled, size)
            pulling.note("leaf", pulling.leaf, self._take_lists(later))

    def _lists(self, pulled: Bundle, size: int, pulling: Pulling) -> set[str] | None:
        """Pull lists; the machines of the scope's village, None for all machines."""
        if pulled.scope.village is not None:
            return self._village_lists(pulled, size, pulling, pulled.scope.village)
        waiting: list[ListLeaf] = []
        for number, named in list_leaves(pulled, size, pulling.leaf, pulling.erase):
            waiting.append(named)
            if len(waiting) == 64:
                pulling.note("leaf", number, self._take_lists(waiting))
                waiting = []
        pulling.note("leaf", size, self._take_lists(waiting))
        return None

    def _village_lists(self, pulled: Bundle, size: int, pulling: Pulling, village: str) -> set[str]:
        """Of other villages' machines only the newest list, which says whose they are."""
        newest = {named.device: named for _, named in list_leaves(pulled, size)}
        withheld = self._take_lists(newest.values())
        ours = {one.device for one in newest.values() if self._village(one) == village}
        for _, named in list_leaves(pulled, size, pulling.leaf, pulling.erase):
            if named.device in ours:
                withheld += self._take_lists([named])
        pulling.note("leaf", size, withheld)
        if not ours:
            text = f"{village}: 日志里没有这个村的机器。 The log has no machine of this village."
            raise UnusableError(text)
        return ours

    def _is_ours(self, named: ListLeaf, ours: set[str], scope: Scope) -> bool:
        """A machine that has no list in the range is known by the one before it."""
        if named.device not in ours:
            self._take_lists([named])
            if self._village(named) == scope.village:
                ours.add(named.device)
        return named.device in ours

    def _village(self, named: ListLeaf) -> str | None:
        path = self._out / list_path(named.sha256)
        return village_of(path.read_bytes() if path.exists() else None)

    def _take_lists(self, found: Iterable[ListLeaf]) -> list[str]:
        """Those that were not given."""
        names = [list_path(one.sha256) for one in found]
        return [name for name in names if not self._fetch(name)]

    def _openings(
        self, pulled: Bundle, size: int, pulling: Pulling, holds: Callable[[OpeningSet], bool]
    ) -> None:
        """Openings since the last pull, each page with the photos that it names."""
        while page := self._supply.openings(pulling.after, pulled, size):
            withheld: list[str] = []
            for one in page:
                withheld += self._opening(one, holds, pulling)
            pulling.note("after", page[-1].number, withheld)

    def _opening(
        self, one: Opening, holds: Callable[[OpeningSet], bool], pulling: Pulling
    ) -> list[str]:
        """The photos that were not given and are not named as erased."""
        try:
            found = commitment.decode(one.data)
        except WireError:
            found = None
        if found is not None and not holds(found):
            return []
        keep(self._out / f"openings/{one.entry.hex()}.cbor", one.data)
        self._told()
        names = [f"photos/{name}.jpg" for name in _photos(found)]
        withheld = [name for name in names if not self._fetch(name)]
        gone = found is not None and pulling.is_erased(found.device, found.seq)
        return [] if gone else withheld

    def _ask_again(self, pulling: Pulling) -> None:
        for name in pulling.withheld():
            if self._fetch(name):
                pulling.given(name)

    def _fetch(self, name: str) -> bool:
        """Whether the file of that hash is in the bundle now."""
        if (self._out / name).exists():
            return True
        kind, _, digest = name.partition("/")
        sha256 = bytes.fromhex(digest.partition(".")[0])
        data = self._supply.list(sha256) if kind == "lists" else self._supply.photo(sha256)
        if data is None or hashlib.sha256(data).digest() != sha256:
            return False
        keep(self._out / name, data)
        self._told()
        return True

    def _told(self) -> None:
        self._files += 1
        self._tell("files", self._files, 0)


def _open(data: bytes, policy: Policy, where: str) -> Checkpoint:
    try:
        return open_checkpoint(data, policy.log)
    except WireError as error:
        raise NotVerifiedError("checkpoint", where, error.detail) from error


def _lacks(pulled: Bundle, size: int, pulling: Pulling) -> bool:
    """Whether something is missing that a later leaf may name as erased."""
    entries = (entry for _, entry in committing(pulled, size, 0))
    return pulling.count() > 0 or any(not pulled.has(opening_path(one)) for one in entries)


def _photos(found: OpeningSet | None) -> set[str]:
    """Hashes of the photos that these openings name; none where they cannot be read."""
    openings = () if found is None else found.openings
    values = [one.value for one in openings if one.field in PHOTOS]
    for one in openings:
        if one.field in DOCUMENTS:
            values += _pages(one.value)
    return {value.hex() for value in values if isinstance(value, bytes) and len(value) == 32}


def _pages(value: str | bytes) -> tuple[bytes, ...]:
    try:
        return draft.decode(value).pages if isinstance(value, bytes) else ()
    except WireError:
        return ()
