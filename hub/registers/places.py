"""Whose registers somebody reads, and whose he writes: a village's own people their village's.

Calls `hub.disclosure.queries` and `hub.people`. The township's leaders and inspectors read all and
write none: who inspects a register does not fill it in.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.http import Http404

from hub.disclosure import queries
from hub.people.roster import Staff

READERS: Final = ("township.inspector", "township.leader")
TOWNSHIP: Final = "township."


def seen(staff: Staff) -> Mapping[str, str]:
    """Id → name of the villages whose registers this person reads, those that ended too."""
    names = {one.id: one.name for one in queries.villages()}
    if staff.offices & set(READERS):
        return names
    return {staff.village: names.get(staff.village, staff.village)}


def asked(staff: Staff, given: Mapping[str, Any]) -> str:
    """The village that the address asks for, else the person's own; raises Http404."""
    villages = seen(staff)
    chosen = given.get("village") or staff.village
    if chosen not in villages and not given.get("village") and villages:
        return next(iter(villages))
    if chosen not in villages:
        raise Http404
    return str(chosen)


def writes(staff: Staff, village: str) -> bool:
    """Whether this person keeps that village's registers: an office of the village does."""
    own = any(not office.startswith(TOWNSHIP) for office in staff.offices)
    return own and staff.village == village


def chosen(staff: Staff, village: str) -> dict[str, Any]:
    """What every page of registers shows of places."""
    villages = seen(staff)
    return {
        "staff": staff,
        "village": village,
        "village_name": villages.get(village, village),
        "others": [(one, name) for one, name in villages.items() if one != village],
        "writes": writes(staff, village),
    }
