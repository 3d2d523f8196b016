"""Pages of people: everybody in office, one person, oneself; suspend, take back, end log-ins.

Calls `hub.people`, `hub.revocations` and `hub.clock`. The township may take back at
once, with a reason and, of a person, an end; it never adds: that is the officers' roster.
"""

from datetime import date, datetime, time
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from hub.clock import moment, now_ms
from hub.people import roster, session, sittings, standing, taking
from hub.people.roster import KEEPERS, Staff
from hub.people.session import ANY, require
from hub.people.sittings import lasting
from hub.revocations import service as revocations
from wire.lists.content import Person

REASON: Final = 300
DAY_MS: Final = 86_400_000


@require_safe
@require(*KEEPERS)
def index(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Everybody in office: who is suspended, who has only one authenticator."""
    found = standing.rows(now_ms())
    context = {
        "staff": staff,
        "rows": found,
        "thin": sum(one.thin for one in found),
        "suspended": sum(one.suspended is not None for one in found),
    }
    return render(request, "people/index.html", context)


@require_safe
@require(*KEEPERS)
def detail(request: HttpRequest, person: str, staff: Staff) -> HttpResponse:
    """One person."""
    return _detail(request, _listed(person), staff)


@require_POST
@require(*KEEPERS)
def suspend(request: HttpRequest, person: str, staff: Staff) -> HttpResponseBase:
    """Take the whole person back, until a day or until it is lifted."""
    found, wrong = _listed(person), {}
    if not (reason := _reason(request)):
        wrong["reason"] = f"请写明原因，最多 {REASON} 字。"
    until = request.POST.get("until", "")
    try:
        until_ms = _end_of(until) if until else None
    except ValueError:
        until_ms = None
        wrong["until"] = f"“{until[:20]}”不是日期。"
    if until_ms is not None and until_ms <= now_ms():
        wrong["until"] = "最后一天不能早于今天。"
    if wrong:
        return _detail(request, found, staff, form="suspend", wrong=wrong)
    taking.take("person", found.id, reason, now_ms(), until_ms=until_ms, by=staff.person.id)
    return redirect("person", found.id)


@require_POST
@require(*KEEPERS)
def lift(request: HttpRequest, person: str, staff: Staff) -> HttpResponseBase:
    """Give back what was taken back."""
    found = _listed(person)
    if not (reason := _reason(request)):
        wrong = {"reason": f"请写明原因，最多 {REASON} 字。"}
        return _detail(request, found, staff, form="lift", wrong=wrong)
    if not roster.suspended(found.id, now_ms()):
        raise Http404
    taking.take("person", found.id, reason, now_ms(), lift=True, by=staff.person.id)
    return redirect("person", found.id)


@require_POST
@require(*KEEPERS)
def take_back(request: HttpRequest, person: str, staff: Staff) -> HttpResponseBase:
    """One of his passkeys, at once."""
    found, value = _listed(person), request.POST.get("key", "")
    kind = next(
        (one.kind for one in standing.keys(found, now_ms()) if one.value == value and not one.gone),
        None,
    )
    if kind is None:
        raise Http404
    if not (reason := _reason(request)):
        wrong = {"reason": f"请写明原因，最多 {REASON} 字。"}
        return _detail(request, found, staff, form=value, wrong=wrong)
    taking.take(kind, value, reason, now_ms(), by=staff.person.id)
    return redirect("person", found.id)


@require_safe
@require(ANY)
def me(request: HttpRequest, staff: Staff) -> HttpResponse:
    """One's own offices, passkeys and log-ins."""
    now, here = now_ms(), session.sitting(request)
    found = standing.keys(staff.person, now)
    context = {
        "staff": staff,
        "offices": standing.office_names(staff.person, now),
        "keys": found,
        "thin": standing.thin(found),
        "names": roster.labels(),
        "sittings": [
            (one, moment(one.since_ms), moment(one.seen_ms), here is not None and one.pk == here.pk)
            for one in lasting(staff.person.id, now)
        ],
    }
    return render(request, "people/me.html", context)


@require_POST
@require(ANY)
def end_sitting(_request: HttpRequest, number: int, staff: Staff) -> HttpResponseBase:
    """One of one's own log-ins; nobody else's."""
    if not sittings.end(lasting(staff.person.id, now_ms()).filter(pk=number), "by hand", now_ms()):
        raise Http404
    return redirect("me")


@require_POST
@require(ANY)
def end_others(request: HttpRequest, staff: Staff) -> HttpResponseBase:
    """All of one's own but this one."""
    here = session.sitting(request)
    others = lasting(staff.person.id, now_ms()).exclude(pk=0 if here is None else here.pk)
    sittings.end(others, "by hand", now_ms())
    return redirect("me")


def _detail(
    request: HttpRequest,
    found: Person,
    staff: Staff,
    *,
    form: str = "",
    wrong: dict[str, str] | None = None,
) -> HttpResponse:
    now, names = now_ms(), roster.labels()
    keys = standing.keys(found, now)
    told = revocations.of_person(found.id)
    inforce = {one.pk for one in revocations.in_force(now)}
    context: dict[str, Any] = {
        "staff": staff,
        "person": found,
        "offices": standing.office_names(found, now),
        "keys": keys,
        "thin": standing.thin(keys),
        "names": names,
        "suspended": next((one for one in told if one.pk in inforce), None),
        "history": [
            (one, moment(one.at_ms), _moment(one.until_ms), names.get(one.by, "命令行"))
            for one in told
        ],
        "open": lasting(found.id, now).count(),
        "form": form,
        "wrong": wrong or {},
        "typed": request.POST,
    }
    return render(request, "people/person.html", context, status=400 if wrong else 200)


def _listed(person: str) -> Person:
    found = standing.listed(person)
    if found is None:
        raise Http404
    return found[1]


def _reason(request: HttpRequest) -> str:
    text = " ".join(request.POST.get("reason", "").split())
    return text if len(text) <= REASON and text.isprintable() else ""


def _end_of(text: str) -> int:
    """The end of that day in the township's zone; raises ValueError."""
    midnight = datetime.combine(date.fromisoformat(text), time(), timezone.get_default_timezone())
    return int(midnight.timestamp() * 1000) + DAY_MS


def _moment(ms: int | None) -> datetime | None:
    return None if ms is None else moment(ms)
