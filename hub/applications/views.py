"""Pages of applications: what to do now, file, look, and take a decision back from the county.

Calls `hub.applications`, `hub.approvals`, `hub.duty.stated`, `hub.people`, `hub.registers`,
`hub.devices.authority` and `wire`.
"""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hub.applications import (
    again,
    application,
    deciding,
    drafts,
    file,
    first,
    request_views,
    requested,
    signing,
)
from hub.applications.drafts import Begun
from hub.applications.forms import Typed, yuan
from hub.applications.limits import limits
from hub.approvals import answer, service
from hub.clock import now_ms
from hub.config import config
from hub.devices import authority
from hub.duty import stated
from hub.people.roster import Staff
from hub.people.session import ANY, refused, require
from hub.registers import naming
from wire.approval import matter
from wire.approval.decision import Approval
from wire.lists.catalogue import CLASSES
from wire.refusals import Refused


@require_GET
@require(ANY)
def home(request: HttpRequest, staff: Staff) -> HttpResponse:
    """What waits for me, what I filed, what the village filed lately."""
    return first.page(request, staff)


@require_GET
@require(ANY)
def items(request: HttpRequest, staff: Staff) -> HttpResponse:
    """The list of matters: file an allowed one, or read where to go instead."""
    found, now = list(authority.catalogue().items.values()), now_ms()
    groups = {name: [one for one in found if one.cls == name] for name in CLASSES}
    groups["asleep"] = [one for one in groups["allowed"] if not one.in_force(now)]
    groups["allowed"] = [one for one in groups["allowed"] if one.in_force(now)]
    return render(request, "staff/items.html", {"staff": staff, "groups": groups})


@require_http_methods(["GET", "POST"])
@require(ANY)
def new(request: HttpRequest, item: str, staff: Staff) -> HttpResponseBase:
    """The form, then check-your-answers, then filed."""
    begun = _begun(request, staff, item)
    asked_by = requested.named(request, staff, item)
    old = again.named(request, staff, item)
    device = _device(staff) if begun is None else begun.record.device
    try:
        lists = service.approval_list(device)
        found = matter.stampable(lists.catalogue, item, now_ms())
    except Refused as no:
        return refused(request, no.code, no.detail)
    most = limits(config()).pages_of(item)
    typed = Typed(item, {"impressions": "1", "seams": "0"})
    if begun is not None:
        typed = Typed.begun(begun)
    if asked_by is not None:
        typed = Typed.asked(asked_by)
    if old is not None:
        typed = again.typed(old)
    draft = None
    if request.method == "POST":
        typed = Typed.read(request, item, staff.person.id, begun, most=most)
        draft = typed.draft(device, lists, now_ms())
    if draft is not None and request.POST.get("confirmed") == "yes":
        try:
            return request_views.submit(asked_by or old, begun, draft, typed, staff)
        except Refused as no:
            typed.wrong("title", no.code, no.detail)
            draft = None
    names = dict(file.operators(lists, now_ms()))
    context = {
        "staff": staff,
        "item": found,
        "amount": yuan(draft.amount if draft else None),
        "typed": typed,
        "begun": begun,
        "asked_by": asked_by,
        "again": old,
        "most": most,
        "seals": file.seals(found, lists),
        "operators": names,
        "resolutions": list(naming.offered(staff.village)) if found.knows_resolutions else [],
        "chosen": [names[one] for one in typed.operators if one in names],
        "pictures": [(one, signing.picture_path(bytes.fromhex(one))) for one in typed.pages],
    }
    asked = draft is not None and "back" not in request.POST
    template = "staff/check.html" if asked else "staff/new.html"
    return render(request, template, context, status=400 if typed.errors else 200)


@require_POST
@require(ANY)
def drop(request: HttpRequest, name: str, staff: Staff) -> HttpResponse:
    """Nothing comes of a draft."""
    begun = drafts.find(name, staff.village)
    if begun is None:
        raise Http404
    try:
        drafts.drop(begun, staff, now_ms())
    except Refused as no:
        return refused(request, no.code, no.detail)
    return redirect("home")


@require_GET
@require(ANY)
def detail(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """One application: what is asked, who decided, what comes next."""
    return application.page(request, number, staff)


@require_GET
def approval_return(request: HttpRequest) -> HttpResponse:
    """Where the county's page comes back to; its answer stands in the fragment, read by script."""
    return answer.back(request, reverse("approval-submit"))


@require_POST
def approval_submit(request: HttpRequest) -> JsonResponse:
    """Take a decision, or a signed statement of absence. The passkey's signature says who decided,
    not the session.
    """

    def take(digest: bytes, given: Approval) -> str:
        statement = stated.find(digest)
        if statement is not None:
            stated.take(statement, given, now_ms())
            return reverse("duty")
        found = deciding.find(digest)
        deciding.take(found, given, now_ms())
        return deciding.page(found)

    return answer.taken(request, take)


def _begun(request: HttpRequest, staff: Staff, item: str) -> Begun | None:
    """The draft that this form completes, if it names one."""
    name = request.POST.get("draft") or request.GET.get("draft")
    if not name:
        return None
    begun = drafts.find(name, staff.village, item)
    if begun is None:
        raise Http404
    return begun


def _device(staff: Staff) -> str:
    """The machine of the person's village."""
    for name, machine in authority.machines().items():
        if machine.village == staff.village:
            return name
    raise Http404
