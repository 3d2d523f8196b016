"""Whether the seal machines at the points are online.

Calls `hub.fleet`, `hub.devices.authority` and `hub.config`.
"""

from collections.abc import Iterable, Mapping

from hub.config import config
from hub.devices import authority
from hub.fleet import limits, overview
from hub.services.guide import Point


def online(points: Iterable[Point], now_ms: int) -> Mapping[str, bool]:
    """By machine, of those that stand at these points and are on the officers' lists; in a fixed
    number of queries. One that the officers suspended is not.
    """
    named = {one.machine for one in points if one.machine}
    if not named:
        return {}
    known = [one for device, one in authority.machines().items() if device in named]
    found = overview.rows(known, limits.limits(config()), now_ms)
    return {
        one.machine.device: one.standing.state == "online" and not one.standing.suspended
        for one in found
    }
