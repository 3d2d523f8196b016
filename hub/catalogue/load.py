"""The list of matters that ships with the hub, as a township's officers may take it over.

Calls only `wire.lists`. Framework-free: data files in, one Catalogue out.
"""

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from wire.lists.content import Band, Catalogue, Item, Step

DATA: Final = Path(__file__).parent / "data"


def load(*, version: int = 1, locality: str, effective: str) -> Catalogue:
    """All items of the data files; `effective` is an ISO date."""
    items = [*_allowed(), *_elsewhere("escalate"), *_elsewhere("forbidden")]
    return Catalogue(version, locality, effective, {item.id: item for item in items})


def _allowed() -> Iterator[Item]:
    steps = _read("steps")
    for row in _read("allowed")["item"]:
        chain = _chain(row.pop("chain"), steps)
        bands = tuple(
            Band(one["yuan"], _chain(one["chain"], steps), one["resolution"])
            for one in row.pop("bands", ())
        )
        defaults = {"same_page": True, "applicant_may_operate": True, "emergency": False}
        elsewhere = {"where_zh": "", "where_en": "", "phone": ""}
        seals = tuple(row.pop("seals"))
        yield Item(
            cls="allowed", chain=chain, bands=bands, seals=seals, **{**defaults, **elsewhere, **row}
        )


def _elsewhere(cls: str) -> Iterator[Item]:
    """Items that are stamped by nobody here, with where to go instead."""
    document = _read(cls)
    for row in document["item"]:
        yield Item(
            cls=cls,
            seals=(),
            chain=(),
            impressions_max=0,
            seams_max=0,
            days_valid=1,
            same_page=True,
            applicant_may_operate=False,
            emergency=False,
            basis=document["basis"],
            **{"phone": document.get("phone", ""), **row},
        )


def _chain(names: Sequence[str], steps: dict[str, Any]) -> tuple[Step, ...]:
    return tuple(_step(name, steps[name]) for name in names)


def _step(name: str, row: dict[str, Any]) -> Step:
    return Step(name, row["office"], tuple(row["substitutes"]))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text("utf-8"))
