"""Pages for inspectors: a day with alarms, what is unusual and the sample; and figures.

Calls `hub.people.session`, `hub.config`, `hub.days`, `hub.daily`, `hub.alarms` and `hub.records`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub import days
from hub.alarms.models import Alarm
from hub.clock import now_ms
from hub.config import config
from hub.daily import figures, gather, rules, seals
from hub.daily.limits import limits
from hub.daily.models import DayHead
from hub.daily.rules import Stamp
from hub.ingest.models import Record
from hub.people.roster import Staff
from hub.people.session import require
from hub.records import index, queries
from hub.records.queries import Row

OFFICE: Final = "township.inspector"


@require_safe
@require(OFFICE)
def daily(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Yesterday, or the day asked for."""
    now, asked = now_ms(), request.GET.get("day", "").strip()[:20]
    yesterday = days.today(now) - timedelta(days=1)
    day, wrong = _day(asked, yesterday)
    bounds, stamps = limits(config()), gather.stamps(day)
    unusual = rules.reasons(stamps, gather.history(day, bounds), bounds)
    ranked = sorted((one for one in stamps if one.name in unusual), key=_rank(unusual))
    head = DayHead.objects.filter(day=day.isoformat()).first()
    drawn = (
        []
        if head is None
        else rules.sample(
            (one.name for one in stamps), bytes(head.root), day.isoformat(), bounds.sample
        )
    )
    waiting = Alarm.objects.filter(settled_ms=None)
    listed = ranked[: bounds.listed]
    rows = _rows([*(one.name for one in listed), *drawn])
    context = {
        "staff": staff,
        "day": day,
        "typed": asked or day.isoformat(),
        "wrong": wrong,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1) if day < yesterday else None,
        "stamps": len(stamps),
        "open": waiting.count(),
        "overdue": waiting.filter(due_ms__lte=now).count(),
        "unusual": [(rows[one.name], unusual[one.name]) for one in listed],
        "more": len(ranked) - len(listed),
        "head": head,
        "root": "" if head is None else bytes(head.root).hex(),
        "sample": [rows[name] for name in drawn],
        "limits": bounds,
    }
    reply = render(request, "daily/index.html", context, status=400 if wrong else 200)
    reply["Cache-Control"] = "private, no-store"
    return reply


@require_safe
@require(OFFICE)
def statistics(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Stamps of the last 30 days, or of those asked for."""
    last = days.today(now_ms())
    usual = {"since": (last - timedelta(days=29)).isoformat(), "until": last.isoformat()}
    typed = {name: request.GET.get(name, day).strip()[:20] for name, day in usual.items()}
    chosen, wrong = _days(typed)
    bounds = limits(config())
    context = {
        "staff": staff,
        "typed": typed,
        "wrong": wrong,
        "charts": [] if chosen is None else figures.charts(*chosen),
        "seals": [] if chosen is None else seals.seals(*chosen, bounds),
        "limits": bounds,
        "behind": index.behind(),
        "office_last": rules.WEEKDAYS[max(bounds.office_days, 1) - 1],
    }
    reply = render(request, "daily/figures.html", context, status=400 if wrong else 200)
    reply["Cache-Control"] = "private, no-store"
    return reply


def _days(typed: Mapping[str, str]) -> tuple[tuple[date, date] | None, Mapping[str, str]]:
    """The first and the last day; None where something is wrong: field → a sentence."""
    found = {name: days.read(text) for name, text in typed.items()}
    first, last = found.values()
    if first is None or last is None:
        return None, {name: days.wrong(typed[name]) for name, day in found.items() if day is None}
    if not 0 <= (last - first).days < figures.LONGEST_DAYS:
        most = figures.LONGEST_DAYS
        return None, {"until": f"结束日期不能早于开始日期，最多 {most} 天。"}
    return (first, last), {}


def _day(asked: str, yesterday: date) -> tuple[date, str]:
    """The day, and what is wrong with what was typed."""
    if not asked:
        return yesterday, ""
    day = days.read(asked)
    if day is None:
        return yesterday, days.wrong(asked)
    if day > yesterday:
        return yesterday, "这一天还没有过完，请选昨天或更早。"
    return day, ""


def _rank(unusual: Mapping[bytes, Sequence[str]]) -> Callable[[Stamp], tuple[int, datetime]]:
    """Those with more reasons first, then in the order of time."""
    return lambda one: (-len(unusual[one.name]), one.at)


def _rows(names: Sequence[bytes]) -> Mapping[bytes, Row]:
    found = queries.rows(list(Record.objects.filter(entry_hash__in=set(names))))
    return {bytes(row.record.entry_hash): row for row in found}
