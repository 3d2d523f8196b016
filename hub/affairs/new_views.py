"""Pages on which a draft is begun: of which item, which period, or what happened and when.

Calls `hub.affairs`, `hub.people` and `hub.clock`.
"""

from collections.abc import Sequence
from datetime import date

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from hub.affairs import catalogue, drafts, dues, parts, projects, village
from hub.affairs.items import CLASSES, Item
from hub.affairs.models import Draft, Event
from hub.affairs.views import draft_for, private, writes
from hub.clock import now_ms
from hub.days import read as read_day
from hub.days import today
from hub.people.roster import Staff
from hub.people.session import ANY, refused, require
from wire import release
from wire.release import Cell


@require_http_methods(["GET", "POST"])
@require(ANY)
def new(request: HttpRequest, staff: Staff) -> HttpResponseBase:
    """Which item, and of which period or event; then a draft of it, the same while there is one."""
    asked = request.POST if request.method == "POST" else request.GET
    items = _current_items()
    values = {name: asked.get(name, "").strip() for name in ("item", "day", "called", "event")}
    wrong: dict[str, str] = {}
    if request.method == "POST":
        mine = writes(staff, staff.village)
        wrong = _wrong(values, items) if mine else {"item": "只有村里的人能填本村的公开。"}
        if not wrong:
            return redirect("affairs:draft", _begun(values, items[values["item"]], staff).pk)
    context = {
        "staff": staff,
        "event": _named(values, staff),
        "groups": [
            (zh, [one for one in items.values() if one.cls == cls]) for cls, zh in CLASSES.items()
        ],
        "values": values,
        "wrong": wrong,
        "today": today(now_ms()).isoformat(),
    }
    return private(render(request, "affairs/new.html", context, status=400 if wrong else 200))


@require_POST
@require(ANY)
def drop_event(request: HttpRequest, number: int, staff: Staff) -> HttpResponseBase:
    """It was entered by mistake, for a reason; what was published of it keeps it."""
    words = " ".join(request.POST.get("words", "").split())
    rows = Event.objects.filter(pk=number, village=staff.village, dropped=None, editions=None)
    if not writes(staff, staff.village) or not 0 < len(words) <= 200 or not words.isprintable():
        return refused(request, "bad_request", "请写明为什么不办，最多 200 字 a reason is needed")
    if not Event.objects.filter(pk__in=rows.values("pk")).update(dropped=words):
        return refused(request, "not_now", "已经提交审核 it was put to review")
    Draft.objects.filter(event=number).delete()
    return redirect("affairs:index")


@require_POST
@require(ANY)
def split(request: HttpRequest, number: int, staff: Staff) -> HttpResponseBase:
    """What is too long for one release, as several drafts."""
    found = draft_for(staff, number)
    if found.replaces is not None:
        return refused(request, "not_now", parts.ONE_EDITION)
    parts.split(found, now_ms())
    return redirect("affairs:index")


def _current_items() -> dict[str, Item]:
    found = catalogue.version_at(catalogue.current(), today(now_ms()))
    return {} if found is None else dict(found.items)


def _wrong(values: dict[str, str], items: dict[str, Item]) -> dict[str, str]:
    wrong = {}
    item = items.get(values["item"])
    day = read_day(values["day"])
    if item is None:
        wrong["item"] = "请选一个公开事项。"
    if day is None:
        wrong["day"] = "日期请写成 2026-11-02。"
    elif item is not None and item.is_event:
        if day > today(now_ms()):
            wrong["day"] = "发生的日子不能在今天以后。"
        if values["event"]:
            return wrong
        if not 0 < len(values["called"]) <= 100 or not values["called"].isprintable():
            wrong["called"] = "请写明是哪件事，最多 100 字。"
    return wrong


def _begun(values: dict[str, str], item: Item, staff: Staff) -> Draft:
    day, now = date.fromisoformat(values["day"]), now_ms()
    event: Event | None = None
    rows: Sequence[Sequence[Cell]] = ()
    if item.is_event:
        event = _event(values, item, staff, now)
        period = day.isoformat() if item.form == "project" else event.on
    else:
        period = dues.period_of(item.due.every, day)
    title = f"{dues.called(period)}{item.zh}"
    if event is not None and item.form == "project":
        title = f"{event.called}：{dues.called(period)}的进展"
        former = village.latest_of(event)
        rows = (
            ()
            if former is None
            else projects.rows_again(
                release.decode(bytes(former.edition.subject.data)), item.columns
            )
        )
    begun = Draft.objects.filter(
        village=staff.village, item=item.id, period=period, event=event, replaces=None
    )
    return begun.order_by("-changed_ms").first() or drafts.draft_of(
        item.id, staff.village, period, item.columns, rows,
        title=title[:100], event=event, person=staff.person.id, now_ms=now,
    )  # fmt: skip


def _rows_again(event: Event, item: Item) -> Sequence[Sequence[Cell]]:
    """What the last report of it said: the next one goes on with that."""
    former = village.latest_of(event)
    if former is None:
        return ()
    return projects.rows_again(release.decode(bytes(former.edition.subject.data)), item.columns)


def _named(values: dict[str, str], staff: Staff) -> Event | None:
    """What happened, where it was entered already; raises Http404."""
    if not values["event"].isdecimal():
        return None
    own = Event.objects.filter(village=staff.village, item=values["item"], dropped=None)
    return get_object_or_404(own, pk=int(values["event"]))


def _event(values: dict[str, str], item: Item, staff: Staff, now: int) -> Event:
    return _named(values, staff) or Event.objects.create(
        village=staff.village, item=item.id, on=values["day"], called=values["called"],
        person=staff.person.id, at_ms=now,
    )  # fmt: skip
