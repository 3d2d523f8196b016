"""Who receives a report, and who never sees it: by whom it concerns. Pure; calls nothing.

The table is data/routes.toml. A report for the county is never taken here, whatever a form says.
"""

import tomllib
from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final
from unicodedata import normalize

DATA: Final = Path(__file__).parent / "data"
TOWNSHIP: Final = "township"
COUNTY: Final = "county"
RECEIVER: Final = "township.inspector"
"""The office that reads reports; one about it is never taken."""


@dataclass(frozen=True)
class Route:
    """One line: whom it concerns, to whom it goes, whether the form asks which village, and holders
    of which offices never see it.
    """

    id: str
    zh: str
    to: str
    village: bool
    offices: frozenset[str]


@dataclass(frozen=True)
class About:
    """Of a case, what tells whom it must be kept from."""

    concern: str
    accused: str
    excluded: frozenset[str]


@dataclass(frozen=True)
class Reader:
    """Somebody who would read it."""

    id: str
    name: str
    offices: Set[str]


@lru_cache(maxsize=1)
def routes() -> Mapping[str, Route]:
    """All lines by id, in the order of the form; ValueError for a table that shows a report about
    its receivers to them.
    """
    return read((DATA / "routes.toml").read_text("utf-8"))


def read(text: str) -> Mapping[str, Route]:
    """The table of such a text."""
    rows = [
        Route(one["id"], one["zh"], one["to"], one["village"], frozenset(one["offices"]))
        for one in tomllib.loads(text)["route"]
    ]
    for one in rows:
        if one.to not in (TOWNSHIP, COUNTY):
            raise ValueError(f"{one.id}: goes nowhere")
        if RECEIVER in one.offices and one.to != COUNTY:
            raise ValueError(f"{one.id}: would go to whom it is about")
    return {one.id: one for one in rows}


def may_see(reader: Reader, about: About) -> bool:
    """Whether a report may be shown to him, or that there is one. Unknown concerns are not; whoever
    holds an office of any village reads none, whichever village it is about.
    """
    route = routes().get(about.concern)
    if route is None or route.to != TOWNSHIP or RECEIVER not in reader.offices:
        return False
    of_village = any(one.startswith("village.") for one in reader.offices)
    return not (
        of_village
        or reader.id in about.excluded
        or reader.offices & route.offices
        or is_named(reader.name, about.accused)
    )


def is_named(name: str, typed: str) -> bool:
    """Whether what was typed names him, however it is spaced."""
    plain = "".join(normalize("NFKC", typed).split())
    return bool(name) and name in plain
