"""`{% staff_menu staff %}`: the menu of that person on this page. Settings that cannot be read
take no other page away.

Calls `hub.config`, `hub.alarms.limits`, `hub.hotline.limits`, `hub.searches` and `hub.menu`; asks
the database nothing.
"""

from typing import Any

from django import template
from django.template import Context

from hub.alarms.limits import limits
from hub.config import ConfigError, config
from hub.hotline import limits as hotline
from hub.menu import table
from hub.menu.shown import menu
from hub.people.roster import Staff
from hub.searches import kept
from hub.searches.limits import seen_by

register = template.Library()


@register.inclusion_tag("menu/menu.html", takes_context=True)
def staff_menu(context: Context, staff: Staff) -> dict[str, Any]:
    """For somebody who is logged in."""
    path = context["request"].path
    return {"menu": menu(staff.offices | _by_settings(staff), path), "path": path}


def _by_settings(staff: Staff) -> set[str]:
    """What hub.toml makes of his offices."""
    found = set()
    try:
        if staff.offices & set(limits(config()).escalate_to):
            found.add(table.ALARMED)
        if kept.seen_by(staff, seen_by(config())) is not None:
            found.add(table.SUPERIOR)
        if staff.offices & set(hotline.limits(config()).granters) and not staff.of_village:
            found.add(table.GRANTER)
    except ConfigError:
        return found
    return found
