"""What the reading interface answers, narrowed to what the token's person may see.

Calls `hub.api`, `hub.alarms`, `hub.cases`, `hub.daily.figures`, `hub.exports.models`, `hub.fleet`,
`hub.records` and `hub.searches`. A list takes the same number of queries however long it is.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from hub import days
from hub.alarms.limits import limits as hours
from hub.alarms.models import Alarm
from hub.alarms.shown import shown as shown_alarms
from hub.alarms.sought import NAMES as ALARM_NAMES
from hub.alarms.sought import Sought as SoughtAlarms
from hub.api import plain
from hub.api.asked import Asked
from hub.api.tokens import Reader
from hub.cases import act
from hub.cases.models import Case, CaseItem
from hub.cases.shown import shown as shown_case
from hub.clock import now_ms
from hub.config import config
from hub.daily import figures
from hub.devices import authority
from hub.exports.models import BulkExport
from hub.fleet import limits as fleet
from hub.fleet import overview
from hub.ingest.models import Record
from hub.people import roster
from hub.records import paging, queries
from hub.records import plain as told
from hub.records.filters import NAMES as RECORD_NAMES
from hub.records.filters import Sought as SoughtRecords
from hub.records.paging import Cut
from hub.records.plain import Plain
from hub.searches import kept

SEARCHED: Final = {"records": RECORD_NAMES, "alarms": ALARM_NAMES}


def token(reader: Reader, _asked: Asked) -> Plain:
    """What may be read by it now."""
    return {
        "name": reader.token.name,
        "person": reader.person,
        "may": [one for one in reader.token.may if reader.reads(one)],
        "villages": None if reader.villages is None else sorted(reader.villages),
        "expires": told.at_ms(reader.token.expires_ms),
    }


def records(reader: Reader, asked: Asked) -> Plain:
    """As inspectors' list of records."""
    _keep(reader, "records", asked)
    first_ms, end_ms = asked.span
    values = {name: asked.text(name) for name in RECORD_NAMES}
    sought = SoughtRecords(values, first_ms=first_ms, end_ms=end_ms)
    query, path = sought.rows(reader.person)
    query = _within(query, f"{path}village", reader)
    size, by = asked.number("limit"), f"-{path}{sought.by}"
    page = paging.cut(query, by, asked.cursor, size, pk=f"{path}id")
    found = Record.objects.in_bulk(page.ids)
    rows = queries.rows([found[one] for one in dict.fromkeys(page.ids)])
    return _page([told.record(row) for row in rows], page)


def record(reader: Reader, _asked: Asked, sha256: str) -> Plain | None:
    """Field by field, with its signed bytes."""
    known = _within(Record.objects.all(), "village", reader)
    found = known.filter(entry_hash=bytes.fromhex(sha256)).first()
    if found is None:
        return None
    (row,) = queries.rows([found])
    return {
        "record": told.record(row),
        "fields": told.fields(row),
        "envelope": bytes(found.envelope).hex(),
    }


def alarms(reader: Reader, asked: Asked) -> Plain:
    """As inspectors' list of alarms."""
    _keep(reader, "alarms", asked)
    now = now_ms()
    sought = SoughtAlarms({name: asked.text(name) for name in ALARM_NAMES})
    query = sought.rows(_within(Alarm.objects.all(), "village", reader), now)
    page = paging.cut(query, sought.by, asked.cursor, asked.number("limit"))
    found = Alarm.objects.in_bulk(page.ids)
    made = shown_alarms([found[one] for one in page.ids], hours(config()), now)
    return _page([plain.alarm(one) for one in made], page)


def cases(reader: Reader, asked: Asked) -> Plain:
    """The newest first."""
    state = asked.text("state") or "open"
    query = _cases(reader)
    if state != "all":
        query = query.filter(end__isnull=state == "open")
    page = paging.cut(query, "-pk", asked.cursor, asked.number("limit"))
    found = Case.objects.annotate(count=Count("items")).select_related("end").in_bulk(page.ids)
    names = roster.labels()
    return _page([_case(found[one], names) for one in page.ids], page)


def case(reader: Reader, _asked: Asked, number: str) -> Plain | None:
    """All that is in it."""
    found = _cases(reader).filter(pk=int(number)).first()
    return None if found is None else shown_case(found, hours(config()), now_ms()).plain()


def machines(reader: Reader, asked: Asked) -> Plain:
    """In the order of their names."""
    village, after, size = asked.text("village"), asked.text("after"), asked.number("limit")
    known = sorted(
        one.device
        for one in authority.machines().values()
        if reader.sees(one.village) and village in ("", one.village) and one.device > after
    )
    chosen = [authority.machines()[one] for one in known[:size]]
    rows = overview.rows(chosen, fleet.limits(config()), now_ms())
    made = sorted((plain.machine(row) for row in rows), key=lambda one: str(one["device"]))
    return {"rows": made, "next": known[size - 1] if len(known) > size else None}


def statistics(reader: Reader, asked: Asked) -> Plain:
    """By village, item, operator and hour."""
    last = asked.day("until") or days.today(now_ms())
    first = max(last - timedelta(days=asked.number("days", 30) - 1), days.FIRST)
    village = asked.text("village")
    among = reader.villages if not village else frozenset({village})
    charts = figures.charts(first, last, among)
    return {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "tables": [plain.table(one) for one in charts],
    }


def exports(_reader: Reader, asked: Asked) -> Plain:
    """Who took out what, and the hash of what he got; none where it was broken off."""
    page = paging.cut(BulkExport.objects.all(), "-pk", asked.cursor, asked.number("limit"))
    found, names = BulkExport.objects.in_bulk(page.ids), roster.labels()
    made = [
        {
            "number": one.pk,
            "who": names.get(one.person, one.person),
            "begun": told.at_ms(one.begun_ms),
            "village": one.village or None,
            "since": one.since or None,
            "until": one.until or None,
            "sha256": None if one.sha256 is None else bytes(one.sha256).hex(),
        }
        for one in (found[pk] for pk in page.ids)
    ]
    return _page(made, page)


def _keep(reader: Reader, about: str, asked: Asked) -> None:
    """What he looked for, as on the pages; a further page of it is the same search."""
    values = {name: str(value) for name, value in asked.values.items() if name in SEARCHED[about]}
    if values and reader.person and not asked.cursor:
        kept.keep(reader.person, about, values, now_ms())


def _within(query: QuerySet[Any], village: str, reader: Reader) -> QuerySet[Any]:
    if reader.villages is None:
        return query
    return query.filter(**{f"{village}__in": reader.villages})


def _cases(reader: Reader) -> QuerySet[Case]:
    """Those that he may see; in some villages those alone that have nothing of another one."""
    seen = act.seen_by(reader.person)
    if reader.villages is None:
        return seen
    items = CaseItem.objects.filter(case=OuterRef("pk"))
    there = Record.objects.filter(entry_hash=OuterRef("entry_hash"), village__in=reader.villages)
    ours = Q(alarm__village__in=reader.villages) | Q(alarm=None) & Exists(there)
    about = items.filter(kind__in=("record", "alarm"))
    return seen.filter(Exists(about.filter(ours)) & ~Exists(about.exclude(ours)))


def _case(found: Case, names: Mapping[str, str]) -> Plain:
    end = getattr(found, "end", None)
    return {
        "number": found.pk,
        "title": found.title,
        "opened": told.at_ms(found.opened_ms),
        "opener": names.get(found.opener, found.opener),
        "outcome": None if end is None else end.outcome,
        "ended": None if end is None else told.at_ms(end.made_ms),
        "items": found.count,  # type: ignore[attr-defined]
    }


def _page(rows: list[Plain], page: Cut) -> Plain:
    return {"rows": rows, "next": page.after or None}
