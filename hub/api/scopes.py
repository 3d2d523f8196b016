"""What a token may read, and where by whose office. Calls `hub.people.roster`.

Who holds an office stands in the officers' signed rosters; `hub.api.limits` only says which offices
may read here.
"""

from collections.abc import Mapping
from typing import Final

from hub.people.roster import Staff

SCOPES: Final[Mapping[str, tuple[str, str]]] = {
    "lists": ("各机清单和县级根", "machines' lists, county roots"),
    "openings": ("开示和照片", "openings and photos"),
    "records": ("用印记录", "records"),
    "alarms": ("报警", "alarms"),
    "cases": ("案卷", "cases"),
    "machines": ("机器", "machines"),
    "statistics": ("用印统计", "statistics"),
    "exports": ("批量导出", "bulk exports"),
}
PROGRAM: Final = ("lists", "openings")
"""All that a program of nobody may read: what `sealinspect pull` asks for."""
WHOLE: Final = ("lists", "openings", "exports")
"""Not for whoever is narrowed to villages: a list says whose machine it is and holds the
applications of its village, and nobody can hold a village's records against the log without the
newest list of each machine.
"""
VILLAGE: Final = "village."


def villages(staff: Staff, readers: tuple[str, ...]) -> frozenset[str] | None:
    """Where that person may read: None for everywhere, by an office of township or county; his own
    village by one of a village; nowhere without any of these offices.
    """
    held = staff.offices & set(readers)
    if any(not office.startswith(VILLAGE) for office in held):
        return None
    return frozenset({staff.village}) if held else frozenset()
