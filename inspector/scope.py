"""What of a log a bundle holds: all of it, a range of its leaves, one village.

Calls only `inspector.findings`. JSON `scope.json` of exactly the fields of `Scope`; without it a
bundle is whole. It is the bundle's own word: a verification judges no more than what it names, and
says so.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from inspector.findings import UnusableError
from wire import shape

FILE: Final = "scope.json"
_FIELDS: Final = {"village", "first", "end"}


@dataclass(frozen=True)
class Scope:
    """Entries of one village (None: of all), of the leaves first … end−1 (None: to the head)."""

    village: str | None = None
    first: int = 0
    end: int | None = None

    @property
    def ranged(self) -> bool:
        return self.first > 0 or self.end is not None

    def holds(self, leaf: int) -> bool:
        return self.first <= leaf and (self.end is None or leaf < self.end)

    def overlaps(self, start: int, end: int) -> bool:
        """Whether a leaf from start to end−1 is in it."""
        return self.first < end and (self.end is None or start < self.end)

    def encode(self) -> bytes:
        return json.dumps(asdict(self)).encode()


WHOLE: Final = Scope()


def read_scope(folder: Path) -> Scope:
    """The scope of the bundle in that folder; raises UnusableError."""
    path = folder / FILE
    if not path.exists():
        return WHOLE
    try:
        return _read(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, RecursionError) as error:
        text = f"{path}: 记录包的范围不能读取。 Not the scope of a bundle: {error}"
        raise UnusableError(text) from error


def _read(fields: Any) -> Scope:
    if not isinstance(fields, dict) or fields.keys() != _FIELDS:
        raise ValueError(f"exactly {', '.join(sorted(_FIELDS))} are expected")
    return Scope(
        shape.maybe(shape.ID).load(fields["village"]),
        shape.integer(0).load(fields["first"]),
        shape.maybe(shape.integer(1)).load(fields["end"]),
    )
