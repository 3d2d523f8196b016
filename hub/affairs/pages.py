"""三务公开 on the public site: what a village published, entry by entry, what is due and late.

Calls `hub.affairs`, `hub.blobs.store`, `hub.config` and `hub.site`.
"""

import hashlib
import json
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from django.db.models import Max

from hub.affairs import catalogue, cells, dues, items, open_data
from hub.affairs.gather import Gathered, Told, gather
from hub.affairs.items import CLASSES, HEADS
from hub.affairs.models import Event, Published, Question
from hub.affairs.spans import Span, spans_of
from hub.affairs.standing import STATES
from hub.blobs import store
from hub.days import today
from hub.site.files import File, Kept
from hub.site.frame import form, frame
from hub.site.place import Matter, Place, Tile
from hub.site.render import html

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
    spans = spans_of(found)
    yield from _overview(found, spans, folder, where, around, now_ms)
    pictures = _pictures(found, folder, known)
    yield from pictures.values()
    paths = {name: one.path for name, one in pictures.items()}
    for one in found.told:
        yield from _edition(one, found, folder, around, paths)
    yield from _projects(found, folder, around, paths)
    for span in spans:
        path = f"{folder}/time/{span.id}/index.html"
        yield html(path, "affairs/span.html", span=span, spans=spans, **around)
    answers = [one for one in found.newest if one.form == "answers"]
    made = {"months": found.months, "answers": answers}
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


MATTER: Final = Matter("affairs", changed, tiles, pages, township, township_tiles)


def _digest(version: catalogue.Version) -> str:
    return hashlib.sha256(items.write(version.items)).hexdigest()


def _overview(
    found: Gathered, spans: Sequence[Span], folder: str, where: Place,
    around: dict[str, Any], now_ms: int,
) -> Iterator[File]:  # fmt: skip
    open_dues = () if where.ended else [one for one in found.dues if one.open]
    due = [(one, dues.called(one.period), STATES[one.state]) for one in open_dues]
    late = [one for one in due if one[0].state == "late"]
    made = {
        "late": late,
        "waiting": [one for one in due if one[0].state == "waiting"],
        "classes": [
            (cls, zh, sum(one.cls == cls for one in found.newest),
             sum(one[0].item.cls == cls for one in late))
            for cls, zh in CLASSES.items()
        ],
        "latest": found.newest[:LATEST],
        "spans": spans,
        "has_catalogue": catalogue.version_at(catalogue.current(), today(now_ms)) is not None,
        "done": sum(one.state == "done" for one in found.dues),
        "ended": sum(one.state != "waiting" for one in found.dues),
    }  # fmt: skip
    yield html(f"{folder}/index.html", "affairs/index.html", **made, **around)
    for cls, zh in CLASSES.items():
        own = [one for one in found.newest if one.cls == cls]
        some = [one for one in due if one[0].item.cls == cls]
        given = {"name": zh, "told": own, "due": some}
        yield html(f"{folder}/{cls}/index.html", "affairs/class.html", **given, **around)
    yield open_data.latest(folder, where, found.newest)
    yield open_data.package(folder, where, found.newest)


def _edition(
    one: Told, found: Gathered, folder: str, around: dict[str, Any], pictures: dict[bytes, str]
) -> Iterator[File]:
    own = f"{folder}/{one.folder}"
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
    }
    page = html(f"{own}/index.html", "affairs/release.html", **made, **around)
    until_ms = one.term.until_ms if one.term is not None and not one.term.over else None
    for file in (page, *open_data.files(own, one)):
        yield replace(file, until_ms=until_ms)


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


def _projects(
    found: Gathered, folder: str, around: dict[str, Any], pictures: dict[bytes, str]
) -> Iterator[File]:
    by: dict[int, list[Told]] = {}
    for one in found.newest:
        if one.form == "project" and one.event is not None:
            by.setdefault(one.event, []).append(one)
    for event, told in by.items():
        path = f"{folder}/projects/{event}/index.html"
        yield html(path, "affairs/project.html", told=told, paths=pictures, **around)
