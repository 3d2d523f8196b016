"""The silent mark of somebody who was pressed to stamp (被迫用印), and the inspectors' page of it.

Calls `hub.applications.{inbox,models,status}`, and `hub.people`. Setting it
changes nothing that anybody but an inspector is shown, not even whoever set it: whoever presses him
may be looking on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from hub.applications import inbox
from hub.applications.models import Pressed
from hub.approvals.models import Subject
from hub.clock import moment, now_ms
from hub.people.roster import Staff, staff
from hub.people.session import ANY, require
from wire.approval import subject

PER_PAGE: Final = 50
INSPECTOR: Final = "township.inspector"


@dataclass(frozen=True)
class Mark:
    number: int
    title: str
    who: str
    at: datetime


@require_POST
@require(ANY)
def press(_request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """Set it; the answer is the same the first time and every time."""
    row = inbox.visible(staff).filter(subject_id=number).first()
    if row is None:
        raise Http404
    Pressed.objects.bulk_create(
        [Pressed(subject=row.subject, person=staff.person.id, at_ms=now_ms())],
        ignore_conflicts=True,
    )
    return redirect("application", number)


@require_GET
@require(INSPECTOR)
def marks(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Every mark on applications in which this inspector has no part, the newest first."""
    page = Paginator(_shown(staff), PER_PAGE).get_page(request.GET.get("page"))
    context = {"staff": staff, "page": page, "marks": _told(page.object_list)}
    return render(request, "staff/pressed.html", context)


def of(found: Subject, viewer: Staff) -> list[Mark]:
    """Those on one application, where this person may know."""
    return _told(_shown(viewer).filter(subject=found))


def _shown(viewer: Staff) -> QuerySet[Pressed]:
    """Nobody who has an office in a village, or a part in the application, sees a mark on it."""
    rows = Pressed.objects.select_related("subject").order_by("-id")
    if INSPECTOR not in viewer.offices or viewer.of_village:
        return rows.none()
    own = viewer.person.id
    return rows.exclude(subject__proposer=own).exclude(subject__approvals__person=own)


def _told(rows: Iterable[Pressed]) -> list[Mark]:
    names = {one.person.id: one.person.name for one in staff(now_ms())}
    return [
        Mark(
            one.subject_id,
            subject.decode(bytes(one.subject.data)).title,
            names.get(one.person, one.person),
            moment(one.at_ms),
        )
        for one in rows
    ]
