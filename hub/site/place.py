"""A village as the public site meets it, and what matters tell of it. Calls `hub.site.files`."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from hub.site.files import File, Kept


@dataclass(frozen=True)
class Place:
    """One that there is, or one that `ended`: its record stays under its own address."""

    id: str
    name: str
    ended: bool = False

    @property
    def folder(self) -> str:
        return f"v/{self.id}"


@dataclass(frozen=True)
class Tile:
    """One large button of a village's first page: where it leads (a path of the site, or an address
    with its scheme), its name, and a line that says what one finds there.
    """

    target: str
    name: str
    line: str


@dataclass(frozen=True)
class Slow:
    """A file that takes seconds to make, by what asks no database; None where it cannot be. `path`
    is named by what it is made of (`files.by_hash`).
    """

    path: str
    make: Callable[[], bytes | None]


def _nothing_slow(_where: Place, _now_ms: int) -> Iterator[Slow]:
    return iter(())


@dataclass(frozen=True)
class Matter:
    """What one matter puts into the site, at a moment (ms since 1970 UTC).

    `changed` tells by a few queries, from a mark that it gave before ("" at first), the next mark
    and the villages whose files may be others since then; None for all of them, in which nothing
    that was made before is to be kept. It reads all data files that the pages are made of, and
    raises ConfigError where one is broken: then nothing else is asked, and what was made stays.
    That a day passed is seen to without it. `pages` are a
    village's files; what is `known` to lie there as a lasting file (`File`) may come as Kept.
    `township` and `township_tiles` are of no village. `slow` are a village's files that are made
    one by one while its pages are already there; once one is `known`, `pages` has it as Kept.
    """

    name: str
    changed: Callable[[str, int], tuple[str, frozenset[str] | None]]
    tiles: Callable[[Place, int], tuple[Tile, ...]]
    pages: Callable[[Place, int, Collection[str]], Iterator[File | Kept]]
    township: Callable[[int], Iterator[File]] = lambda _: iter(())
    township_tiles: Callable[[int], tuple[Tile, ...]] = lambda _: ()
    slow: Callable[[Place, int], Iterator[Slow]] = _nothing_slow
