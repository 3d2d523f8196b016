"""The fleet's pages: all machines, one machine, a command to it, a request to suspend it.

Calls `hub.people.session`, `hub.devices.authority` and `hub.fleet`. Holders of a village's office
see their village's machines; those of the township see all, and may ask for something.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hub.clock import now_ms
from hub.config import config
from hub.devices import authority
from hub.fleet import commands, history, limits, overview, requests, words
from hub.fleet.overview import Row
from hub.people.roster import Staff
from hub.people.session import ANY, refused, require
from wire import command_words
from wire.lists.content import Machine
from wire.refusals import Refused

ASKERS: Final = ("township.leader", "township.duty", "township.inspector")
"""Offices that may send commands, and ask for a machine to be suspended."""
TOWNSHIP: Final = "township."
"""What the offices begin with whose holders see all villages."""
PER_PAGE: Final = 50
NEEDED: Final = "attention"


@require_safe
@require(ANY)
def index(request: HttpRequest, staff: Staff) -> HttpResponse:
    """The machines that this person may see, by village; of one village or state if asked."""
    found = overview.rows(_visible(staff), limits.limits(config()), now_ms())
    village, state = request.GET.get("village", ""), request.GET.get("state", "")
    chosen = [one for one in found if _is_asked_for(one, village, state)]
    context = {
        "staff": staff,
        "page": Paginator(chosen, PER_PAGE).get_page(request.GET.get("page")),
        "counts": _counts(found),
        "total": len(found),
        "villages": sorted({(one.machine.village, one.machine.village_name) for one in found}),
        "village": village,
        "state": state,
        "states": [*((name, zh) for name, (zh, _) in words.STATES.items()), (NEEDED, "要处理")],
    }
    return render(request, "fleet/index.html", context)


@require_safe
@require(ANY)
def detail(request: HttpRequest, device: str, staff: Staff) -> HttpResponse:
    """One machine."""
    return _detail(request, _machine(staff, device), staff)


@require_POST
@require(*ASKERS)
def send(request: HttpRequest, device: str, staff: Staff) -> HttpResponseBase:
    """Have a command sent to it."""
    machine, hours = _machine(staff, device), limits.limits(config()).command_h
    try:
        name = request.POST.get("name", "")
        commands.ask(machine.device, name, staff.person.id, hours, now_ms())
    except Refused as no:
        return refused(request, no.code, no.detail)
    return redirect("fleet:detail", device)


@require_POST
@require(*ASKERS)
def ask_state(request: HttpRequest, device: str, staff: Staff) -> HttpResponseBase:
    """Ask the officers to suspend it, or to let it work again; what was typed stays."""
    machine = _machine(staff, device)
    reason = request.POST.get("reason", "").strip()
    wrong = requests.wrong(reason)
    if wrong:
        return _detail(request, machine, staff, reason=reason, wrong=wrong, status=400)
    requests.ask(machine, reason, staff.person.id, now_ms())
    return redirect("fleet:detail", device)


def _detail(
    request: HttpRequest,
    machine: Machine,
    staff: Staff,
    *,
    reason: str = "",
    wrong: str = "",
    status: int = 200,
) -> HttpResponse:
    now = now_ms()
    row = overview.rows([machine], limits.limits(config()), now)[0]
    sent = history.sent(machine.device, now)
    pending = {one.command.name for one in sent if one.waits}
    context = {
        "staff": staff,
        "row": row,
        "findings": history.findings(row.seen.answer),
        "answered": history.at(row.seen.answer),
        "sent": sent,
        "offered": [
            (name, zh, name in pending) for name, (zh, _) in command_words.COMMANDS.items()
        ],
        "asked": history.asked(machine.device),
        "wanted": requests.other(machine),
        "may": bool(staff.offices & set(ASKERS)),
        "reason": reason,
        "wrong": wrong,
    }
    return render(request, "fleet/detail.html", context, status=status)


def _visible(staff: Staff) -> list[Machine]:
    machines = authority.machines().values()
    if any(office.startswith(TOWNSHIP) for office in staff.offices):
        return list(machines)
    return [one for one in machines if one.village == staff.village]


def _machine(staff: Staff, device: str) -> Machine:
    """One that the person may see."""
    found = next((one for one in _visible(staff) if one.device == device), None)
    if found is None:
        raise Http404
    return found


def _is_asked_for(row: Row, village: str, state: str) -> bool:
    if village and row.machine.village != village:
        return False
    if state == NEEDED:
        return not row.good and not row.standing.suspended
    if state == "suspended":
        return row.standing.suspended
    return state not in words.STATES or row.standing.state == state


def _counts(found: Sequence[Row]) -> list[tuple[str, str, int]]:
    """(state, word, how many); what is suspended is counted besides."""
    counted = Counter(one.standing.state for one in found)
    counted["suspended"] = sum(one.standing.suspended for one in found)
    return [(name, zh, counted[name]) for name, (zh, _) in words.STATES.items()]
