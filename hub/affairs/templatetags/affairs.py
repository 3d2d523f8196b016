"""`{% affairs_todo staff %}`: what of publication waits for whoever is logged in, and what is late.

Calls `hub.affairs`, `hub.clock` and `hub.config`. A fixed number of queries.
"""

from typing import Any

from django import template

from hub.affairs import catalogue, dues, todo
from hub.affairs.limits import limits
from hub.affairs.views import READERS
from hub.clock import now_ms
from hub.config import ConfigError, config
from hub.people.roster import Staff

register = template.Library()


@register.inclusion_tag("affairs/todo.html")
def affairs_todo(staff: Staff) -> dict[str, Any]:
    """Nothing where the township has no catalogue; a file that cannot be read is told elsewhere."""
    try:
        if not catalogue.current():
            return {}
        soon_days = limits(config()).soon_days
    except ConfigError:
        return {}
    if staff.of_village:
        found = todo.of(staff, soon_days, now_ms())
        some = [*found.late[:MOST], *found.soon[:MOST]]
        more = len(found.late) + len(found.soon) - len(some)
        told = [(one, dues.called(one.period)) for one in some]
        return {"todo": found, "due": told, "more": more}
    if staff.offices & set(READERS):
        return {"villages": [one for one in todo.everywhere(soon_days, now_ms()) if one.bad]}
    return {}


MOST = 3
"""So many of each stand on the first page, the longest late first."""
