"""What a village publishes (公开): frozen bytes that reviewers approve and nobody changes.

Calls only `wire.shape`. A table with its columns' types, a text, attachments by hash, and by which
rule names stand in it for a time. A further edition names the one that it replaces, and why.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final

from wire import shape

KIND: Final = "release"
CODE: Final = "release"
LIMIT: Final = 1 << 20
MOST_ROWS: Final = 2000
MOST_COLUMNS: Final = 24
LONGEST_CELL: Final = 500
NAME: Final = "name"
ADDRESS: Final = "address"
AMOUNT: Final = "amount"
DATE: Final = "date"
PERSONAL: Final = (NAME, ADDRESS)
"""Types of columns that are masked unless a rule of the release says otherwise."""

Cell = str | int | None


@dataclass(frozen=True)
class Column:
    """`key` is the field in files for machines, `zh` its head; `type` is one of TYPES."""

    key: str
    zh: str
    type: str


@dataclass(frozen=True)
class Attachment:
    """A page: SHA-256 of its picture, and how it is called."""

    sha256: bytes
    name: str


@dataclass(frozen=True)
class Shown:
    """These columns stand unmasked, on that legal basis, until so many days after the notice's
    first day; then they come down.
    """

    columns: tuple[str, ...]
    basis: str
    days: int


@dataclass(frozen=True)
class Release:
    """One edition. `text` is paragraphs; a row has a cell for each column, None where it is empty;
    without `shown` every name is masked. `replaces` is the former edition's hash.
    """

    id: bytes
    village: str
    item: str
    period: str
    edition: int
    replaces: bytes | None
    reason: str
    title: str
    text: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    attachments: tuple[Attachment, ...]
    shown: Shown | None
    made: int
    proposer: str


def encode(release: Release) -> bytes:
    """Deterministic CBOR {v, type, …}; raises WireError('release') for what would not be read."""
    return shape.encode(_RELEASE, release, CODE)


def decode(data: bytes) -> Release:
    """Strict inverse of encode; raises WireError('release' or 'cbor')."""
    return shape.decode(_RELEASE, data, CODE, limit=LIMIT)


def name_of(data: bytes) -> bytes:
    """By what it is approved and replaced: the SHA-256 of its bytes."""
    return sha256(data).digest()


def check_cell(kind: str, cell: Cell) -> None:
    """Raises ShapeError where such a column cannot hold it."""
    if cell is not None:
        TYPES[kind](cell)


def _cell(value: object) -> Cell:
    if value is None or type(value) is int or isinstance(value, str):
        return value
    raise shape.ShapeError("text, integer or null expected")


def _check(release: Release) -> None:
    first = release.edition == 1
    if first != (release.replaces is None) or first != (release.reason == ""):
        raise shape.ShapeError("replaces, reason: from the second edition on")
    kinds = {one.key: one.type for one in release.columns}
    if len(kinds) != len(release.columns):
        raise shape.ShapeError("columns: the same key twice")
    if release.shown is not None:
        for key in release.shown.columns:
            if kinds.get(key) not in PERSONAL:
                raise shape.ShapeError(f"shown: {key} is no column of names or addresses")
    for number, row in enumerate(release.rows):
        _check_row(number, row, release.columns)


def _check_row(number: int, row: tuple[Cell, ...], columns: tuple[Column, ...]) -> None:
    if len(row) != len(columns):
        raise shape.ShapeError(f"rows: {number}: a cell for each column expected")
    for cell, column in zip(row, columns, strict=True):
        try:
            check_cell(column.type, cell)
        except shape.ShapeError as error:
            raise shape.ShapeError(f"rows: {number}: {column.key}: {error}") from error


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,6})?", re.ASCII)
_PERIOD: Final = re.compile(r"[0-9]{4}(?:-(?:Q[1-4]|H[12]|(?:0[1-9]|1[0-2])(?:-[0-9]{2})?))?")
TYPES: Final[dict[str, Callable[[Any], object]]] = {
    "text": shape.text(LONGEST_CELL).load,
    NAME: shape.text(200).load,
    ADDRESS: shape.text(LONGEST_CELL).load,
    AMOUNT: shape.integer(-shape.MAX_INT).load,
    DATE: shape.matching(_is_day, "day as 2026-11-02").load,
    "number": shape.matching(_NUMBER.fullmatch, "decimal number").load,
}
"""What a column may hold: amounts are integers of fen, numbers decimals as text."""
_COLUMN: Final = shape.record(
    Column, {"key": shape.ID, "zh": shape.text(40), "type": shape.choice(*TYPES)}
)
SHOWN: Final = shape.record(
    Shown,
    {
        "columns": shape.array(shape.ID, MOST_COLUMNS, least=1, unique=True),
        "basis": shape.text(300),
        "days": shape.integer(1, 3660),
    },
)
_RELEASE: Final = shape.record(
    Release,
    {
        "id": shape.octets(32),
        "village": shape.ID,
        "item": shape.ID,
        "period": shape.matching(_PERIOD.fullmatch, "period as 2026, 2026-Q1, 2026-H1 or 2026-11"),
        "edition": shape.integer(1, 999),
        "replaces": shape.maybe(shape.octets(32)),
        "reason": shape.text(300, least=0),
        "title": shape.text(100),
        "text": shape.array(shape.text(2000), 200),
        "columns": shape.array(_COLUMN, MOST_COLUMNS),
        "rows": shape.array(
            shape.array(shape.Shape(_cell, shape.unchanged), MOST_COLUMNS), MOST_ROWS
        ),
        "attachments": shape.array(
            shape.record(Attachment, {"sha256": shape.octets(32), "name": shape.text(100)}),
            200,
            unique=True,
        ),
        "shown": shape.maybe(SHOWN),
        "made": shape.integer(0),
        "proposer": shape.ID,
    },
    fixed={"v": 1, "type": KIND},
    check=_check,
)
