"""Which lines of the audit an inspector is not shown: who said that he was pressed to stamp.

Calls `hub.audit.models`, `hub.approvals.models` and `hub.people.roster`. Such a line is for those
who hold no office of a village and have no part in the application, as the mark itself is.
"""

from typing import Final

from django.db.models import Q, QuerySet

from hub.approvals.models import Subject
from hub.audit.models import Attempt
from hub.people.roster import Staff

PRESSED: Final = "application-pressed"
NUMBER: Final = "number="


def shown(rows: QuerySet[Attempt], viewer: Staff) -> QuerySet[Attempt]:
    """Those of the rows that this person may see; at most two queries more."""
    if viewer.of_village:
        return rows.exclude(route=PRESSED)
    lines = Attempt.objects.filter(route=PRESSED).values_list("about", flat=True).distinct()
    numbers = [line.removeprefix(NUMBER) for line in lines if line.startswith(NUMBER)]
    part = Q(proposer=viewer.person.id) | Q(approvals__person=viewer.person.id)
    own = Subject.objects.filter(part, pk__in=numbers).values_list("pk", flat=True).distinct()
    about = [f"{NUMBER}{one}" for one in own] if numbers else []
    return rows.exclude(route=PRESSED, about__in=about) if about else rows
