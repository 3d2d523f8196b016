"""Pages on which a village prepares what it publishes: drafts, and the check of them.

Calls `hub.affairs`, `hub.people`, `hub.records.filters`, `hub.redaction` and `hub.clock`. A
village's own people write; the township's inspectors and leaders look on.
"""

import secrets
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from hub.affairs import catalogue, cells, drafts, dues, flow, limits, parts
from hub.affairs.items import Item
from hub.affairs.models import Draft
from hub.affairs.typed import Typed
from hub.applications.signing import picture_path
from hub.clock import now_ms
from hub.config import config
from hub.devices import authority
from hub.people.roster import Staff
from hub.people.session import ANY, refused, require
from hub.records import filters
from hub.redaction import decided
from hub.redaction.models import Examined
from wire import release
from wire.refusals import Refused

READERS: Final = ("township.inspector", "township.leader")
SHOWN: Final = 20
"""Rows of a long table that a draft's page shows."""


@require_http_methods(["GET", "POST"])
@require(ANY)
def draft(request: HttpRequest, number: int, staff: Staff) -> HttpResponseBase:
    """A draft: typed into, kept, and what is to be done next."""
    found = draft_for(staff, number)
    typed = Typed.of(found)
    figures = limits.limits(config())
    if request.method == "POST":
        typed = Typed.read(found, request.POST.dict())
        uploads = {name: request.FILES.getlist(name) for name in ("sheet", "pages")}
        kept = request.POST.getlist("page")
        typed.keep(found, uploads, kept, figures, staff.person.id, now_ms())
        if not typed.wrong:
            if "check" in request.POST:
                return _checked(request, found)
            return redirect("affairs:draft", number)
    context = {**_of_draft(found, typed), "staff": staff, "most": figures.pages_max}
    return private(
        render(request, "affairs/draft.html", context, status=400 if typed.wrong else 200)
    )


@require_POST
@require(ANY)
def submit(request: HttpRequest, number: int, staff: Staff) -> HttpResponseBase:
    """Put it to review, once nothing in it waits for a decision."""
    found = draft_for(staff, number)
    try:
        edition = flow.submit(found, now_ms())
    except Refused as no:
        return refused(request, no.code, no.detail)
    return redirect("affairs:edition", edition.pk)


@require_POST
@require(ANY)
def drop(_request: HttpRequest, number: int, staff: Staff) -> HttpResponseBase:
    """The draft is not wanted; nor, then, what was returned."""
    drafts.drop(draft_for(staff, number), now_ms())
    return redirect("affairs:index")


def seen(staff: Staff, where: str) -> str:
    """The village, where he may see it; raises Http404."""
    if where != staff.village and not staff.offices & set(READERS):
        raise Http404
    return where


def writes(staff: Staff, where: str) -> bool:
    return staff.of_village and staff.village == where


def called(staff: Staff, where: str) -> str:
    """The village's name, for who looks on from outside."""
    return "" if writes(staff, where) else dict(filters.villages()).get(where, where)


def private(reply: HttpResponse) -> HttpResponse:
    """Personal data stands in it: no cache keeps it."""
    reply["Cache-Control"] = "private, no-store"
    return reply


def table(columns: Any, rows: Any) -> list[list[tuple[str, str]]]:
    """Rows for the eye: (head, text) of each cell."""
    return [
        [(one.zh, cells.told(one.type, cell)) for one, cell in zip(columns, row, strict=True)]
        for row in rows
    ]


def _checked(request: HttpRequest, found: Draft) -> HttpResponseBase:
    if len(parts.parts(found)) > 1:
        return redirect("affairs:draft", found.pk)
    try:
        examined = flow.check(found, secrets.token_bytes(32), now_ms())
    except Refused as no:
        return refused(request, no.code, no.detail)
    if decided.open_in(examined):
        return redirect("redaction:thing", examined.pk)
    return redirect("affairs:draft", found.pk)


def draft_for(staff: Staff, number: int) -> Draft:
    """The draft, for who writes for its village; raises Http404."""
    found = get_object_or_404(Draft, pk=number, village=staff.village)
    if not writes(staff, found.village):
        raise Http404
    return found


def _of_draft(found: Draft, typed: Typed) -> dict[str, Any]:
    columns = drafts.columns_of(found)
    item = catalogue.named(catalogue.current()).get(found.item)
    examined = None
    if found.data is not None:
        name = release.name_of(bytes(found.data))
        examined = Examined.objects.filter(kind=release.KIND, sha256=name).first()
    offices = roster_offices()
    return {
        "row": found,
        "item": item,
        "name": name_of(item, found.item),
        "period": dues.called(found.period),
        "typed": typed,
        "columns": columns,
        "lines": [
            (
                number,
                [
                    (one, cells.HINTS.get(one.type), cell)
                    for one, cell in zip(columns, row, strict=True)
                ],
            )
            for number, row in enumerate(typed.rows)
        ],
        "table": table(columns, found.rows[:SHOWN]) if typed.long else (),
        "parts": len(parts.parts(found)),
        "examined": examined,
        "open": 0 if examined is None else decided.open_in(examined),
        "reviewers": [offices.get(one, one) for one in (() if item is None else item.reviewers)],
        "pictures": [(one[0], picture_path(bytes.fromhex(one[0]))) for one in found.attachments],
    }


def roster_offices() -> dict[str, str]:
    """Office → its Chinese name, by the officers' policy."""
    return {name: words[0] for name, words in authority.policy().offices.items()}


def name_of(item: Item | None, name: str) -> str:
    return name if item is None else item.zh
