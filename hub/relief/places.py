"""Whose relief somebody sees: the township's people all villages', a village's people their own.

Calls `hub.disclosure.queries`, `hub.people.roster` and `hub.relief.taken`.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.http import Http404

from hub.config import Config
from hub.disclosure import queries
from hub.people.roster import Staff
from hub.relief.taken import may

READERS: Final = ("township.inspector", "township.leader")


def seen(staff: Staff, config: Config) -> Mapping[str, str]:
    """Id → name."""
    names = {one.id: one.name for one in queries.villages()}
    if may(staff, config) or staff.offices & {*READERS}:
        return names
    return {staff.village: names.get(staff.village, staff.village)}


def chosen(staff: Staff, given: Mapping[str, Any], config: Config) -> dict[str, Any]:
    """What every page shows of places, of the village that the address asks for; raises Http404."""
    villages = seen(staff, config)
    village = str(given.get("village") or staff.village)
    if village not in villages:
        if given.get("village") or not villages:
            raise Http404
        village = next(iter(villages))
    return {
        "staff": staff,
        "village": village,
        "village_name": villages[village],
        "others": [(one, name) for one, name in villages.items() if one != village],
        "names": villages,
        "takes": may(staff, config),
    }
