"""Which names stand in a publication, on what basis and until when; and what the public reads.

Calls `hub.redaction.{names,scan,terms}` and `wire.release`. Pure but for `load`. Rules are
the township's data (`redaction.toml`, an example is `data/example.toml`); what has no rule shows
no name. An identity number is never shown, whatever a rule or anybody says.
"""

import re
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from hub.config import ConfigError
from hub.redaction import names, scan
from hub.redaction.terms import term
from wire import shape
from wire.release import ADDRESS, DATE, NAME, SHOWN, Cell, Column, Shown

FILE: Final = "redaction.toml"
EXAMPLE: Final = Path(__file__).parent / "data" / "example.toml"

Rows = tuple[tuple[Cell, ...], ...]
Masker = Callable[[str], str]


@dataclass(frozen=True)
class Rules:
    """By item of the disclosure catalogue what it shows; `telephones` (digits) are offices'."""

    items: Mapping[str, Shown] = field(default_factory=dict)
    telephones: frozenset[str] = frozenset()


def load(state: Path) -> Rules:
    """The township's, none where it has no file; raises ConfigError."""
    file = state / FILE
    if not file.exists():
        return Rules()
    try:
        return read(tomllib.loads(file.read_text("utf-8")))
    except ValueError as error:
        raise ConfigError(f"{file}: 不能读取。 Cannot be read: {error}") from error


def read(table: Mapping[str, Any]) -> Rules:
    """What the file says; raises ValueError, which names the item and what may stand there."""
    if unknown := sorted(table.keys() - {"telephones", "items"}):
        raise ValueError(f"{unknown[0]}: telephones, items expected")
    try:
        phones = frozenset(map(_TELEPHONE.load, table.get("telephones", [])))
        items = {name: _shown(name, rule) for name, rule in table.get("items", {}).items()}
    except (shape.ShapeError, AttributeError, TypeError) as error:
        raise ValueError(str(error)) from error
    return Rules(items, phones)


def open_columns(shown: Shown | None, first_ms: int, now_ms: int) -> frozenset[str]:
    """Keys of the columns that stand unmasked now."""
    if shown is None or not first_ms <= now_ms < term(shown, first_ms, now_ms).until_ms:
        return frozenset()
    return frozenset(shown.columns)


def redacted(
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    shown: Shown | None,
    first_ms: int,
    now_ms: int,
) -> Rows:
    """The rows as the public reads them now; the notice's first day is that of `first_ms`. What
    stood there for its term alone is empty afterwards: a family name beside an amount is enough.
    """
    permitted = open_columns(shown, first_ms, now_ms)
    down = frozenset() if shown is None else frozenset(shown.columns) - permitted
    masked = names.masker(names_in(columns, rows, permitted))
    return tuple(
        tuple(
            None if column.key in down else _cell(column, cell, permitted, masked)
            for column, cell in zip(columns, row, strict=True)
        )
        for row in rows
    )


def worded(text: str, masked: Masker) -> str:
    """A text as the public reads it: names masked, no identity number."""
    found = [one for one in scan.findings(text) if one.kind == scan.ID]
    return masked(scan.covered(text, found))


def names_in(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], permitted: Collection[str] = ()
) -> frozenset[str]:
    """Names of the table's columns that are not permitted."""
    places = [
        place for place, one in enumerate(columns) if one.type == NAME and one.key not in permitted
    ]
    return frozenset(
        name for row in rows for place in places for name in names.parts(str(row[place] or ""))
    )


def _cell(column: Column, cell: Cell, permitted: Collection[str], masked: Masker) -> Cell:
    if not isinstance(cell, str) or column.type == DATE:
        return cell
    if column.type == NAME:
        return worded(cell, str if column.key in permitted else names.mask)
    if column.type == ADDRESS and column.key not in permitted:
        return worded(names.mask_address(cell), masked)
    return worded(cell, masked)


def _shown(name: str, rule: Mapping[str, Any]) -> Shown:
    try:
        return SHOWN.load(dict(rule))
    except shape.ShapeError as error:
        raise shape.ShapeError(f"items.{name}: {error}") from error


_TELEPHONE: Final = shape.matching(re.compile(r"[0-9]{3,16}").fullmatch, "digits")
