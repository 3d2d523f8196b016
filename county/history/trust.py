"""Which copy of a township's log the county keeps, whom it believes, and whom people call.

Calls only `wire.lists` and `wire.tlog`. JSON {"folder", "root", "max_age_s", "phone", "address"}
beside the township's log key and witnesses (`county.townships`): `folder` holds `copy`, which
`sealinspect pull` keeps up to date, and the index that `sealcounty history take` makes of it;
`root` is the county's first root.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from wire.lists import metadata
from wire.tlog.note import Verifier

FIELDS: Final = frozenset(("folder", "root", "max_age_s", "phone", "address"))
COPY: Final = "copy"
INDEX: Final = "index.sqlite3"
_MOST_AGE_S: Final = 366 * 86_400
_TEXT_LIMIT: Final = 80


class HistoryError(Exception):
    """The copy does not hold, or nothing usable is there; the text says what and what to do."""


@dataclass(frozen=True)
class Trust:
    """Of one township; `phone` and `address` are an office of the county, not of the township."""

    number: int
    name: str
    log: Verifier
    witnesses: tuple[Verifier, ...]
    quorum: int
    folder: Path
    root: bytes
    max_age_s: int
    phone: str
    address: str

    @property
    def copy(self) -> Path:
        return self.folder / COPY

    @property
    def index(self) -> Path:
        return self.folder / INDEX


def load(
    value: Any,
    beside: Path,
    *,
    number: int,
    name: str,
    log: Verifier,
    witnesses: tuple[Verifier, ...],
    quorum: int,
) -> Trust:
    """The object `history` of a township; raises ValueError, OSError."""
    if not isinstance(value, dict) or value.keys() != FIELDS:
        raise ValueError(f"history: {', '.join(sorted(FIELDS))} expected")
    age = value["max_age_s"]
    if type(age) is not int or not 1 <= age <= _MOST_AGE_S:
        raise ValueError(f"history: max_age_s: 1 to {_MOST_AGE_S} expected")
    root = (beside / _text(value["root"], "root")).read_bytes()
    if metadata.read_root(root).signed.version != 1:
        raise ValueError("history: root: the county's first root expected")
    folder = beside / _text(value["folder"], "folder")
    phone, address = (_text(value[field], field) for field in ("phone", "address"))
    return Trust(number, name, log, witnesses, quorum, folder, root, age, phone, address)


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= _TEXT_LIMIT:
        raise ValueError(f"history: {name}: text expected")
    return value
