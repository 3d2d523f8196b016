"""Pages of changes of office: what the roster says is coming, exit sheets, who signed them.

Calls `hub.handovers`, `hub.people`, `hub.devices.authority` and `wire`. People of a village see
their own; the township's leaders and inspectors see all.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.shortcuts import render as render_page
from django.views.decorators.http import require_http_methods, require_safe

from hub.clock import moment, now_ms
from hub.devices import authority
from hub.handovers import changes, known, sheet, signing
from hub.handovers.changes import Change
from hub.handovers.models import Sheet
from hub.handovers.sheet import Leaving, Typed
from hub.people.roster import Staff
from hub.people.session import ANY, require
from wire.approval.exit_sheet import ROLES, Party
from wire.lists.content import Roster

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
TOWNSHIP: Final = ("township.inspector", "township.leader")


@require_safe
@require(ANY)
def index(request: HttpRequest, staff: Staff) -> HttpResponse:
    """One village's changes about now, each leaver with his sheet."""
    rosters = _rosters(staff)
    village = request.GET.get("village", staff.village)
    if village not in rosters:
        raise Http404
    context = {
        "staff": staff,
        "village": _name(village),
        "others": [(one, _name(one)) for one in rosters if one != village],
        "changes": list(_shown(_changes(rosters[village]))),
    }
    return render_page(request, "handovers/index.html", context)


@require_http_methods(["GET", "POST"])
@require(ANY)
def new(
    request: HttpRequest, village: str, person: str, on_ms: int, staff: Staff
) -> HttpResponseBase:
    """The sheet of somebody who leaves that day: the form, then kept."""
    leaving = _leaving(staff, village, person, on_ms)
    typed = Typed(known.of(leaving.person, village, now_ms()))
    if request.method == "POST":
        typed = Typed.read(request.POST.dict())
        typed.check(leaving)
        if not typed.errors:
            return redirect("handover", sheet.keep(typed, leaving, staff, now_ms()).pk)
    context = {
        "staff": staff,
        "leaving": leaving,
        "on": moment(on_ms),
        "typed": typed,
        "states": sheet.STATES,
    }
    status = 400 if typed.errors else 200
    return render_page(request, "handovers/new.html", context, status=status)


@require_safe
@require(ANY)
def detail(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """A sheet to be signed by three, and what of it is signed."""
    return page(request, find(staff, number), staff)


def page(
    request: HttpRequest, found: Sheet, staff: Staff, wrong: Mapping[str, Any] = NOTHING
) -> HttpResponse:
    """The sheet's page; `wrong` is what is wrong with a photo that was sent in."""
    context = {**_of_sheet(found, staff), "wrong": wrong}
    return render_page(request, "handovers/sheet.html", context, status=400 if wrong else 200)


def _rosters(staff: Staff) -> Mapping[str, Roster]:
    """Of the villages that this person sees."""
    rosters = authority.rosters()
    if staff.offices & set(TOWNSHIP):
        return rosters
    return {name: one for name, one in rosters.items() if name == staff.village}


def _changes(roster: Roster) -> list[Change]:
    return changes.of_village(roster, authority.catalogue(), authority.policy(), now_ms())


def _name(village: str) -> str:
    """As its machines have it, else its id."""
    machines = authority.machines().values()
    return next((one.village_name for one in machines if one.village == village), village)


def _shown(found: list[Change]) -> Iterator[dict[str, Any]]:
    """In four queries: sheets, signatures, photos, whose hands these show."""
    offices, now = authority.policy().offices, now_ms()
    made: dict[tuple[str, str, int], Sheet] = {}
    days, villages = {one.at_ms for one in found}, {one.village for one in found}
    rows = Sheet.objects.filter(village__in=villages, on_ms__in=days)
    for row in rows.prefetch_related("signatures", "copies__hands").order_by("id"):
        made[row.village, row.person, row.on_ms] = row
    for change in found:
        titles = {
            move.person.id: offices.get(move.office, (move.office,))[0] for move in change.leaves
        }
        yield {
            "change": change,
            "on": moment(change.at_ms),
            "past": change.at_ms <= now,
            "comes": [
                (move.person, offices.get(move.office, (move.office,))[0]) for move in change.comes
            ],
            "leaves": [
                (one, titles[one.id], _stage(made.get((change.village, one.id, change.at_ms))))
                for one in change.leavers
            ],
        }


def _stage(row: Sheet | None) -> dict[str, Any]:
    if row is None:
        return {"number": None}
    return {
        "number": row.pk,
        "lacking": [one.zh for one in signing.signers(row) if not one.how],
        "missing": sheet.shown(row)["missing"],
    }


def _leaving(staff: Staff, village: str, person: str, on_ms: int) -> Leaving:
    """Somebody who leaves an office that day by the signed roster; else there is no such page."""
    roster = _rosters(staff).get(village)
    found = [] if roster is None else _changes(roster)
    leavers = [p for one in found if one.at_ms == on_ms for p in one.leavers if p.id == person]
    if roster is None or not leavers:
        raise Http404
    now = now_ms()
    watchers: dict[str, Party] = {}
    for one in authority.rosters().values():
        watchers |= sheet.watchers(one, authority.policy(), now)
    watchers.pop(person, None)
    takers = {
        one.id: Party(village, one.id, one.name)
        for one in roster.persons.values()
        if one.id != person and any(term.end_ms > now for term in one.offices)
    }
    return Leaving(leavers[0], roster, on_ms, _name(village), takers, watchers)


def find(staff: Staff, number: int) -> Sheet:
    """A sheet of a village that he sees; raises Http404."""
    found = Sheet.objects.filter(pk=number, village__in=_rosters(staff)).first()
    if found is None:
        raise Http404
    return found


def _of_sheet(found: Sheet, staff: Staff) -> dict[str, Any]:
    signers = signing.signers(found)
    addresses = signing.addresses(found)
    return {
        "staff": staff,
        "row": found,
        "sheet": sheet.shown(found),
        "on": moment(found.on_ms),
        "made": moment(found.made_ms),
        "signers": [
            {
                "who": one,
                "at": moment(one.at_ms),
                "himself": getattr(found, one.role) == staff.person.id,
                "address": "" if one.how else addresses.get(one.role, ""),
            }
            for one in signers
        ],
        "lacking": [one.zh for one in signers if not one.how],
        "photos": [
            {
                "name": bytes(one.sha256).hex(),
                "at": moment(one.at_ms),
                "hands": [ROLES[hand.role] for hand in one.hands.all()],
            }
            for one in found.copies.prefetch_related("hands").order_by("id")
        ],
    }
