"""Staff pages of the hotline: cases, one case, its steps, and who may know who reported.

Calls `hub.{affairs.village,config,hotline,ingest.models,people,site.frame}`. Inspectors only; their
superiors see and grant openings and read no case.
"""

from collections.abc import Callable
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from hub.affairs.village import of_series
from hub.clock import moment, now_ms
from hub.config import config
from hub.hotline import attached, cards, desk, lists
from hub.hotline.limits import limits
from hub.hotline.places import names
from hub.hotline.routing import RECEIVER, routes
from hub.ingest.models import Record
from hub.people import roster
from hub.people.roster import Staff
from hub.people.session import ANY, refused, require
from hub.site.frame import form
from wire.refusals import Refused

ACTS: Final = {
    "accepted": "受理",
    "forwarded": "转办",
    "extended": "延期",
    "closed": "办结",
    "answered": "答复",
    "rated": "反映人评价",
}
STATES: Final = {
    lists.OPEN: "要办的",
    **{one: cards.STATES[one] for one in cards.OPEN},
    lists.DONE: "已答复和结束的",
}


@require_safe
@require(RECEIVER)
def index(request: HttpRequest, staff: Staff) -> HttpResponse:
    """A page of the cases that he may see: those to be worked on, those done, or of one state."""
    state = request.GET.get("state", lists.OPEN)
    state = state if state in STATES else lists.OPEN
    rows, more = lists.listed(staff, state, _number(request, "after"), now_ms())
    where = names()
    context = {
        "staff": staff,
        "rows": [_row(one, where) for one in rows],
        "states": STATES.items(),
        "state": state,
        "after": _last(state, rows) if more else None,
        "unsure": any(one.standing.unsure for one in rows),
    }
    return _private(render(request, "hotline/desk_index.html", context))


@require_safe
@require(RECEIVER)
def detail(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """One case: what was said, what was done, what may be done next."""
    return _page(request, staff, _case(number, staff))


@require_POST
@require(RECEIVER)
def act(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """The next step of it."""
    found, given = _case(number, staff), request.POST
    what, words, days = (given.get(one, "") for one in ("what", "words", "days"))

    def do() -> None:
        desk.act(found.case, what, words, days, staff.person.id, now_ms())

    return _done(request, staff, found, do, words)


@require_POST
@require(RECEIVER)
def say(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """A question or news for whoever reported."""
    found, words = _case(number, staff), request.POST.get("words", "")

    def do() -> None:
        desk.say(found.case, words, staff.person.id, now_ms())

    return _done(request, staff, found, do, words)


@require_POST
@require(RECEIVER)
def exclude(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """A person whom it is about: from now on he sees nothing of it."""
    found, who = _case(number, staff), request.POST.get("who", "")
    try:
        desk.exclude(found.case, who, staff.person.id, now_ms())
    except Refused as no:
        return refused(request, no.code, no.detail)
    return redirect("desk:index")


@require_POST
@require(RECEIVER)
def ask(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """To know who reported: the code is shown once."""
    found = _case(number, staff)
    try:
        code = desk.ask(found.case, request.POST.get("reason", ""), staff.person.id, now_ms())
    except Refused as no:
        return refused(request, no.code, no.detail)
    context = {"staff": staff, "number": number, "code": code, "limits": limits(config())}
    return _private(render(request, "hotline/desk_asked.html", context))


@require_safe
@require(RECEIVER)
def photo(_request: HttpRequest, number: int, photo: int, staff: Staff) -> HttpResponse:
    """The copy of a photo that was made here."""
    data = desk.photo(_case(number, staff).case, photo)
    if data is None:
        raise Http404
    kind = "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"
    return _private(HttpResponse(data, content_type=kind))


@require_safe
@require(ANY)
def openings(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Who asked to know who reported, who granted it, how often it was read."""
    if not _superior(staff):
        return refused(request, "not_permitted", status=403)
    called = roster.labels()
    decided = "decided" in request.GET
    found, more = lists.openings(staff, _number(request, "before"), decided=decided)
    rows = [
        {
            "one": one,
            "who": called.get(one.person, one.person),
            "at": moment(one.made_ms),
            "verdict": getattr(one, "verdict", None),
            "by": called.get(one.verdict.person, "") if hasattr(one, "verdict") else "",
            "opened": [moment(row.made_ms) for row in one.opened.all()],
        }
        for one in found
    ]
    before = found[-1].pk if more else None
    context = {"staff": staff, "rows": rows, "decided": decided, "before": before}
    return _private(render(request, "hotline/desk_openings.html", context))


@require_POST
@require(ANY)
def judge(request: HttpRequest, number: int, staff: Staff) -> HttpResponse:
    """The second person's word."""
    if not _superior(staff):
        return refused(request, "not_permitted", status=403)
    granted = request.POST.get("verdict") == "grant"
    try:
        desk.judge(staff, number, granted=granted, now_ms=now_ms())
    except Refused as no:
        return refused(request, no.code, no.detail)
    return redirect("desk:openings")


def _superior(staff: Staff) -> bool:
    """Of the offices that are asked, and no office of a village."""
    return bool(staff.offices & set(limits(config()).granters)) and not staff.of_village


def _number(request: HttpRequest, name: str) -> int | None:
    """Of an address; None for anything else."""
    text = request.GET.get(name, "")[:18]
    return int(text) if text.isascii() and text.isdecimal() else None


def _last(state: str, rows: list[lists.Shown]) -> int:
    """The number that the next page begins after."""
    numbers = [one.case.pk for one in rows]
    return min(numbers) if state == lists.DONE else max(numbers)


def _case(number: int, staff: Staff) -> lists.Shown:
    found = desk.find(staff, number, now_ms())
    if found is None:
        raise Http404
    return found


def _done(
    request: HttpRequest, staff: Staff, found: lists.Shown, do: Callable[[], None], words: str
) -> HttpResponse:
    """What was typed is kept where it cannot be done."""
    try:
        do()
    except Refused as no:
        return _page(request, staff, found, words, no.detail)
    return redirect("desk:detail", found.case.pk)


def _page(
    request: HttpRequest, staff: Staff, found: lists.Shown, words: str = "", wrong: str = ""
) -> HttpResponse:
    called = roster.labels()
    acts = sorted(found.case.acts.all(), key=lambda one: one.pk)
    said = [
        {
            "one": one,
            "who": called.get(one.person, one.person) if one.person else "反映人",
            "at": moment(one.made_ms),
            "files": [(sent.pk, sent.kind) for sent in one.originals.all()],
        }
        for one in desk.messages(found.case)
    ]
    context = {
        "staff": staff,
        "one": _row(found, names()),
        "about": attached.words(found.case.about, config().township),
        "record": _record(found.case.about),
        "said": said,
        "acts": [
            (ACTS[one.what], called.get(one.person, ""), one, moment(one.made_ms)) for one in acts
        ],
        "may": [(one, ACTS[one]) for one in cards.MAY[found.standing.state] if one != "rated"],
        "typed": words,
        "wrong": wrong,
    }
    status = 400 if wrong else 200
    return _private(render(request, "hotline/desk_detail.html", context, status=status))


def _record(about: str) -> str:
    """Where an inspector sees what a report is attached to; empty where there is no such thing."""
    found = attached.read(about)
    if found is None:
        return ""
    if found.kind == "stamp":
        there = Record.objects.filter(entry_hash=bytes.fromhex(found.name)).exists()
        return reverse("records:detail", args=[found.name]) if there else ""
    village = of_series(bytes.fromhex(found.name))
    where = f"#r{found.row}" if found.row else ""
    return form(f"v/{village}/affairs/r/{found.name}/{where}") if village else ""


def _row(one: lists.Shown, where: dict[str, str]) -> dict[str, object]:
    return {
        "case": one.case,
        "village": where.get(one.case.village, one.case.village),
        "concern": routes()[one.case.concern].zh,
        "state": cards.STATES[one.standing.state],
        "card": one.standing.card,
        "card_zh": cards.CARDS[one.standing.card],
        "due": one.standing.due,
        "unsure": one.standing.unsure,
        "named": one.named,
        "made": moment(one.case.made_ms),
    }


def _private(reply: HttpResponse) -> HttpResponse:
    reply["Cache-Control"] = "private, no-store"
    return reply
