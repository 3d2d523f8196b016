"""便民服务 on the public site: what to bring, where and when, what is near, what needs no stamp.

Calls `hub.services`, `hub.site`, `hub.devices.authority`, `hub.config` and `wire`. All words are
the township's data files' and the officers' signed lists'; no page names a person.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from hub.config import config
from hub.devices import authority
from hub.services import changes, files, machines, near
from hub.services.guide import Guide, Point
from hub.services.sheet import Item as Service
from hub.services.walk import Near
from hub.site.files import File, Kept
from hub.site.frame import form, frame
from hub.site.place import Matter, Place, Tile
from hub.site.render import html
from wire.lists.content import Item


@dataclass(frozen=True)
class Told:
    """One service as its page tells it: its points, the nearest first; `apply` is the address of
    the form where a seal is asked for, `book` that of appointments; `instead` is the item of the
    signed list that needs no seal, and says where to go.
    """

    service: Service
    points: tuple[Near, ...]
    apply: str
    book: str
    instead: Item | None


def tiles(where: Place, _now_ms: int) -> tuple[Tile, ...]:
    """What the village's first page offers; nothing where the township has no guide."""
    if where.ended or not _guide().themes:
        return ()
    return (Tile(f"{_folder(where)}/", "便民服务", "办什么事，带什么，去哪里"),)


def pages(where: Place, now_ms: int, _known: Container[str]) -> Iterator[File | Kept]:
    """A village's files."""
    guide = _guide()
    if where.ended or not guide.themes:
        return
    shared = frame(where) | {"where": where, "folder": _folder(where)}
    points = near.shown(guide, where.id)
    matters = {} if authority.current() is None else authority.catalogue().items
    yield _page(where, "index", shared, guide=guide, look=form("look/"), book=_book(where, points))
    apply = _forms(where, matters, now_ms)
    states = machines.online(near.told(guide, where.id), now_ms)
    shared |= {"states": states, "now_ms": now_ms}
    for theme in guide.themes.values():
        told = [_told(where, guide, one, matters, apply) for one in guide.of_theme(theme.id)]
        name = f"theme-{theme.id}"
        yield _page(where, name, shared, template="theme", theme=theme, told=told)
    yield _page(
        where,
        "points",
        shared,
        points=[(one, states.get(one.point.machine), _booked(where, one.point)) for one in points],
        known=where.id in guide.villages,
        walking=guide.walking,
    )
    forbidden = [one for one in matters.values() if one.cls == "forbidden"]
    yield _page(where, "no-stamp", shared, forbidden=forbidden)


MATTER: Final = Matter("services", changes.changed, tiles, pages)


def _told(
    where: Place,
    guide: Guide,
    service: Service,
    matters: Mapping[str, Item],
    apply: Mapping[str, str],
) -> Told:
    item, points = matters.get(service.matter), near.of_item(guide, where.id, service)
    return Told(
        service,
        points,
        apply.get(service.matter, ""),
        next((_booked(where, one.point) for one in points if one.point.times), ""),
        item if item is not None and item.cls != "allowed" else None,
    )


def _forms(where: Place, matters: Mapping[str, Item], now_ms: int) -> dict[str, str]:
    """By item the address of its form: allowed, in force, with a seal for it in the village."""
    own = (one for one in authority.machines().values() if one.village == where.id)
    kinds = {seal.kind for machine in own for seal in machine.seals}
    return {
        one.id: form(f"v/{where.id}/apply/{one.id}/")
        for one in matters.values()
        if one.cls == "allowed" and one.in_force(now_ms) and kinds & {*one.seals}
    }


def _booked(where: Place, point: Point) -> str:
    """Where an appointment there is made."""
    return form(f"v/{where.id}/appointment/{point.id}/") if point.times else ""


def _book(where: Place, points: tuple[Near, ...]) -> str:
    some = any(one.point.times for one in points)
    return form(f"v/{where.id}/appointment/") if some else ""


def _page(
    where: Place, name: str, shared: Mapping[str, Any], *, template: str = "", **context: Any
) -> File:
    path = f"{_folder(where)}/{name}.html"
    return html(path, f"services/{template or name.replace('-', '_')}.html", **shared, **context)


def _folder(where: Place) -> str:
    return f"{where.folder}/services"


def _guide() -> Guide:
    return files.load(config().state)
