"""A village as the public site meets it, and what matters tell of it. Calls `hub.site.files`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hub.site.files import File


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
class Matter:
    """What one matter puts into the site, for a village at a moment (ms since 1970 UTC). `revision`
    is cheap, and changes whenever what `pages` yields may; the passing of a day aside.
    """

    name: str
    revision: Callable[[Place, int], str]
    tiles: Callable[[Place, int], tuple[Tile, ...]]
    pages: Callable[[Place, int], Iterator[File]]
