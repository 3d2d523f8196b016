"""How far a point is on foot, as the crow flies. Pure; calls `hub.services.guide`.

Streets and rivers are not known here: whoever is told a distance is told that it is a straight one.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from hub.services.guide import Point, Spot, Walking

EARTH_M: Final = 6_371_009
"""Mean radius."""


@dataclass(frozen=True)
class Near:
    """A point, its straight distance in metres and minutes on foot; `within` those that are near.
    Without a place to start from nothing is known of either.
    """

    point: Point
    metres: int | None = None
    minutes: int | None = None
    within: bool = False


def metres(a: Spot, b: Spot) -> float:
    """The straight distance (haversine)."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    north, east = (lat_b - lat_a) / 2, math.radians(b.lon - a.lon) / 2
    arc = math.sin(north) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(east) ** 2
    return 2 * EARTH_M * math.asin(math.sqrt(min(1.0, arc)))


def sorted_from(start: Spot | None, points: Iterable[Point], walking: Walking) -> tuple[Near, ...]:
    """The nearest first; in their own order where the start is not known."""
    if start is None:
        return tuple(map(Near, points))
    found = [(metres(start, one.spot), one) for one in points]
    found.sort(key=lambda pair: pair[0])
    return tuple(_near(one, far, walking) for far, one in found)


def _near(point: Point, far: float, walking: Walking) -> Near:
    """A minute that has begun counts."""
    minutes = math.ceil(far / walking.metres)
    return Near(point, round(far), minutes, minutes <= walking.minutes)
