"""`{% tonight staff %}`: who is on duty, who is away, and who stands in.

Calls `hub.duty.plan`, `hub.devices.authority` and `hub.people`.
"""

from typing import Any

from django import template

from hub.clock import now_ms
from hub.devices import authority
from hub.duty import plan
from hub.duty.plan import said_by
from hub.people.roster import Staff, names

register = template.Library()


@register.inclusion_tag("duty/tonight.html")
def tonight(staff: Staff) -> dict[str, Any]:
    """For people of that person's village."""
    offices, known = authority.policy().offices, names()
    found = plan.tonight(staff.village, now_ms())
    away = [
        {
            "person": one.person,
            "number": one.absence.pk,
            "last": one.absence.last,
            "by": said_by(one.absence, known),
            "mine": one.person.id == staff.person.id,
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
