"""The folder that the public site lies in: each owner's files replaced by what it offers now.

Calls `hub.site.files`. One process writes (`sealhub site`). An owner is a village or the township;
what it wrote last, by SHA-256, stands in a file of its own beside the site, so that only what
changed is written and what is offered no more goes away. It is written last: after a cut the next
time writes again what may be torn.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hub.site.files import File, Kept


@dataclass(frozen=True)
class Outcome:
    """How many files were written and removed, and how many there are now."""

    written: int
    removed: int
    total: int


class Folder:
    """`root` is given out by a file server, `beside` is not; both are made where missing."""

    def __init__(self, root: Path, beside: Path) -> None:
        self._root = root
        self._beside = beside
        beside.mkdir(parents=True, exist_ok=True)

    def put(self, owner: str, files: Iterable[File | Kept]) -> Outcome:
        """Make these the owner's files. Raises ValueError where one path is offered twice, or one
        is to be kept that the owner did not write.
        """
        before, mark = self.known(owner), self._mark(owner)
        cut = mark.exists()
        now: dict[str, str] = {}
        written = 0
        for file in files:
            if file.path in now:
                raise ValueError(f"offered twice: {file.path}")
            if isinstance(file, Kept):
                now[file.path] = _there(file.path, before)
                continue
            now[file.path] = hashlib.sha256(file.data).hexdigest()
            if cut or before.get(file.path) != now[file.path]:
                mark.touch()
                _replace(self._root / file.path, file.data)
                written += 1
        gone = before.keys() - now.keys()
        for path in gone:
            self._remove(path)
        if now != before:
            index = json.dumps(now, sort_keys=True, separators=(",", ":"))
            _replace(self._index(owner), index.encode())
        mark.unlink(missing_ok=True)
        return Outcome(written, len(gone), len(now))

    def known(self, owner: str) -> Mapping[str, str]:
        """By path, the SHA-256 (hex) of what that owner wrote last."""
        try:
            known: dict[str, str] = json.loads(self._index(owner).read_bytes())
        except FileNotFoundError:
            return {}
        return known

    def torn(self, owner: str) -> list[str]:
        """Those of the owner's files that are not what was written."""
        return [
            path
            for path, digest in self.known(owner).items()
            if _digest(self._root / path) != digest
        ]

    def forget(self, owner: str) -> None:
        """Write all of the owner's files again next time."""
        self._index(owner).unlink(missing_ok=True)

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


def _there(path: str, before: Mapping[str, str]) -> str:
    if path not in before:
        raise ValueError(f"kept, and never written: {path}")
    return before[path]


def _replace(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(data)
    beside.replace(path)


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
