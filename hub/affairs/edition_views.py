"""Pages of what was put to review: read, signed on the county's page, returned, corrected.

Calls `hub.affairs`, `hub.approvals.answer`, `hub.people` and `wire`. A passkey's signature says who
reviewed, never the session.
"""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from hub.affairs import catalogue, compare, drafts, dues, flow, signing
from hub.affairs.models import Edition, Published, Why
from hub.affairs.views import private, roster_offices, seen, table, writes
from hub.applications.signing import picture_path
from hub.approvals import answer
from hub.clock import moment, now_ms
from hub.people import roster
from hub.people.roster import Staff
from hub.people.session import ANY, refused, require
from hub.people.views import text_of
from hub.site.frame import form
from wire import release
from wire.approval.decision import Approval
from wire.release import Release

MOST_WORDS: Final = 300


@require_safe
@require(ANY)
def edition(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """What it says, who reviewed it, what comes next."""
    return _page(request, _edition(staff, number), staff)


@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """Where the county's page comes back to; its answer stands in the fragment, read by script."""
    return answer.back(request, reverse("affairs:review-submit"))


@require_POST
def review_submit(request: HttpRequest) -> JsonResponse:
    """Take a review. It says itself who gave it, not the session."""

    def take(digest: bytes, given: Approval) -> str:
        return reverse("affairs:edition", args=[flow.take(digest, given, now_ms()).pk])

    return answer.taken(request, take)


@require_POST
@require(ANY)
def explain(request: HttpRequest, number: int, staff: Staff) -> HttpResponseBase:
    """Why he returned it, once, by whoever did."""
    found = _edition(staff, number)
    words = " ".join(request.POST.get("words", "").split())
    if not _returned_by(found, staff) or hasattr(found, "why"):
        return refused(request, "not_permitted", status=403)
    if not 0 < len(words) <= MOST_WORDS or not words.isprintable():
        wrong = f"请写明哪里不对，最多 {MOST_WORDS} 字。"
        return _page(request, found, staff, {"words": words, "sentence": wrong})
    Why.objects.create(edition=found, words=words, person=staff.person.id, at_ms=now_ms())
    return redirect("affairs:edition", number)


@require_POST
@require(ANY)
def again(request: HttpRequest, number: int, staff: Staff) -> HttpResponseBase:
    """A draft of what was returned, or of the next edition of what was published."""
    found = _edition(staff, number)
    held = flow.standing(found)
    if not writes(staff, found.village) or held.state == "pending":
        return refused(request, "not_permitted", status=403)
    if held.state == "returned":
        return redirect("affairs:draft", drafts.again(found, staff.person.id, now_ms()).pk)
    if _newest(found) != found.number:
        return refused(request, "not_now", "有更新的一版 there is a later edition")
    made = drafts.correction_of(found.published, staff.person.id, now_ms())
    return redirect("affairs:draft", made.pk)


@require_safe
@require(ANY)
def file(_request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """The exact bytes and their reviews, for whoever verifies them elsewhere."""
    found = _edition(staff, number)
    made = {
        "document": text_of(bytes(found.subject.data)),
        "reviews": [signing.told(one) for one in found.subject.approvals.order_by("pk")],
    }
    reply = JsonResponse(made)
    reply["Content-Disposition"] = f'attachment; filename="release-{number}.json"'
    return private(reply)


def _page(
    request: HttpRequest, found: Edition, staff: Staff, wrong: dict[str, str] | None = None
) -> HttpResponse:
    held, names, offices = flow.standing(found), roster.names(), roster_offices()
    made = held.release
    item = catalogue.named(catalogue.current()).get(found.item)
    own = [office for office, who in held.waiting.items() if staff.person.id in who]
    context: dict[str, Any] = {
        "staff": staff,
        "row": found,
        "held": held,
        "made": made,
        "at": moment(found.made_ms),
        "period": dues.called(found.period),
        "by": names.get(made.proposer, made.proposer),
        "table": table(made.columns, made.rows),
        "changes": _changes(found, made),
        "pictures": [(one, picture_path(one.sha256)) for one in made.attachments],
        "reviews": [
            {
                "office": offices.get(one.office, one.office),
                "by": names.get(held.given.get(one.office, ""), ""),
                "waiting": [names.get(who, who) for who in held.waiting.get(one.office, ())],
            }
            for one in found.asked.all()
        ],
        "sign_url": signing.address(found, own[0], staff.person.id) if own else None,
        "own": bool(own),
        "why": getattr(found, "why", None),
        "explains": _returned_by(found, staff) and not hasattr(found, "why"),
        "writes": writes(staff, found.village),
        "progress": item is not None and item.form == "project" and found.event_id is not None,
        "newest": _newest(found) == found.number,
        "public": form(f"v/{found.village}/affairs/r/{bytes(found.series).hex()}/"),
        "wrong": wrong or {},
    }
    status = 400 if wrong else 200
    return private(render(request, "affairs/edition.html", context, status=status))


def _edition(staff: Staff, number: int) -> Edition:
    rows = Edition.objects.select_related("subject", "published", "why")
    found = rows.filter(pk=number).first()
    if found is None:
        raise Http404
    seen(staff, found.village)
    return found


def _returned_by(found: Edition, staff: Staff) -> bool:
    return any(
        one.decision == "return" and one.person == staff.person.id
        for one in found.subject.approvals.all()
    )


def _changes(found: Edition, made: Release) -> dict[str, Any] | None:
    """Against the edition that this one follows."""
    rows = Edition.objects.select_related("subject")
    before = rows.filter(
        series=found.series, number=found.number - 1, published__isnull=False
    ).first()
    if before is None:
        return None
    former = release.decode(bytes(before.subject.data))
    told = compare.changes(former, made)
    return {
        "told": told,
        "before": before,
        "gone": table(former.columns, told.gone),
        "gone_columns": former.columns,
        "new": table(made.columns, told.new),
    }


def _newest(found: Edition) -> int:
    row = Published.objects.filter(series=found.series).order_by("-number").first()
    return 0 if row is None else row.number
