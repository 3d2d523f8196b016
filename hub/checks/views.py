"""Pages of surprise checks: the list, the form on the spot, what it came to, its signatures.

Calls `hub.people`, `hub.config`, `hub.devices.authority`, `hub.records.paging` and `hub.checks`.
Inspectors see all; the witness sees the one that he is to sign.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.checks import act, document, forms, gather
from hub.checks.models import Check, CheckSignature
from hub.checks.rules import PLACES, lines
from hub.clock import moment, now_ms
from hub.config import config
from hub.devices import authority
from hub.people import login, roster
from hub.people.roster import Staff
from hub.people.session import ANY, require
from hub.people.views import assertion_of, body, text_of
from hub.records import paging
from wire.lists.content import Machine
from wire.refusals import Refused, to_dict

OFFICE: Final = "township.inspector"
PER_PAGE: Final = 30
NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


@require_safe
@require(OFFICE)
def listed(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Machines to check, and the checks so far."""
    page = paging.cut(Check.objects.all(), "-pk", request.GET, PER_PAGE)
    found = Check.objects.prefetch_related("signatures").in_bulk(page.ids)
    names = roster.labels()
    context = {
        "staff": staff,
        "machines": sorted(authority.machines().values(), key=lambda one: one.device),
        "page": page,
        "checks": [_row(found[one], names) for one in page.ids],
    }
    return _private(render(request, "checks/index.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
@require(OFFICE)
def new(request: HttpRequest, device: str, staff: Staff) -> HttpResponse:
    """The form for one machine: it does not say what the log has."""
    machine = _machine(device)
    if request.method != "POST":
        return _form(request, staff, machine)
    person, now = staff.person.id, now_ms()
    typed = {name: str(value) for name, value in request.POST.items()}
    witnesses = {one.person.id for one in _witnesses(person)}
    found, wrong = forms.read(typed, machine, witnesses)
    if wrong:
        return _form(request, staff, machine, typed, wrong)
    check = act.keep(machine, found, person, typed["witness"], now)
    return redirect("checks:detail", check.pk)


@require_safe
@require(ANY)
def detail(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """What was found beside the log, then and by what came since, and who signed."""
    check = _check(number, staff)
    found, log = document.read(bytes(check.document))
    machine = authority.machines().get(check.device)
    later = None if machine is None else gather.logged(machine, check.made_ms)
    names = roster.labels()
    signed = {one.person: moment(one.made_ms) for one in check.signatures.all()}
    context = {
        "staff": staff,
        "check": check,
        "at": moment(check.made_ms),
        "sha256": bytes(check.sha256).hex(),
        "words": found.words,
        "log": log,
        "entry": "" if log.entry is None else log.entry.hex(),
        "logged_at": moment(log.wall_ms),
        "lines": lines(found, log),
        "later": None if later is None or later.seq == log.seq else later,
        "later_lines": () if later is None else lines(found, later),
        "signers": [
            (role, person, names.get(person, person), signed.get(person))
            for role, person in (("检查人", check.checker), ("见证人", check.witness))
        ],
        "inspector": OFFICE in staff.offices,
    }
    return _private(render(request, "checks/detail.html", context))


@require_POST
@require(ANY)
def options(request: HttpRequest, number: int, staff: Staff) -> HttpResponseBase:
    """What navigator.credentials.get() is to be asked of checker or witness."""
    check, person = _check(number, staff), _person(request)
    try:
        challenge = act.challenge(check, person)
    except Refused as no:
        return JsonResponse(to_dict(no.code, no.detail), status=403)
    return JsonResponse(
        {
            "challenge": text_of(challenge),
            "rpId": config().rp_id,
            "credentials": [text_of(one) for one in login.credentials(person)],
        }
    )


@require_POST
@require(ANY)
def sign(request: HttpRequest, number: int, staff: Staff) -> HttpResponseBase:
    """His passkey's answer."""
    check = _check(number, staff)
    try:
        act.sign(check, _person(request), assertion_of(body(request)), now_ms())
    except Refused as no:
        return JsonResponse(to_dict(no.code, no.detail), status=403)
    return JsonResponse({"ok": True})


@require_safe
@require(ANY)
def file(_request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """The document and its signatures, for whoever verifies them elsewhere."""
    check = _check(number, staff)
    fields = ("credential", "authenticator_data", "client_data", "signature")
    made = {
        "document": text_of(bytes(check.document)),
        "signatures": [
            {
                "person": one.person,
                "challenge": text_of(document.challenge(bytes(check.sha256), one.person)),
                **{name: text_of(bytes(getattr(one, name))) for name in fields},
            }
            for one in check.signatures.order_by("pk")
        ],
    }
    reply = JsonResponse(made)
    reply["Content-Disposition"] = f'attachment; filename="check-{number}.json"'
    return _private(reply)


def _form(
    request: HttpRequest,
    staff: Staff,
    machine: Machine,
    typed: Mapping[str, str] = NOTHING,
    wrong: Mapping[str, str] = NOTHING,
) -> HttpResponse:
    seals = [
        {
            "seal": one,
            "place": typed.get(f"place-{one.id}", ""),
            "rfid": typed.get(f"rfid-{one.id}", ""),
            "wrong_place": wrong.get(f"place-{one.id}", ""),
            "wrong_rfid": wrong.get(f"rfid-{one.id}", ""),
        }
        for one in machine.seals
        if one.state != "retired"
    ]
    context = {
        "staff": staff,
        "machine": machine,
        "seals": seals,
        "places": PLACES.items(),
        "witnesses": _witnesses(staff.person.id),
        "typed": typed,
        "wrong": wrong,
    }
    return _private(render(request, "checks/new.html", context, status=400 if wrong else 200))


def _witnesses(checker: str) -> list[Staff]:
    """Whoever is in office and is not the checker."""
    return [one for one in roster.staff(now_ms()) if one.person.id != checker]


def _machine(device: str) -> Machine:
    found = authority.machines().get(device)
    if found is None:
        raise Http404
    return found


def _check(number: int, staff: Staff) -> Check:
    """Raises Http404, also for one that he may not see."""
    found = Check.objects.filter(pk=number).first()
    if found is None or not (OFFICE in staff.offices or staff.person.id == found.witness):
        raise Http404
    return found


def _person(request: HttpRequest) -> str:
    return str(body(request).get("person", ""))


def _row(check: Check, names: Mapping[str, str]) -> dict[str, Any]:
    found, log = document.read(bytes(check.document))
    signatures: list[CheckSignature] = list(check.signatures.all())
    return {
        "check": check,
        "at": moment(check.made_ms),
        "checker": names.get(check.checker, check.checker),
        "differs": [one.what for one in lines(found, log) if one.differs],
        "unsigned": 2 - len(signatures),
    }


def _private(reply: HttpResponse) -> HttpResponse:
    reply["Cache-Control"] = "private, no-store"
    return reply
