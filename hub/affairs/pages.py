"""三务公开 on the public site: what a village published, entry by entry, what is due and late.

Calls `hub.affairs`, `hub.blobs.store`, `hub.config`, `hub.redaction.rules`, `hub.site`
and `hub.spoken.clips`.
"""

import hashlib
import json
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from django.db.models import Max

from hub.affairs import catalogue, cells, copies, dues, items, open_data, project_pages
from hub.affairs.gather import Gathered, Told, gather
from hub.affairs.items import CLASSES, HEADS
from hub.affairs.models import Event, Published, Question
from hub.affairs.project_pages import Projects
from hub.affairs.spans import Span, near, spans_of
from hub.affairs.standing import grouped
from hub.blobs import store
from hub.config import config
from hub.days import today
from hub.redaction import rules
from hub.site.files import File, Kept
from hub.site.frame import form, frame, report
from hub.site.place import Matter, Place, Slow, Tile
from hub.site.render import html
from hub.site.settings import settings
from hub.spoken import clips

LATEST: Final = 10
PNG: Final = b"\x89PNG"


def tiles(where: Place, _now_ms: int) -> tuple[Tile, ...]:
    """What the village's first page offers."""
    return (
        Tile(f"{where.folder}/affairs/", "三务公开", "党务、村务、财务，一笔一笔看"),
        Tile(f"{where.folder}/answers/", "回音壁", "村民问了什么，村里怎么答"),
    )


def township_tiles(now_ms: int) -> tuple[Tile, ...]:
    """What the township's first page offers: the catalogue, once there is one."""
    if catalogue.version_at(catalogue.current(), today(now_ms)) is None:
        return ()
    return (Tile("affairs/catalogue/", "公开目录", "哪些事要公开，什么时候公开"),)


def changed(mark: str, _now_ms: int) -> tuple[str, frozenset[str] | None]:
    """By five queries; a new catalogue changes all villages."""
    before = json.loads(mark) if mark else {}
    dropped = Event.objects.exclude(dropped=None)
    now = {
        "published": Published.objects.aggregate(last=Max("id"))["last"] or 0,
        "event": Event.objects.aggregate(last=Max("id"))["last"] or 0,
        "dropped": dropped.count(),
        "question": Question.objects.aggregate(last=Max("id"))["last"] or 0,
        "answered": Question.objects.aggregate(last=Max("answered_ms"))["last"] or 0,
        "catalogue": [f"{one.since}:{_digest(one)}" for one in catalogue.current()],
    }
    if not before or before["catalogue"] != now["catalogue"]:
        return json.dumps(now), None
    some: set[str] = set()
    rows = Published.objects.filter(id__gt=before["published"])
    some |= set(rows.values_list("edition__village", flat=True))
    some |= set(Event.objects.filter(id__gt=before["event"]).values_list("village", flat=True))
    if now["dropped"] != before["dropped"]:
        some |= set(dropped.values_list("village", flat=True))
    asked = Question.objects.filter(id__gt=before["question"])
    answered = Question.objects.filter(answered_ms__gt=before["answered"])
    some |= set((asked | answered).values_list("village", flat=True))
    return json.dumps(now), frozenset(some)


def pages(where: Place, now_ms: int, known: Container[str]) -> Iterator[File | Kept]:
    """A village's files."""
    found = gather(where.id, now_ms)
    folder = f"{where.folder}/affairs"
    around = frame(where) | {"where": where, "folder": f"{folder}/"}
    around["recordings"] = clips.recordings()
    spans = spans_of(found)
    projects = project_pages.projects(found, where.id, now_ms)
    yield from _overview(found, spans, projects, folder, where, around, now_ms)
    pictures = _pictures(found, folder, known)
    yield from pictures.values()
    paths = {name: one.path for name, one in pictures.items()}
    for one in found.told:
        yield from _edition(one, found, where, around, paths, known, now_ms)
    yield from project_pages.pages(projects, folder, around, paths)
    for span in spans:
        path = f"{folder}/time/{span.id}/index.html"
        yield html(path, "affairs/span.html", span=span, near=near(spans, span.year), **around)
    answers = [one for one in found.newest if one.form == "answers"]
    made = {"months": found.months, "answers": answers, "look": form("ask/")}
    yield html(f"{where.folder}/answers/index.html", "affairs/answers.html", **made, **around)


def township(now_ms: int) -> Iterator[File]:
    """The catalogue that is in force, as a page and as the file that it is."""
    version = catalogue.version_at(catalogue.current(), today(now_ms))
    if version is None:
        return
    rows = [(one, CLASSES[one.cls], dues.told(one.due)) for one in version.items.values()]
    made = {"since": version.since, "rows": rows, "heads": HEADS}
    yield html("affairs/catalogue/index.html", "affairs/catalogue.html", **made, **frame())
    yield File("affairs/catalogue/catalogue.csv", items.write(version.items))


def slow(where: Place, now_ms: int) -> Iterator[Slow]:
    """Paper and voice of each edition, the newest edition first."""
    telephones, recordings = settings(config()).telephones, clips.recordings()
    for one in gather(where.id, now_ms).newest:
        folder = f"{where.folder}/affairs/{one.folder}"
        yield from copies.of(one, where, folder, telephones, recordings=recordings)


MATTER: Final = Matter("affairs", changed, tiles, pages, township, township_tiles, slow)


def _digest(version: catalogue.Version) -> str:
    return hashlib.sha256(items.write(version.items)).hexdigest()


def _overview(
    found: Gathered, spans: Sequence[Span], projects: Projects, folder: str, where: Place,
    around: dict[str, Any], now_ms: int,
) -> Iterator[File]:  # fmt: skip
    open_dues = () if where.ended else [one for one in found.dues if one.open]
    late = [one for one in open_dues if one.state == "late"]
    made = {
        "late": grouped(late),
        "waiting": grouped(one for one in open_dues if one.state == "waiting"),
        "classes": [
            (cls, zh, sum(one.cls == cls for one in found.newest),
             sum(one.item.cls == cls for one in late))
            for cls, zh in CLASSES.items()
        ],
        "latest": found.newest[:LATEST],
        "projects": projects,
        "projects_late": sum(one.late for one, _ in projects),
        "spans": spans,
        "near": near(spans, spans[0].year if spans else ""),
        "has_catalogue": catalogue.version_at(catalogue.current(), today(now_ms)) is not None,
        "done": sum(one.state == "done" for one in found.dues),
        "ended": sum(one.state != "waiting" for one in found.dues),
    }  # fmt: skip
    yield html(f"{folder}/index.html", "affairs/index.html", **made, **around)
    for cls, zh in CLASSES.items():
        own = [one for one in found.newest if one.cls == cls]
        due = grouped(one for one in late if one.item.cls == cls)
        soon = [one for one in open_dues if one.state == "waiting" and one.item.cls == cls]
        given = {"name": zh, "told": own, "late": due, "waiting": grouped(soon)}
        yield html(f"{folder}/{cls}/index.html", "affairs/class.html", **given, **around)
    yield open_data.latest(folder, where, found.newest)
    yield open_data.package(folder, where, found.newest)


def _edition(
    one: Told, found: Gathered, where: Place, around: dict[str, Any], pictures: dict[bytes, str],
    known: Container[str], now_ms: int,
) -> Iterator[File | Kept]:  # fmt: skip
    """Its page and tables, and what there is of paper and voice; made once where nothing more will
    change: nobody asked, no other edition came, no name is to come down.
    """
    own = f"{where.folder}/affairs/{one.folder}"
    some = copies.of(one, where, own, around["telephones"], recordings=around["recordings"])
    wanted = [each.path for each in some]
    there = [path for path in wanted if path in known]
    until_ms = one.term.until_ms if one.term is not None and not one.term.over else None
    yield from (Kept(path, until_ms) for path in there)
    final = there == wanted and not one.asked and len(found.editions(one.series)) == 1
    final = final and not rules.open_columns(one.made.shown, one.at_ms, now_ms)
    if final and f"{own}/index.html" in known:
        yield from map(Kept, [f"{own}/index.html", *open_data.paths(own, one)])
        return
    page = _page(one, found, own, around, pictures, there)
    for file in (page, *open_data.files(own, one)):
        yield replace(file, lasting=final, until_ms=until_ms)


def _page(
    one: Told, found: Gathered, own: str, around: dict[str, Any], pictures: dict[bytes, str],
    there: Sequence[str],
) -> File:  # fmt: skip
    rows = [
        [
            (column.zh, column.type, cells.told(column.type, cell))
            for column, cell in zip(one.made.columns, row, strict=True)
        ]
        for row in one.made.rows
    ]
    made = {
        "one": one,
        "rows": rows,
        "own": f"{own}/",
        "editions": found.editions(one.series),
        "pictures": [
            (pictures[each.sha256], each.name)
            for each in one.made.attachments
            if each.sha256 in pictures
        ],
        "ask": form(f"ask/{one.series}/"),
        "report": report(around["where"], f"notice:{one.series}.{one.number}"),
        "report_row": report(around["where"], f"payment:{one.series}.{one.number}")
        if one.total is not None
        else "",
        "copies": {kind: path for path in there for kind in copies.KINDS if path.endswith(kind)},
    }
    return html(f"{own}/index.html", "affairs/release.html", **made, **around)


def _pictures(found: Gathered, folder: str, known: Container[str]) -> dict[bytes, File | Kept]:
    """Each picture once, by its hash, which is its name."""
    made: dict[bytes, File | Kept] = {}
    for name in {each.sha256 for one in found.told for each in one.made.attachments}:
        paths = [f"{folder}/pictures/{name.hex()}.{kind}" for kind in ("png", "jpg")]
        kept = next((path for path in paths if path in known), None)
        data = None if kept else store.get(name)
        if kept is not None:
            made[name] = Kept(kept)
        elif data is not None:
            made[name] = File(paths[not data.startswith(PNG)], data, lasting=True)
    return made
