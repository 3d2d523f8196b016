"""A file of the public site, and where the others lie from it. Pure, calls nothing.

Paths are relative to the site's root and have no query. A page is the `index.html` of a folder and
is linked by that name, so that the site works from any folder of any server, or from a USB stick
without one.
"""

import posixpath
import re
from dataclasses import dataclass
from typing import Final

PAGE: Final = "index.html"
PATH: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*", re.ASCII)
_LONGEST: Final = 200
_BY_HASH: Final = re.compile(r"(?:.*/)?[0-9a-f]{32,64}(?:-[a-z0-9]+)?\.[a-z0-9]+", re.ASCII)
TWICE: Final = "twice.txt"
"""Lies in place of a proof where two stamps share a number, so that a server can say so (409)."""


@dataclass(frozen=True)
class File:
    """`path` is relative to the site's root; raises ValueError for one that leads elsewhere.
    `lasting`: it stays as it is from now on, so that it may come as Kept the next time.
    `until_ms`: nobody is shown it from that moment on, even where nothing can be put in its place.
    """

    path: str
    data: bytes
    lasting: bool = False
    until_ms: int | None = None

    def __post_init__(self) -> None:
        if len(self.path) > _LONGEST or not PATH.fullmatch(self.path):
            raise ValueError(f"not a path of the site: {self.path!r}")


@dataclass(frozen=True)
class Kept:
    """What lies at that path already stays as it is; `until_ms` as of `File`."""

    path: str
    until_ms: int | None = None


def page(folder: str) -> str:
    """The path of the page of that folder; the site's first page for an empty one."""
    return posixpath.join(folder, PAGE)


def by_hash(path: str) -> bool:
    """Whether it is named by the hash of what it is made of: there it is never made otherwise."""
    return _BY_HASH.fullmatch(path) is not None


def link(source: str, target: str) -> str:
    """How the file `source` refers to the file `target`; keeps a #fragment."""
    base, up = source[: source.rfind("/") + 1], ""
    while not target.startswith(base):
        base, up = base[: base.rfind("/", 0, -1) + 1], f"{up}../"
    return up + target[len(base) :]
