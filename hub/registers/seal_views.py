"""Pages of the register of seals (印章登记簿): list, one seal, what is written down, its notice.

Calls `hub.people`, `hub.records` and `hub.registers`. The number of queries is fixed.
"""

from datetime import date, datetime
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from hub.clock import moment, now_ms
from hub.people import roster
from hub.people.roster import Staff
from hub.people.session import ANY, refused, require
from hub.registers import facts, listed, papers, places, reseal, seals
from hub.registers.facts import KINDS
from hub.registers.listed import Listed
from hub.registers.models import SealFact
from hub.registers.typed import Typed
from hub.registers.views import private
from wire.refusals import Refused

LONG: Final = 100
"""A field for more characters than that is a box of several lines."""


@require_safe
@require(ANY)
def index(request: HttpRequest, staff: Staff) -> HttpResponse:
    """One village's seals, those in use first."""
    village = places.asked(staff, request.GET)
    found = [one for (where, _), one in listed.seals().items() if where == village]
    order = list(seals.STATES)
    context = places.chosen(staff, village) | {
        "rows": [
            {"one": one, "words": seals.STATES[one.state], "since": moment(one.last.since_ms)}
            for one in sorted(found, key=lambda one: (order.index(one.state), one.id))
        ],
    }
    return private(render(request, "registers/seals.html", context))


@require_safe
@require(ANY)
def detail(request: HttpRequest, village: str, seal: str, staff: Staff) -> HttpResponse:
    """One seal: lists, custody, what is written down, open applications where it is gone."""
    one = _one(staff, village, seal)
    rows, names = seals.custody(one), roster.names()
    written = seals.facts(one)
    context = places.chosen(staff, village) | {
        "one": one,
        "words": seals.STATES[one.state],
        "spans": seals.spans(one),
        "first": moment(one.in_force[0].since_ms) if one.in_force else None,
        "until": _until(one),
        "successor": listed.successor(one, listed.seals()),
        "custody": list(seals.told(rows, names)),
        "specimen": seals.specimen(rows, one),
        "facts": seals.worded(written),
        "open": [] if one.state == "active" else list(reseal.open_on(village, seal, now_ms())),
    }
    return private(render(request, "registers/seal.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
@require(ANY)
def enter(
    request: HttpRequest, village: str, seal: str, kind: str, staff: Staff
) -> HttpResponseBase:
    """Write something down, or what stands in the place of a wrong row (`corrects`)."""
    one = _one(staff, village, seal)
    if kind not in KINDS:
        raise Http404
    if not places.writes(staff, village):
        return refused(request, "not_permitted", "由村里的人登记", status=403)
    old = _corrected(request, one, kind)
    typed = facts.begun(old)
    if request.method == "POST":
        typed = Typed.read(request.POST.dict(), facts.fields_of(kind))
        typed.pages, wrong = papers.taken(request, staff)
        if wrong:
            typed.wrong["pages"] = wrong
        if facts.check(typed, kind, one, staff, old, now_ms()):
            try:
                facts.keep(typed, kind, one, staff, old, now_ms())
            except Refused as no:
                return refused(request, no.code, no.detail)
            return redirect("registers:seal", village, seal)
    context = places.chosen(staff, village) | {
        "one": one,
        "kind": KINDS[kind],
        "old": old,
        "typed": typed,
        "fields": [_field(name, kind, typed) for name in KINDS[kind].fields],
        "people": facts.witnesses(village, staff, now_ms()) if kind == "destroyed" else {},
        "abouts": facts.ABOUT,
    }
    status = 400 if typed.wrong else 200
    return private(render(request, "registers/seal_enter.html", context, status=status))


@require_safe
@require(ANY)
def notice(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """A public notice, to be printed and put up."""
    rows = SealFact.objects.filter(pk=number, kind="notice", village__in=list(places.seen(staff)))
    row = rows.first()
    if row is None:
        raise Http404
    context = places.chosen(staff, row.village) | {
        "row": row,
        "one": _one(staff, row.village, row.seal),
        "zh": facts.ABOUT[row.data["about"]],
        "day": date.fromisoformat(row.day),
    }
    return private(render(request, "registers/notice.html", context))


@require_safe
@require(ANY)
def photo(_request: HttpRequest, village: str, seal: str, name: str, staff: Staff) -> HttpResponse:
    """A photo of that seal: its specimen of the log, or one that a row names."""
    one = _one(staff, village, seal)
    named = any(name in row.pages for row in seals.facts(one))
    if not named and name != seals.specimen(seals.custody(one), one):
        raise Http404
    return papers.photo(name)


def _one(staff: Staff, village: str, seal: str) -> Listed:
    found = listed.seals().get((village, seal))
    if found is None or village not in places.seen(staff):
        raise Http404
    return found


def _until(one: Listed) -> datetime | None:
    """When it was in force last; None for one that is, or never was."""
    ended = one.in_force[-1].until_ms if one.in_force else None
    return None if ended is None else moment(ended)


def _corrected(request: HttpRequest, one: Listed, kind: str) -> SealFact | None:
    """The row that this form corrects, if it names one."""
    number = request.POST.get("corrects") or request.GET.get("corrects", "")
    if not number:
        return None
    own = [row for row in seals.current(seals.facts(one)) if row.kind == kind]
    found = next((row for row in own if str(row.pk) == number), None)
    if found is None:
        raise Http404
    return found


def _field(name: str, kind: str, typed: Typed) -> dict[str, Any]:
    zh, most, needed = KINDS[kind].fields[name]
    return {
        "name": name,
        "zh": zh,
        "most": most,
        "needed": needed,
        "value": typed.values.get(name, ""),
        "wrong": typed.wrong.get(name, ""),
        "sort": _sort(name, most),
    }


def _sort(name: str, most: int) -> str:
    if name in facts.WITNESSES:
        return "person"
    if name == "about":
        return "about"
    return "box" if most > LONG else "line"
