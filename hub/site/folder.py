"""The folder that the public site lies in: each owner's files replaced by what it offers now.

Calls `hub.site.files`. One process writes (`sealhub site`). An owner is a village or the township;
what it wrote last, by SHA-256, stands in a file of its own beside the site, so that only what
changed is written and what is offered no more goes away. It is written last: after a cut the next
time writes again what may be torn.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from hub.site.files import File, Kept


@dataclass(frozen=True)
class Lying:
    """One file as it was written: SHA-256 (hex), bytes, and whether it stays so (`File`)."""

    sha256: str
    size: int
    lasting: bool


@dataclass(frozen=True)
class Outcome:
    """How many files were written and removed, and how many there are now."""

    written: int
    removed: int
    total: int


Closing = Callable[[Mapping[str, Lying]], Iterable[File]]
"""What comes last, made of all the owner's other files: their manifest."""


class Folder:
    """`root` is given out by a file server, `beside` is not; both are made where missing."""

    def __init__(self, root: Path, beside: Path) -> None:
        self._root = root
        self._beside = beside
        for one in (root, beside):
            one.mkdir(parents=True, exist_ok=True)

    def put(
        self,
        owner: str,
        files: Iterable[File | Kept],
        closing: Closing = lambda _: (),
        *,
        afresh: bool = False,
    ) -> Outcome:
        """Make these the owner's files; `afresh` believes what lies there, not what was written.

        Raises ValueError where one path is offered twice, or one is to be kept that the owner did
        not write.
        """
        before, mark = self.known(owner), self._mark(owner)
        doubted = afresh or mark.exists()
        now: dict[str, Lying] = {}
        written = 0
        for file in chain(files, _closed(closing, now)):
            if file.path in now:
                raise ValueError(f"offered twice: {file.path}")
            if isinstance(file, Kept):
                now[file.path] = _there(file.path, before)
                continue
            found = Lying(_sha256(file.data), len(file.data), file.lasting)
            now[file.path] = found
            if self._differs(file.path, found.sha256, before, doubted=doubted):
                mark.touch()
                replace(self._root / file.path, file.data)
                written += 1
        gone = before.keys() - now.keys()
        for path in gone:
            self._remove(path)
        if now != before:
            replace(self._index(owner), _encoded(now))
        mark.unlink(missing_ok=True)
        return Outcome(written, len(gone), len(now))

    def add(self, owner: str, file: File) -> None:
        """One more lasting file of the owner, which `put` is then offered as Kept."""
        replace(self._root / file.path, file.data)
        self.note(owner, {file.path: Lying(_sha256(file.data), len(file.data), lasting=True)})

    def note(self, owner: str, lying: Mapping[str, Lying]) -> None:
        """These lie there, too."""
        replace(self._index(owner), _encoded({**self.known(owner), **lying}))

    def owners(self) -> list[str]:
        """All that ever wrote."""
        return sorted(path.stem for path in self._beside.glob("*.json"))

    def known(self, owner: str) -> Mapping[str, Lying]:
        """By path, what that owner wrote last."""
        try:
            rows = json.loads(self._index(owner).read_bytes())
        except FileNotFoundError:
            return {}
        return {path: Lying(*row) for path, row in rows.items()}

    def lasting(self, owner: str) -> frozenset[str]:
        """Paths of the owner's files that stay as they are."""
        return frozenset(path for path, one in self.known(owner).items() if one.lasting)

    def torn(self, owner: str) -> list[str]:
        """Those of the owner's files that are not what was written."""
        return [
            path
            for path, one in self.known(owner).items()
            if _digest(self._root / path) != one.sha256
        ]

    def _differs(
        self, path: str, sha256: str, before: Mapping[str, Lying], *, doubted: bool
    ) -> bool:
        if doubted:
            return _digest(self._root / path) != sha256
        return path not in before or before[path].sha256 != sha256

    def _index(self, owner: str) -> Path:
        return self._beside / f"{owner}.json"

    def _mark(self, owner: str) -> Path:
        return self._beside / f"{owner}.writing"

    def _remove(self, path: str) -> None:
        file = self._root / path
        file.unlink(missing_ok=True)
        with suppress(OSError):  # not empty
            for folder in file.parents:
                if folder == self._root:
                    break
                folder.rmdir()


def _closed(closing: Closing, now: dict[str, Lying]) -> Iterable[File]:
    """Asked for when all else was taken in."""
    yield from closing(dict(now))


def _there(path: str, before: Mapping[str, Lying]) -> Lying:
    if path not in before:
        raise ValueError(f"kept, and never written: {path}")
    return before[path]


def _encoded(now: Mapping[str, Lying]) -> bytes:
    rows = {path: (one.sha256, one.size, one.lasting) for path, one in now.items()}
    return json.dumps(rows, sort_keys=True, separators=(",", ":")).encode()


def replace(path: Path, data: bytes) -> None:
    """Seen whole, or as it was before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(data)
    beside.replace(path)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _digest(path: Path) -> str:
    try:
        return _sha256(path.read_bytes())
    except OSError:
        return ""
