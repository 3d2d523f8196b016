"""扶贫 on the public site: a village's funds and projects, its notices, the look-up, whom to call.

Calls `hub.relief`, `hub.affairs.models`, `hub.redaction.rules`, `hub.site` and `hub.config`. Names
of whoever is responsible stand as the township's rules say, else masked. Lists of people are
releases: here is only which there are, and how long they are shown.
"""

import hashlib
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, Final

from django.db.models import Count, Max, Q

from hub.affairs.models import Published
from hub.config import config
from hub.redaction import rules
from hub.redaction.terms import term
from hub.relief import fields, listed, notices, tables
from hub.relief.models import Batch, Fund, Project
from hub.relief.settings import CALLED, HOTLINE, settings
from hub.relief.tables import BENEFITS
from hub.site.files import File, Kept
from hub.site.frame import form, frame, report
from hub.site.place import Matter, Place, Tile
from hub.site.render import html
from wire.release import AMOUNT, Cell, Column

Shown = list[list[tuple[Column, Cell]]]


def changed(mark: str, _now_ms: int) -> tuple[str, frozenset[str] | None]:
    """The next mark, and the villages in which something was entered or put to notice since; None
    for all where the township's funds or rules changed, or a sheet was withdrawn. Five queries at
    most.
    """
    sheets = Batch.objects.exclude(kind=fields.BENEFITS)
    found = sheets.aggregate(
        newest=Max("id", default=0),
        count=Count("id"),
        withdrawn=Count("id", filter=Q(withdrawn_ms__isnull=False)),
    )
    public = Published.objects.filter(edition__item=BENEFITS)
    last = public.aggregate(last=Max("id", default=0))["last"]
    basis = f"{found['withdrawn']} {_basis()}"
    new = f"{found['newest']} {found['count']} {last} {basis}"
    if new == mark:
        return new, frozenset()
    newest, count, shown, before = (mark or "0 0 0 ").split(" ", 3)
    since = sheets.filter(pk__gt=int(newest))
    if before != basis or found["count"] - int(count) != len(since):
        return new, None
    villages = {
        *Fund.objects.filter(batch__in=since).values_list("village", flat=True),
        *Project.objects.filter(batch__in=since).values_list("village", flat=True),
        *public.filter(pk__gt=int(shown)).values_list("edition__village", flat=True),
    }
    return new, None if listed.TOWNSHIP in villages else frozenset(villages)


def tiles(where: Place, _now_ms: int) -> tuple[Tile, ...]:
    """What the village's first page offers."""
    return (Tile(f"{where.folder}/relief/", "扶贫", "钱从哪里来，做了什么，您家有没有"),)


def pages(where: Place, now_ms: int, _known: Container[str]) -> Iterator[File | Kept]:
    """A village's page, in three queries."""
    projects = listed.projects([where.id])
    made = {
        "notices": notices.told(where.id, now_ms),
        "affairs": f"{where.folder}/affairs/r/",
        "funds": _redacted(listed.funds([listed.TOWNSHIP, where.id]), now_ms),
        "projects": _redacted(projects, now_ms),
        "report": report(where, ""),
    }
    page = _page(f"{where.folder}/relief/index.html", where.name, frame(where) | made)
    yield replace(page, until_ms=_until_ms(projects, now_ms))


def township(now_ms: int) -> Iterator[File]:
    """The township's own funds; /relief/ is the look-up's."""
    funds = _redacted(listed.funds([listed.TOWNSHIP]), now_ms)
    made = {"funds": funds, "projects": [], "notices": [], "report": ""}
    yield _page("funds/index.html", "全镇", frame() | made)


def township_tiles(_now_ms: int) -> tuple[Tile, ...]:
    """What the township's first page offers."""
    return (Tile("funds/", "扶贫", "全镇的扶贫资金，查自己家的"),)


MATTER: Final = Matter("relief", changed, tiles, pages, township, township_tiles)


def _page(path: str, name: str, made: Mapping[str, Any]) -> File:
    now = settings(config())
    around = {
        "name": name,
        "look": form("relief/"),
        "hotline": HOTLINE,
        "county": now.county,
        "county_name": now.county_name or "县里的扶贫公开网",
        "amount": AMOUNT,
    }
    telephones = ((CALLED, HOTLINE), *made["telephones"])
    return html(path, "relief/index.html", **around, **{**made, "telephones": telephones})


def _redacted(found: Iterable[Fund] | Iterable[Project], now_ms: int) -> Shown:
    """As the public reads them now, the newest first; each sheet's names by its own day."""
    items = rules.load(config().state).items
    shown: Shown = []
    for at_ms, some in groupby(found, key=lambda one: one.batch.at_ms):
        columns, item, rows = _table(list(some))
        told = rules.redacted(columns, rows, items.get(item), at_ms, now_ms)
        shown += [list(zip(columns, row, strict=True)) for row in told]
    return shown[::-1]


def _until_ms(projects: Iterable[Project], now_ms: int) -> int | None:
    """When the first of the names that stand there now comes down."""
    shown = rules.load(config().state).items.get(tables.PROJECTS)
    begun = {one.batch.at_ms for one in projects} if shown else set()
    ends = (term(shown, at_ms, now_ms).until_ms for at_ms in begun if shown)
    return min((one for one in ends if now_ms < one), default=None)


def _table(some: Sequence[Any]) -> tuple[Sequence[Column], str, tables.Rows]:
    if isinstance(some[0], Fund):
        return tables.FUND_COLUMNS, tables.FUNDS, tables.funds(some)
    return tables.PROJECT_COLUMNS, tables.PROJECTS, tables.projects(some)


def _basis() -> str:
    """Changes with the settings and rules that a page is made by; raises ConfigError."""
    told = repr((settings(config()), sorted(rules.load(config().state).items.items())))
    return hashlib.sha256(told.encode()).hexdigest()[:16]
