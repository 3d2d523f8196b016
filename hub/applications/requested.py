"""Villagers' requests that wait for the village's staff. Calls `hub.requests` and `hub.people`."""

from typing import Final

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from hub.people.roster import Staff
from hub.requests.models import RECEIVED, Request

MOST: Final = 100
"""So many the first page shows."""


def of_village(staff: Staff) -> QuerySet[Request]:
    """Requests that this person may see: who holds an office of the village sees its own."""
    rows = Request.objects.filter(village=staff.village)
    return rows if staff.of_village else rows.none()


def waiting(staff: Staff) -> list[Request]:
    """Those that nobody has taken up, the oldest first."""
    return list(of_village(staff).filter(state=RECEIVED).order_by("id")[:MOST])


def named(request: HttpRequest, staff: Staff, item: str) -> Request | None:
    """The request that a form is about, if it names one; raises Http404."""
    name = request.POST.get("request") or request.GET.get("request")
    if not name:
        return None
    rows = of_village(staff).filter(item=item, state=RECEIVED)
    found = rows.filter(pk=name).first() if name.isascii() and name.isdigit() else None
    if found is None:
        raise Http404
    return found
