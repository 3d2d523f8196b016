"""What a program asks, judged by the table before anything is looked up. Pure.

Calls `hub.api.schemas`, `hub.days` and `wire.refusals`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from hub import days
from hub.api.schemas import USUAL, Param
from wire.refusals import Refused

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,15}")


@dataclass(frozen=True)
class Asked:
    """By name of a Param: text, number, day, or absent."""

    values: Mapping[str, Any]

    def text(self, name: str) -> str:
        return str(self.values.get(name, ""))

    def day(self, name: str) -> date | None:
        found = self.values.get(name)
        return found if isinstance(found, date) else None

    def number(self, name: str, otherwise: int = USUAL) -> int:
        return int(self.values.get(name, otherwise))

    @property
    def cursor(self) -> Mapping[str, str]:
        return {"after": self.text("after")} if "after" in self.values else {}

    @property
    def span(self) -> tuple[int | None, int | None]:
        """The first millisecond of the first day, and the first after the last."""
        first, last = self.day("since"), self.day("until")
        return (
            None if first is None else days.bounds(first)[0],
            None if last is None else days.bounds(last)[1],
        )


def read(query: Mapping[str, list[str]], params: Iterable[Param]) -> Asked:
    """Raises Refused('bad_request') for what is not in the table, and for a value that is none."""
    known = {one.name: one for one in params}
    values = {}
    for name, given in query.items():
        if name not in known:
            raise Refused("bad_request", f"only: {' '.join(known) or 'nothing'}")
        if len(given) != 1:
            raise Refused("bad_request", f"{name}: once")
        values[name] = _value(known[name], given[0])
    return Asked(values)


def _value(param: Param, text: str) -> Any:
    schema = param.schema
    if schema["type"] == "integer":
        return _integer(param, text)
    if schema.get("format") == "date":
        return _date(param, text)
    allowed = schema.get("enum")
    if allowed is not None and text not in allowed:
        raise Refused("bad_request", f"{param.name}: {' '.join(allowed)}")
    pattern = schema.get("pattern")
    if pattern is not None and not re.fullmatch(pattern.removeprefix("^").removesuffix("$"), text):
        raise Refused("bad_request", f"{param.name}: {pattern}")
    return text


def _integer(param: Param, text: str) -> int:
    least, most = param.schema["minimum"], param.schema["maximum"]
    if not _NUMBER.fullmatch(text) or not least <= int(text) <= most:
        raise Refused("bad_request", f"{param.name}: {least}…{most}")
    return int(text)


def _date(param: Param, text: str) -> date:
    """The day itself, or the first or last of those that there can be."""
    try:
        found = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        raise Refused("bad_request", f"{param.name}: 2026-11-02")
    return min(max(found, days.FIRST), days.LAST)
