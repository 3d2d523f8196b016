"""What a village must publish: the disclosure catalogue (公开目录), by the day it takes effect.

Calls `hub.affairs.items` and `hub.config`. Rules and figures are the township's: one CSV a version,
`disclosure/2026-01-01.csv` in the state folder; `data/example.csv` is marked as one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from hub.affairs.items import Item, read
from hub.config import ConfigError

FOLDER: Final = "disclosure"
EXAMPLE: Final = Path(__file__).parent / "data" / "example.csv"


@dataclass(frozen=True)
class Version:
    """The items by id, in their order, for periods that begin on `since` or later."""

    since: date
    items: Mapping[str, Item]


Catalogue = tuple[Version, ...]
"""The oldest version first."""


def current() -> Catalogue:
    """The township's, empty where it has none; raises ConfigError."""
    return load(Path(settings.STATE))


def load(state: Path) -> Catalogue:
    """The versions in that state folder; raises ConfigError, which names the file."""
    files = sorted((state / FOLDER).glob("*.csv"))
    return _load(tuple((file, file.stat().st_mtime_ns) for file in files))


def version_at(catalogue: Catalogue, day: date) -> Version | None:
    """The one in force on that day."""
    found = [one for one in catalogue if one.since <= day]
    return found[-1] if found else None


def item_of(catalogue: Catalogue, name: str, day: date) -> Item | None:
    """The item of that id, as it is in force on that day."""
    version = version_at(catalogue, day)
    return None if version is None else version.items.get(name)


def named(catalogue: Catalogue) -> dict[str, Item]:
    """Every item that ever was, as its newest version has it."""
    return {name: item for version in catalogue for name, item in version.items.items()}


@lru_cache(maxsize=8)
def _load(files: tuple[tuple[Path, Any], ...]) -> Catalogue:
    found = []
    for file, _changed in files:
        try:
            since = date.fromisoformat(file.stem)
            found.append(Version(since, read(file.read_bytes())))
        except ValueError as error:
            raise ConfigError(f"{file}: 公开目录不能读取。 Cannot be read: {error}") from error
    return tuple(found)
