"""`{% tonight staff %}`: who is on duty, who is away, and who stands in. Calls `hub.duty.plan`."""

from typing import Any

from django import template

from hub.clock import now_ms
from hub.devices import authority
from hub.duty import plan
from hub.people.roster import Staff

register = template.Library()


@register.inclusion_tag("duty/tonight.html")
def tonight(staff: Staff) -> dict[str, Any]:
    """For people of that person's village."""
    offices = authority.policy().offices
    found = plan.tonight(staff.village, now_ms())
    away = [
        {
            "person": one.person,
            "last": one.absence.last,
            "stand_ins": [
                {
                    "office": offices.get(line.office, (line.office,))[0],
                    "colleagues": [other.name for other in line.colleagues],
                    "substitutes": [
                        (other.name, offices.get(office, (office,))[0])
                        for office, other in line.substitutes
                    ],
                }
                for line in one.stand_ins
            ],
        }
        for one in found.away
    ]
    return {"tonight": found, "away": away}
