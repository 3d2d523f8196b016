"""`{% waiting_alarms staff %}`: how many wait for an outcome, for whom they came to.

Calls `hub.alarms`, `hub.clock` and `hub.config`. One query, and none for everybody else.
"""

from typing import Any

from django import template
from django.db.models import Count, Q

from hub.alarms import shown
from hub.alarms.limits import limits
from hub.clock import now_ms
from hub.config import ConfigError, config
from hub.people.roster import Staff

register = template.Library()


@register.inclusion_tag("alarms/waiting.html")
def waiting_alarms(staff: Staff) -> dict[str, Any]:
    """Those open, and those of them overdue; settings that cannot be read are told elsewhere."""
    try:
        alarms = shown.seen_by(staff, limits(config()))
    except ConfigError:
        return {}
    if alarms is None:
        return {}
    late = Count("pk", filter=Q(due_ms__lte=now_ms()))
    return alarms.filter(settled_ms=None).aggregate(open=Count("pk"), overdue=late)
