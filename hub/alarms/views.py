"""Pages of alarms: the list, one alarm with its evidence, acknowledging it, its outcome.

Calls `hub.people.session`, `hub.blobs.store`, `hub.config`, `hub.searches`, `hub.operate.pulse` and
`hub.alarms`, `hub.records` for the evidence. The inspector sees all; the office that an alarm was
handed on to sees that one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hub.alarms import act, process, shown, sought
from hub.alarms.limits import Limits, limits
from hub.alarms.models import Alarm
from hub.alarms.shown import Shown
from hub.alarms.table import RULES
from hub.blobs import store
from hub.clock import moment, now_ms
from hub.config import config
from hub.ingest.models import Conflict, Record
from hub.operate.pulse import SILENT_MS, beats
from hub.people.roster import Staff
from hub.people.session import ANY, refused, require
from hub.records import filters, paging, queries, timeline
from hub.records.queries import Row
from hub.records.timeline import Press
from hub.searches import kept
from wire.refusals import Refused

PER_PAGE: Final = 30
PRIVATE: Final = "private, no-store"


@dataclass(frozen=True)
class Evidence:
    """What an alarm is about: its entry, the opening that this is a part of, rival entries."""

    row: Row | None = None
    press: Press | None = None
    rivals: tuple[Conflict, ...] = ()

    @property
    def photos(self) -> frozenset[str]:
        """Names of all photos that whoever sees the alarm may see."""
        found = [] if self.row is None else self.row.photos
        beside = [] if self.press is None else self.press.photos
        return frozenset(one.name for one in [*found, *beside])


@require_safe
@require(ANY)
def listed(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Alarms, those to be answered first above; narrowed as asked."""
    hours, now = limits(config()), now_ms()
    alarms = shown.seen_by(staff, hours)
    if alarms is None:
        return refused(request, "not_permitted", status=403)
    asked = sought.read(request.GET)
    paged = {"after", "before"} & request.GET.keys()
    if asked.query and not paged and shown.OFFICE in staff.offices:
        kept.keep(staff.person.id, "alarms", asked.values, now)
    query = alarms.none() if asked.wrong else asked.rows(alarms, now)
    page = paging.cut(query, asked.by, request.GET, PER_PAGE)
    found, beat = Alarm.objects.in_bulk(page.ids), beats(config().state).get(process.NAME)
    context = {
        "staff": staff,
        "page": page,
        "alarms": shown.shown([found[one] for one in page.ids], hours, now),
        "sought": asked,
        "states": sought.STATES.items(),
        "villages": filters.villages(),
        "devices": filters.devices(),
        "rules": RULES.values(),
        "last": None if beat is None else moment(beat.at_ms),
        "stopped": beat is None or now - beat.at_ms > SILENT_MS,
        "limits": [(rule, RULES[rule.id]) for rule in hours.rules.values()],
    }
    return _private(render(request, "alarms/index.html", context))


@require_safe
@require(ANY)
def detail(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """One alarm, what was expected and found, its evidence, what became of it."""
    found = _found(number, staff)
    return (
        refused(request, "not_permitted", status=403)
        if found is None
        else (_page(request, staff, *found))
    )


@require_POST
@require(ANY)
def acknowledge(request: HttpRequest, number: int, staff: Staff) -> HttpResponseBase:
    """I have seen it."""
    found = _found(number, staff)
    if found is None:
        return refused(request, "not_permitted", status=403)
    try:
        act.acknowledge(found[0], staff.person.id, now_ms())
    except Refused as no:
        return refused(request, no.code, no.detail)
    return redirect("alarms:detail", number)


@require_POST
@require(ANY)
def outcome(request: HttpRequest, number: int, staff: Staff) -> HttpResponseBase:
    """What I found."""
    found = _found(number, staff)
    if found is None:
        return refused(request, "not_permitted", status=403)
    typed = {name: request.POST.get(name, "") for name in ("verdict", "words")}
    wrong = act.wrong(**typed)
    if wrong:
        return _page(request, staff, *found, typed, wrong)
    try:
        act.settle(found[0], staff.person.id, now_ms=now_ms(), **typed)
    except Refused as no:
        return refused(request, no.code, no.detail)
    return redirect("alarms:detail", number)


@require_safe
@require(ANY)
def photo(request: HttpRequest, number: int, name: str, staff: Staff) -> HttpResponse:
    """A photo that is evidence of this alarm."""
    found = _found(number, staff)
    if found is None:
        return refused(request, "not_permitted", status=403)
    data = store.get(bytes.fromhex(name)) if name in _evidence(found[0]).photos else None
    if data is None:
        raise Http404
    reply = HttpResponse(data, content_type="image/jpeg")
    reply["X-Content-Type-Options"] = "nosniff"
    return _private(reply)


def _found(number: int, staff: Staff) -> tuple[Alarm, Limits] | None:
    """The alarm; None for who may see none. Raises Http404, also for one he may not see."""
    hours = limits(config())
    alarms = shown.seen_by(staff, hours)
    if alarms is None:
        return None
    found = alarms.filter(pk=number).first()
    if found is None:
        raise Http404
    return found, hours


def _page(
    request: HttpRequest,
    staff: Staff,
    alarm: Alarm,
    hours: Limits,
    typed: Mapping[str, str] = MappingProxyType({}),
    wrong: Mapping[str, str] = MappingProxyType({}),
) -> HttpResponse:
    (one,) = shown.shown([alarm], hours, now_ms())
    person, inspector = staff.person.id, shown.OFFICE in staff.offices
    context = {
        "staff": staff,
        "one": one,
        "evidence": _evidence(alarm),
        "photos": f"/alarms/{alarm.pk}/photos/",
        "inspector": inspector,
        "verdicts": act.WORDS.items(),
        "partaker": act.took_part(alarm, person),
        "mine": _mine(one, person),
        "typed": typed,
        "wrong": wrong,
    }
    page = render(request, "alarms/detail.html", context, status=400 if wrong else 200)
    return _private(page)


def _mine(one: Shown, person: str) -> frozenset[str]:
    """Which of acknowledging and judging this person has done."""
    return frozenset(one.alarm.steps.filter(person=person).values_list("kind", flat=True))


def _evidence(alarm: Alarm) -> Evidence:
    if alarm.entry_hash is None:
        return Evidence()
    record = Record.objects.filter(entry_hash=bytes(alarm.entry_hash)).first()
    if record is None:
        return Evidence()
    row = queries.rows([record])[0]
    rivals = Conflict.objects.filter(device=record.device, seq=record.seq).order_by("pk")
    return Evidence(row, timeline.press_of(record, row), tuple(rivals))


def _private(reply: HttpResponse) -> HttpResponse:
    reply["Cache-Control"] = PRIVATE
    return reply
