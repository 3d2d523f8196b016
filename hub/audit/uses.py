"""What programs did by their tokens, or tried to without one. Calls `hub.audit.models`.

Who took out what by a bulk export stays beside it, in a table of its own.
"""

from collections.abc import Collection
from typing import Final

from django.db.models import Q, QuerySet

from hub.audit.models import Attempt

ROUTES: Final = ("api-", "pull-")
"""How their addresses' names begin; the table's triggers know them, too."""


def old(until_ms: int) -> QuerySet[Attempt]:
    """Those of before."""
    by_program = Q(route__startswith=ROUTES[0]) | Q(route__startswith=ROUTES[1])
    return Attempt.objects.filter(by_program, at_ms__lt=until_ms)


def erase(numbers: Collection[int]) -> None:
    """Where an erasure covers them; IntegrityError where none does."""
    Attempt.objects.filter(pk__in=numbers).delete()
