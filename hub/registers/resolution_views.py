"""Pages of the register of resolutions (决议登记簿): list, one of them, its steps and papers.

Calls `hub.people`, `hub.config`, `hub.records.paging` and `hub.registers`. A list takes the same
number of queries however long it is.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub import days
from hub.clock import moment, now_ms
from hub.config import config
from hub.people import roster
from hub.people.roster import Staff
from hub.people.session import ANY, refused, require
from hub.records import paging
from hub.registers import five, papers, places, resolutions, shown, steps
from hub.registers.limits import limits
from hub.registers.models import Publication, Resolution
from hub.registers.resolutions import Standing
from hub.registers.typed import Typed
from hub.registers.views import private
from wire.refusals import Refused

PER_PAGE: Final = 30
NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
FORM: Final = ("GET", "HEAD", "POST")


@require_safe
@require(ANY)
def listed(request: HttpRequest, staff: Staff) -> HttpResponse:
    """One village's, the newest first."""
    village = places.asked(staff, request.GET)
    page = paging.cut(Resolution.objects.filter(village=village), "-pk", request.GET, PER_PAGE)
    rows = resolutions.whole().filter(pk__in=page.ids).order_by("-pk")
    context = places.chosen(staff, village) | {
        "page": page,
        "query": f"village={village}",
        "rows": [_brief(one) for one in resolutions.standing(rows, limits(config()))],
    }
    return private(render(request, "registers/resolutions.html", context))


@require_http_methods(FORM)
@require(ANY)
def new(request: HttpRequest, staff: Staff) -> HttpResponseBase:
    """What is to be resolved."""
    if not places.writes(staff, staff.village):
        return refused(request, "not_permitted", "由村里的人登记", status=403)
    typed = Typed.read(request.POST.dict(), ("title", "matter"))
    if request.method == "POST":
        title = typed.text("title", 60, words="请写这件事叫什么。")
        matter = typed.text("matter", 1000, words="请写要决定什么。")
        if "\n" in title:
            typed.wrong.setdefault("title", "请写成一行。")
        if not typed.wrong:
            made = Resolution.objects.create(
                village=staff.village,
                title=title,
                matter=matter,
                person=staff.person.id,
                made_ms=now_ms(),
            )
            return redirect("registers:resolution", made.pk)
    context = places.chosen(staff, staff.village) | {"typed": typed}
    status = 400 if typed.wrong else 200
    return private(render(request, "registers/resolution_new.html", context, status=status))


@require_safe
@require(ANY)
def detail(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """One resolution: its steps with their minutes, what it lacks, what was made public."""
    return _shown(request, _found(staff, number), staff)


@require_http_methods(FORM)
@require(ANY)
def step(request: HttpRequest, number: int, name: str, staff: Staff) -> HttpResponseBase:
    """One step: written, or written anew with the reason."""
    found = _found(staff, number)
    if name not in five.STEPS or steps.closed(found, name):
        raise Http404
    if not places.writes(staff, found.row.village):
        return refused(request, "not_permitted", "由村里的人登记", status=403)
    typed = steps.begun(found, name)
    if request.method == "POST":
        typed = Typed.read(request.POST.dict(), steps.FIELDS)
        typed.pages, wrong = papers.taken(request, staff)
        if wrong:
            typed.wrong["pages"] = wrong
        now = now_ms()
        made = steps.check(typed, found, name, days.today(now))
        if made is not None:
            try:
                steps.keep(typed, made, found, staff, now)
            except Refused as no:
                return refused(request, no.code, no.detail)
            return redirect("registers:resolution", number)
    context = places.chosen(staff, found.row.village) | {
        "found": found,
        "name": name,
        "zh": five.STEPS[name][0],
        "meetings": [(one, five.MEETINGS[one]) for one in five.STEPS[name][1]],
        "counts": _counts(typed),
        "typed": typed,
        "corrects": steps.corrects(found, name),
        "most": papers.MOST,
    }
    status = 400 if typed.wrong else 200
    return private(render(request, "registers/step.html", context, status=status))


@require_POST
@require(ANY)
def publish(request: HttpRequest, number: int, staff: Staff) -> HttpResponseBase:
    """That the decision, or what came of it, was made public."""
    found = _found(staff, number)
    if not places.writes(staff, found.row.village):
        return refused(request, "not_permitted", "由村里的人登记", status=403)
    typed = Typed.read(request.POST.dict(), ("what", "day", "place"))
    typed.pages, wrong = papers.taken(request, staff)
    if wrong:
        typed.wrong["pages"] = wrong
    now = now_ms()
    day = typed.day("day", days.today(now))
    typed.one_of("what", resolutions.PUBLISHED)
    typed.text("place", 200, words="请写在哪里公开的。")
    decided = found.steps.get("decision")
    if day is not None and (decided is None or day.isoformat() < decided.day):
        typed.wrong.setdefault("day", "村民决议以后才能公开。")
    if typed.wrong or day is None:
        return _shown(request, found, staff, {"typed": typed})
    Publication.objects.create(
        resolution=found.row,
        what=typed.values["what"],
        day=day.isoformat(),
        place=typed.values["place"],
        pages=typed.pages,
        person=staff.person.id,
        at_ms=now,
    )
    return redirect("registers:resolution", number)


@require_POST
@require(ANY)
def settle(request: HttpRequest, number: int, staff: Staff) -> HttpResponseBase:
    """Settle the decision, by somebody who watches."""
    found = _found(staff, number)
    if not places.writes(staff, found.row.village):
        return refused(request, "not_permitted", "由村里的人登记", status=403)
    outcome = request.POST.get("outcome", "")
    if outcome not in resolutions.OUTCOMES:
        return _shown(request, found, staff, {"settle_wrong": "请选一项。"})
    try:
        resolutions.settle(number, outcome, staff, limits(config()), now_ms())
    except Refused as no:
        return _shown(request, found, staff, {"settle_wrong": no.detail})
    return redirect("registers:resolution", number)


@require_safe
@require(ANY)
def photo(_request: HttpRequest, number: int, name: str, staff: Staff) -> HttpResponse:
    """A photographed paper of that resolution."""
    found = _found(staff, number)
    held = [one.pages for one in (*found.steps.values(), *found.older)]
    if all(name not in pages for pages in (*held, *(one.pages for one in found.publications))):
        raise Http404
    return papers.photo(name)


def _shown(
    request: HttpRequest, found: Standing, staff: Staff, more: Mapping[str, Any] = NOTHING
) -> HttpResponse:
    rules, names = limits(config()), roster.names()
    by, today = found.publish_by(rules), days.today(now_ms())
    context = places.chosen(staff, found.row.village) | {
        "found": found,
        "writer": names.get(found.row.person, found.row.person),
        "made": moment(found.row.made_ms),
        "steps": shown.steps(found, names, rules),
        "publications": [
            {
                "zh": resolutions.PUBLISHED[one.what],
                "row": one,
                "who": names.get(one.person, one.person),
            }
            for one in found.publications
        ],
        "published": resolutions.PUBLISHED.items(),
        "publish_by": by,
        "late": by is not None and today > by,
        "outcomes": resolutions.OUTCOMES.items(),
        "may_not_settle": resolutions.may_settle(found, staff),
        "settled_by": "" if found.ending is None else names.get(found.ending.person, ""),
        "settled_at": None if found.ending is None else moment(found.ending.at_ms),
        "typed": Typed(),
        **more,
    }
    status = 400 if more else 200
    return private(render(request, "registers/resolution.html", context, status=status))


def _found(staff: Staff, number: int) -> Standing:
    rows = resolutions.whole().filter(pk=number, village__in=list(places.seen(staff)))
    found = resolutions.standing(rows, limits(config()))
    if not found:
        raise Http404
    return found[0]


def _brief(one: Standing) -> dict[str, Any]:
    decided = one.steps.get("decision")
    return {"found": one, "day": decided.day if decided else ""}


def _counts(typed: Typed) -> list[dict[str, str]]:
    return [
        {
            "name": name,
            "zh": zh,
            "value": typed.values.get(name, ""),
            "wrong": typed.wrong.get(name, ""),
        }
        for name, zh in five.COUNTS.items()
    ]
