"""Reads the guide: `services.toml` and `services.csv` in the state folder; `data` is an example.

Calls `hub.{config,days}`, `hub.log.published`, `hub.redaction.scan`, `hub.services`
and `wire.shape`. It is the township's data: no page is made without it, and none with a number of a
person in it.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from hub import days
from hub.config import ConfigError
from hub.log.published import write
from hub.redaction import scan
from hub.services import sheet
from hub.services.guide import Booking, Guide, Point, Spot, Theme, Times, Walking
from hub.services.sheet import SheetError
from hub.services.where import line_of
from wire import shape

FILE: Final = "services.toml"
ITEMS: Final = "services.csv"
EXAMPLE: Final = Path(__file__).parent / "data"
MOST: Final = 2_000


def load(state: Path) -> Guide:
    """The township's; raises ConfigError, whose text names file, place and what is wrong."""
    file, items = state / FILE, state / ITEMS
    if not file.exists():
        return Guide()
    return _load(file, items, _stamp(file), _stamp(items))


def read(table: Mapping[str, Any], items: bytes = b"") -> Guide:
    """What the files say; raises ValueError, which names the place and what may stand there."""
    made = _GUIDE.load(dict(table))
    _refuse_people(made)
    if not items:
        return made
    return Guide(**{**vars(made), "items": sheet.read(items, names(made))})


def take(state: Path, items: bytes) -> int:
    """Put these items in force; how many. Raises SheetError, and nothing changes; ConfigError."""
    guide = _read(state / FILE, b"")
    found = sheet.read(items, names(guide))
    write(state / ITEMS, sheet.write(found, names(guide)))
    return len(found)


def names(guide: Guide) -> sheet.Names:
    """What the rows of the sheet may name."""
    themes = {one.name: one.id for one in guide.themes.values()}
    points = {one.name: one.id for one in guide.points.values()}
    return sheet.Names(themes, points)


@lru_cache(maxsize=4)
def _load(file: Path, items: Path, _changed: int, _items_changed: int) -> Guide:
    made = _read(file, b"")
    try:
        return _read(file, items.read_bytes()) if items.exists() else made
    except ConfigError as error:
        raise ConfigError(f"{items}: {error}") from error


def _read(file: Path, items: bytes) -> Guide:
    text = ""
    try:
        text = file.read_text("utf-8")
        return read(tomllib.loads(text), items)
    except (OSError, ValueError) as error:
        line = None if isinstance(error, SheetError) else line_of(text, str(error))
        place = "" if line is None else f"第 {line} 行起 from line {line}: "
        raise ConfigError(f"{file}: 不能读取。 Cannot be read: {place}{error}") from error


def _stamp(file: Path) -> int:
    return file.stat().st_mtime_ns if file.exists() else 0


def _refuse_people(guide: Guide) -> None:
    """Telephones of offices stand in fields of their own; texts hold no number of a person."""
    for place, point in enumerate(guide.points.values()):
        for name in ("name", "address", "hours"):
            if found := scan.findings(getattr(point, name)):
                one = found[0]
                raise ValueError(f"points: {place}: {name}: {one.masked}: {scan.KINDS[one.kind]}")


def _whole(guide: Guide) -> None:
    some: Mapping[str, Theme | Point]
    for some in (guide.themes, guide.points):
        if len({one.name for one in some.values()}) < len(some):
            raise shape.ShapeError("the same name twice")


def _forward(times: Times) -> None:
    if times.first >= times.last:
        raise shape.ShapeError("last: later than first expected")


def _degrees(most: int) -> shape.Shape[float]:
    def load(value: object) -> float:
        if type(value) not in (int, float) or not -most <= float(str(value)) <= most:
            raise shape.ShapeError(f"degrees from -{most} to {most} expected")
        return float(str(value))

    return shape.Shape(load, shape.unchanged)


def _clock(text: str) -> bool:
    """24 hours, 08:30."""
    return bool(re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text))


def _day(text: str) -> bool:
    found = days.read(text)
    return found is not None and found.isoformat() == text


def _later(default: object) -> shape.Later:
    return shape.Later(default, left_out=False)


_SPOT: Final = shape.record(Spot, {"lat": _degrees(90), "lon": _degrees(180)})
_TIMES: Final = shape.record(
    Times,
    {
        "weekdays": shape.array(shape.integer(1, 7), 7, least=1, unique=True),
        "first": shape.matching(_clock, "hh:mm"),
        "last": shape.matching(_clock, "hh:mm"),
        "minutes": shape.integer(5, 240),
        "places": shape.integer(1, 50),
    },
    check=_forward,
)
_POINT: Final = shape.record(
    Point,
    {
        "id": shape.ID,
        "name": shape.text(40),
        "address": shape.text(100),
        "hours": shape.text(100),
        "phone": shape.matching(sheet.TELEPHONE.fullmatch, "digits"),
        "spot": _SPOT,
        "village": shape.text(64, least=0),
        "machine": shape.text(64, least=0),
        "times": shape.array(_TIMES, 20),
    },
    later={"village": _later(""), "machine": _later(""), "times": _later([])},
)
_BOOKING: Final = shape.record(
    Booking,
    {
        "days_ahead": shape.integer(1, 60),
        "per_phone": shape.integer(1, 20),
        "per_minute": shape.integer(1, 1_000),
        "names_days": shape.integer(0, 90),
        "closed": shape.array(shape.matching(_day, "yyyy-mm-dd"), 200),
    },
)
_GUIDE: Final = shape.record(
    Guide,
    {
        "walking": shape.record(
            Walking, {"metres": shape.integer(10, 200), "minutes": shape.integer(1, 120)}
        ),
        "booking": _BOOKING,
        "themes": shape.keyed(
            shape.record(Theme, {"id": shape.ID, "name": shape.text(20), "line": shape.text(40)}),
            "id",
            30,
        ),
        "points": shape.keyed(_POINT, "id", MOST),
        "villages": shape.table(shape.ID, _SPOT, MOST),
    },
    check=_whole,
)
