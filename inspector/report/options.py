"""An inspector's own marks: which figures his report is to mark. No figure is marked without them.

Calls only `inspector.findings`. JSON of some of the fields of `Options`.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from inspector.findings import UnusableError

_BOUNDS: Final = {"refusals": 1_000_000, "same_operator_percent": 100, "same_matter": 1_000_000}


@dataclass(frozen=True)
class Options:
    """`night` are the hours (from, to) of the day that count as night, China's time; the others
    are the least figure that is marked. None marks nothing.
    """

    night: tuple[int, int] | None = None
    refusals: int | None = None
    same_operator_percent: int | None = None
    same_matter: int | None = None

    def is_night(self, hour: int) -> bool:
        if self.night is None:
            return False
        first, last = self.night
        return first <= hour < last if first < last else hour >= first or hour < last


def read_options(path: Path | None) -> Options:
    """Raises UnusableError."""
    if path is None:
        return Options()
    try:
        return _read(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, RecursionError) as error:
        raise UnusableError(f"{path}: 选项文件不能用。 Not usable options: {error}") from error


def _read(fields: Any) -> Options:
    if not isinstance(fields, dict) or not fields.keys() <= {"night", *_BOUNDS}:
        raise ValueError(f"only {', '.join(sorted(['night', *_BOUNDS]))} are expected")
    night = fields.pop("night", None)
    if night is not None:
        if not isinstance(night, list) or len(night) != 2:
            raise ValueError("night: two hours are expected")
        night = _number("night", night[0], 0, 23), _number("night", night[1], 0, 23)
    least = {name: _number(name, value, 1, _BOUNDS[name]) for name, value in fields.items()}
    return Options(night, **least)


def _number(name: str, value: object, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise ValueError(f"{name}: {least} to {most} is expected")
    return value
