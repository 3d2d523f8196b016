"""Which points a village is shown. Pure; calls `hub.services.{guide,sheet,walk}`."""

from collections.abc import Iterator
from typing import Final

from hub.services import walk
from hub.services.guide import Guide, Point
from hub.services.sheet import Item
from hub.services.walk import Near

MOST: Final = 10
"""A township may have a thousand; a phone shows the nearest, and the township's own."""


def shown(guide: Guide, village: str) -> tuple[Near, ...]:
    """The nearest first; another village's rooms only where it is known that they are near."""
    start = guide.villages.get(village)
    points = [
        one for one in guide.points.values() if start is not None or one.village in ("", village)
    ]
    found = walk.sorted_from(start, points, guide.walking)
    return tuple(_own(found, village)[:MOST])


def of_item(guide: Guide, village: str, item: Item) -> tuple[Near, ...]:
    """Where one goes for it, the nearest first: rooms of other villages where nothing is nearer."""
    points = (guide.points[one] for one in item.points)
    found = walk.sorted_from(guide.villages.get(village), points, guide.walking)
    return tuple(_own(found, village)) or found


def told(guide: Guide, village: str) -> Iterator[Point]:
    """All that the village's pages tell of, some more than once."""
    yield from (one.point for one in shown(guide, village))
    for item in guide.items:
        yield from (one.point for one in of_item(guide, village, item))


def _own(found: tuple[Near, ...], village: str) -> list[Near]:
    return [one for one in found if one.point.village in ("", village) or one.within]
