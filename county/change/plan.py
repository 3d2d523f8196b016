"""A change of office (换届) of one village as one plan: who leaves, who comes, and who minds an
office until then.

Calls `county.{authority,days}`. Pure; raises AuthorityError. The plan is TOML:

    village = "sunrise"
    enrol = 2027-02-25                  # the day on which those who come enrol their passkeys
    on = 2027-03-01                     # from this day on the new officers hold office
    until = 2032-03-01                  # and up to this one

    [[leaves]]                          # whoever stays on in an office is not named
    person = "p-zhang"
    offices = ["village.secretary"]

    [[comes]]
    person = "p-xin"
    name = "新一人"                      # only where he is not on the roster yet
    relatives = ["p-li"]                # only where they are declared anew
    offices = ["village.secretary"]

    [[minds]]                           # caretaker (看守): from `on` up to the day `until`, when
                                        # those who come into that office begin
    person = "p-zhang"
    office = "village.secretary"
    until = 2027-03-15
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from county import days
from county.authority import AuthorityError


@dataclass(frozen=True)
class Leaver:
    person: str
    offices: tuple[str, ...]


@dataclass(frozen=True)
class Comer:
    """`name` is None for who is on the roster already, `relatives` where they stay as declared."""

    person: str
    offices: tuple[str, ...]
    name: str | None
    relatives: tuple[str, ...] | None


@dataclass(frozen=True)
class Caretaker:
    person: str
    office: str
    until_ms: int


@dataclass(frozen=True)
class Plan:
    """Days are ms since 1970 UTC, midnight in Beijing."""

    village: str
    enrol_ms: int
    on_ms: int
    until_ms: int
    leaves: tuple[Leaver, ...]
    comes: tuple[Comer, ...]
    minds: tuple[Caretaker, ...]

    def begins_ms(self, office: str) -> int:
        """When those who come into that office hold it."""
        return max([self.on_ms, *(one.until_ms for one in self.minds if one.office == office)])


def read(text: str) -> Plan:
    """A plan from its TOML; raises AuthorityError."""
    try:
        fields = tomllib.loads(text)
        plan = Plan(
            village=_text(fields, "village"),
            enrol_ms=_day(fields, "enrol"),
            on_ms=_day(fields, "on"),
            until_ms=_day(fields, "until"),
            leaves=tuple(Leaver(_text(t, "person"), _offices(t)) for t in _in(fields, 0)),
            comes=tuple(_comer(table) for table in _in(fields, 1)),
            minds=tuple(
                Caretaker(_text(t, "person"), _text(t, "office"), _day(t, "until"))
                for t in _in(fields, 2)
            ),
        )
        _known(fields)
    except (tomllib.TOMLDecodeError, ValueError) as error:
        raise AuthorityError(f"换届方案不能用。 The plan cannot be used: {error}") from error
    return plan


_TABLES: Final = ("leaves", "comes", "minds")
_FIELDS: Final[Mapping[str, frozenset[str]]] = {
    "leaves": frozenset({"person", "offices"}),
    "comes": frozenset({"person", "offices", "name", "relatives"}),
    "minds": frozenset({"person", "office", "until"}),
}


def _known(fields: Mapping[str, Any]) -> None:
    strange = fields.keys() - {"village", "enrol", "on", "until", *_TABLES}
    for name in _TABLES:
        for table in fields.get(name, []):
            strange |= table.keys() - _FIELDS[name]
    if strange:
        raise ValueError(f"{', '.join(sorted(strange))}: 没有这一项 no such field")


def _in(fields: Mapping[str, Any], place: int) -> list[dict[str, Any]]:
    found = fields.get(_TABLES[place], [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ValueError(f"[[{_TABLES[place]}]]")
    return found


def _comer(table: Mapping[str, Any]) -> Comer:
    return Comer(
        _text(table, "person"),
        _offices(table),
        _text(table, "name") if "name" in table else None,
        _texts(table, "relatives") if "relatives" in table else None,
    )


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name}: 要写 text expected")
    return value


def _offices(fields: Mapping[str, Any]) -> tuple[str, ...]:
    if not (found := _texts(fields, "offices")):
        raise ValueError("offices: 至少一项 at least one")
    return found


def _texts(fields: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = fields.get(name)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError(f'{name}: ["…"]')
    return tuple(value)


def _day(fields: Mapping[str, Any], name: str) -> int:
    value = fields.get(name)
    if type(value) is not date:
        raise ValueError(f"{name}: 2027-03-01")
    return days.parse(value.isoformat())
