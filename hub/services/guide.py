"""The township's guide of services: themes, points, walking, appointments, items. Data.

Calls `hub.services.sheet`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hub.services.sheet import Item


@dataclass(frozen=True)
class Theme:
    """A tile: its name, and a line that says what one finds there."""

    id: str
    name: str
    line: str


@dataclass(frozen=True)
class Spot:
    """Degrees, all of one system of coordinates."""

    lat: float
    lon: float


@dataclass(frozen=True)
class Times:
    """On these weekdays (1 is Monday) from `first` until `last` ("08:30") somebody may come every
    so many minutes, so many at once.
    """

    weekdays: tuple[int, ...]
    first: str
    last: str
    minutes: int
    places: int


@dataclass(frozen=True)
class Point:
    """A place of service: a village's, or the township's where `village` is empty; `machine` is
    that of the seal machine that stands there. Appointments where it has `times`.
    """

    id: str
    name: str
    address: str
    hours: str
    phone: str
    spot: Spot
    village: str = ""
    machine: str = ""
    times: tuple[Times, ...] = ()


@dataclass(frozen=True)
class Walking:
    """Metres a minute, and how many minutes are near."""

    metres: int
    minutes: int


@dataclass(frozen=True)
class Booking:
    """So many days ahead, so many open ones for a telephone, so many a minute in all; names are
    kept so many days after the day; on `closed` days nobody is there.
    """

    days_ahead: int = 14
    per_phone: int = 2
    per_minute: int = 30
    names_days: int = 1
    closed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Guide:
    """All of it; empty where the township has none."""

    walking: Walking = field(default_factory=lambda: Walking(60, 10))
    booking: Booking = field(default_factory=Booking)
    themes: Mapping[str, Theme] = field(default_factory=dict)
    points: Mapping[str, Point] = field(default_factory=dict)
    villages: Mapping[str, Spot] = field(default_factory=dict)
    items: tuple[Item, ...] = ()

    @property
    def telephones(self) -> frozenset[str]:
        """Of offices, as digits: all that it publishes."""
        found = (*(one.phone for one in self.points.values()), *(one.phone for one in self.items))
        return frozenset(one.replace("-", "") for one in found)

    def of_theme(self, theme: str) -> tuple[Item, ...]:
        return tuple(one for one in self.items if one.theme == theme)
