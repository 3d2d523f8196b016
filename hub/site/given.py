"""One owner's part of the site: each matter's own, or what it gave last where it cannot be asked.

Calls `hub.site`. What was given lies beside the site, by owner; one process writes.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hub.site.files import File, Kept
from hub.site.folder import Closing, Folder
from hub.site.place import Matter, Tile

FOLDER: Final = "given"


@dataclass(frozen=True)
class Given:
    """The tiles of one matter, and where its files lie, each with the moment of which nobody is
    shown it any more.
    """

    tiles: Sequence[Tile] = ()
    paths: Mapping[str, int | None] = field(default_factory=dict)


class Part:
    """`broken` are names of matters that are not asked."""

    def __init__(
        self,
        owner: str,
        folder: Folder,
        beside: Path,
        matters: Sequence[Matter],
        broken: Collection[str],
        now_ms: int,
    ) -> None:
        self._owner, self._folder, self._matters, self._broken = owner, folder, matters, broken
        self._now_ms = now_ms
        self._file = beside / FOLDER / f"{owner}.json"
        self._before = _read(self._file) if broken else {}
        self._tiles: dict[str, tuple[Tile, ...]] = {}
        self._paths: dict[str, dict[str, int | None]] = {}

    def lasting(self) -> frozenset[str]:
        """Paths of its files that stay as they are."""
        return self._folder.lasting(self._owner)

    def tiles(self, asked: Callable[[Matter], Iterable[Tile]]) -> list[Tile]:
        """In the order of the matters."""
        for one in self._matters:
            last = one.name in self._broken
            self._tiles[one.name] = tuple(self._last(one).tiles if last else asked(one))
        return [tile for some in self._tiles.values() for tile in some]

    def files(self, asked: Callable[[Matter], Iterable[File | Kept]]) -> Iterator[File | Kept]:
        """Likewise."""
        for one in self._matters:
            found = self._kept(one) if one.name in self._broken else asked(one)
            paths = self._paths.setdefault(one.name, {})
            for file in found:
                paths[file.path] = file.until_ms
                yield file

    def put(self, files: Iterable[File | Kept], close: Closing, *, afresh: bool) -> int:
        """Into the folder; how many were written."""
        made = self._folder.put(self._owner, files, close, afresh=afresh)
        rows = {
            name: [[(one.target, one.name, one.line) for one in tiles], self._paths.get(name, {})]
            for name, tiles in self._tiles.items()
        }
        _write(self._file, json.dumps(rows, sort_keys=True))
        return made.written

    def _last(self, matter: Matter) -> Given:
        return self._before.get(matter.name, Given())

    def _kept(self, matter: Matter) -> Iterator[Kept]:
        lying, now = self._folder.known(self._owner), self._now_ms
        for path, until_ms in self._last(matter).paths.items():
            if path in lying and (until_ms is None or now < until_ms):
                yield Kept(path, until_ms)


def _read(file: Path) -> dict[str, Given]:
    try:
        rows = json.loads(file.read_bytes())
    except FileNotFoundError:
        return {}
    return {
        name: Given(tuple(Tile(*one) for one in tiles), paths)
        for name, (tiles, paths) in rows.items()
    }


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.write_text(text, "utf-8")
    new.replace(file)
