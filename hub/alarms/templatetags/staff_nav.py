"""Which pages of this part the head of a staff page leads to: by office, as hub.toml names them.

Calls `hub.config`, `hub.alarms.limits` and `hub.searches`.
"""

from typing import Final

from django import template

from hub.alarms.limits import limits
from hub.config import ConfigError, config
from hub.people.roster import KEEPERS, Staff
from hub.searches import kept
from hub.searches.limits import seen_by

register = template.Library()
Link = tuple[str, str]
INSPECTOR: Final = "township.inspector"
INSPECTORS: Final[tuple[Link, ...]] = (
    ("/records/", "用印记录"),
    ("/alarms/", "报警"),
    ("/daily/", "每日必看"),
    ("/cases/", "案卷"),
    ("/checks/", "突击检查"),
    ("/people/", "人员"),
    ("/audit/", "操作留痕"),
    ("/pressed/", "被迫用印"),
    ("/port/", "总端口"),
)


@register.simple_tag
def staff_nav(staff: Staff | None) -> list[Link]:
    """(address, Chinese) for that person; settings that cannot be read take no page away."""
    if not isinstance(staff, Staff):
        return []
    if INSPECTOR in staff.offices:
        return list(INSPECTORS)
    found: list[Link] = [("/people/", "人员")] if staff.offices & set(KEEPERS) else []
    try:
        if staff.offices & set(limits(config()).escalate_to):
            found.append(("/alarms/", "报警"))
        if kept.seen_by(staff, seen_by(config())) is not None:
            found.append(("/searches/", "检查人员的查询"))
    except ConfigError:
        return found
    return found
