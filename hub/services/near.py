"""Which points a village is shown. Pure; calls `hub.services.{guide,walk}`."""

from typing import Final

from hub.services import walk
from hub.services.guide import Guide
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
    own = [one for one in found if one.point.village in ("", village) or one.within]
    return tuple(own[:MOST])
