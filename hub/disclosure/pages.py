"""用印公开 on the public site: uses of a village's seals by month, each stamp, what may be stamped.

Calls `hub.disclosure`, `hub.site`, `hub.devices.authority`, `hub.cosign.shown`, `hub.config` and
`wire`. No page names a person, and none says what a paper was about.

The page of a stamp says what village and item were called when it was made: it is made once, and
again only where something became of the stamp.
"""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from hub.config import config
from hub.cosign.shown import witnessed
from hub.devices import authority
from hub.disclosure import open_data, queries, told
from hub.disclosure.changes import changed
from hub.disclosure.gather import Gathered, Use, gather
from hub.disclosure.numbers import twins
from hub.disclosure.proofs import Heads
from hub.disclosure.queries import Village
from hub.disclosure.told import Month, Words
from hub.site import qr
from hub.site.files import PAGE, TWICE, File, Kept
from hub.site.frame import form, frame, report
from hub.site.place import Matter, Place, Tile
from hub.site.render import html
from wire.lists.content import Item
from wire.stamp_code import StampCode, link

LAST: Final = 12
"""Months that a chart shows."""
_TWICE: Final = "这个编号有两次盖章，请扫二维码核验。\n"


def tiles(where: Place, _now_ms: int) -> tuple[Tile, ...]:
    """What the village's first page offers."""
    seal = Tile(f"{where.folder}/seal/", "用印公开", "盖过哪些章，一次一次都在这里")
    if where.ended:
        return (seal, *_complain(where))
    return (
        seal,
        Tile(f"{where.folder}/seal/may.html", "可以盖的事", "要谁批，怎么申请"),
        Tile(f"{where.folder}/seal/may-not.html", "不该盖的事", "该去哪里办"),
        Tile(form("look/"), "查办到哪一步", "有查询编号的，在这里查"),
        *_complain(where),
    )


def township_tiles(_now_ms: int) -> tuple[Tile, ...]:
    """What the township's first page offers besides its villages."""
    return (Tile("seal/", "怎样查真假", "谁都可以自己核对盖章记录"),)


def township(now_ms: int) -> Iterator[File]:
    """How anybody can verify the record, and how far the county has seen it."""
    made = {
        "witness": witnessed(now_ms),
        "checkpoint": form("log/checkpoint"),
        "county": f"{config().origins.county}/verify/",
    }
    yield html("seal/index.html", "seal/township.html", **frame(), **made)


def pages(where: Place, now_ms: int, known: Container[str]) -> Iterator[File | Kept]:
    """A village's files; those of a stamp of which nothing more will change may be kept."""
    village = queries.village(where.id)
    if village is None:
        return
    heads, found = Heads(), gather(where.id)
    items = {} if authority.current() is None else authority.catalogue().items
    needed = authority.current() is not None and authority.policy().quorum > 0
    words = Words(items, told.seals(village), heads.size, heads.seen, needed)
    months = told.months(found, words)
    yield from _record(where, months)
    yield from _matters(where, village, items.values(), now_ms)
    yield from _leaves(found, words, heads, known)
    yield from _stamps(where, found, words, heads, known)


MATTER: Final = Matter("seal", changed, tiles, pages, township, township_tiles)


def _record(where: Place, months: Sequence[Month]) -> Iterator[File]:
    folder = f"{where.folder}/seal"
    around = frame(where) | {"where": where, "months": months}
    newest = months[0] if months else None
    yield html(f"{folder}/index.html", "seal/index.html", month=newest, **around)
    for one in months:
        yield html(f"{folder}/{one.id}/index.html", "seal/month.html", month=one, **around)
        yield from open_data.month(f"{folder}/{one.id}", one)
    yield open_data.package(where, folder, months)
    shown = months[:LAST]
    figures = {
        "shown": shown,
        "most": max((one.stamps for one in shown), default=0),
        "items": told.items(shown),
    }
    yield html(f"{folder}/figures.html", "seal/figures.html", **figures, **around)


def _matters(where: Place, village: Village, items: Iterable[Item], now_ms: int) -> Iterator[File]:
    """What may be stamped, what not, and where to complain."""
    folder, around = f"{where.folder}/seal", frame(where) | {"where": where}
    yield html(f"{folder}/complain.html", "seal/complain.html", report=report(where, ""), **around)
    if where.ended:
        return
    offices = authority.policy().offices if items else {}
    asked = queries.asked_for(village, items, now_ms)
    may = [
        (
            one,
            queries.approvals_of(one, offices),
            form(f"v/{where.id}/apply/{one.id}/") if one.id in asked else "",
        )
        for one in items
        if one.cls == "allowed"
    ]
    yield html(f"{folder}/may.html", "seal/may.html", may=may, look=form("look/"), **around)
    elsewhere = {cls: [one for one in items if one.cls == cls] for cls in ("forbidden", "escalate")}
    yield html(f"{folder}/may-not.html", "seal/may_not.html", **elsewhere, **around)


def _leaves(
    found: Gathered, words: Words, heads: Heads, known: Container[str]
) -> Iterator[File | Kept]:
    """The proofs of all that is no stamp: other openings, corrections, lines of the register."""
    indexes = [one.line.leaf_index for one in found.uses if one.line.stamp is None]
    indexes += [one.void.leaf_index for one in found.uses if one.void is not None]
    indexes += [one.leaf_index for one in found.outside]
    for index in sorted({one for one in map(words.leaf, indexes) if one is not None}):
        path = f"log/proof/{index}"
        if path in known:
            yield Kept(path)
        else:
            yield File(path, heads.leaf(index), lasting=not words.pending(index))


def _stamps(
    where: Place, found: Gathered, words: Words, heads: Heads, known: Container[str]
) -> Iterator[File | Kept]:
    made = []
    for one in found.uses:
        if one.line.stamp is None:
            continue
        if one.void is None and f"{_folder(one.line.stamp)}/{PAGE}" in known:
            yield from map(Kept, _paths(one.line.stamp, known))
        else:
            made.append(one)
    twice = twins(one.line.stamp for one in made if one.line.stamp is not None)
    for one in made:
        yield from _stamp(where, one, words, heads, known, twice)


def _stamp(
    where: Place,
    use: Use,
    words: Words,
    heads: Heads,
    known: Container[str],
    twice: Container[bytes],
) -> Iterator[File | Kept]:
    """Its page, its code, and its proof file under the hash and under the number."""
    stamp = use.line.stamp or b""
    folder, code = _folder(stamp), StampCode.of(config().township, stamp)
    county, provable = config().origins.county, heads.hold(use.parts)
    verify = link(county, config().township, stamp)
    shown = told.told(use, words)
    lasting = (
        provable
        and use.void is None
        and not any(words.pending(one.leaf_index) for one in use.parts)
    )
    made = {
        "where": where,
        "line": shown,
        "in_log": provable,
        "verify": verify,
        "number": code.spoken,
        "county": county,
        "folder": folder,
        "report": report(where, f"stamp:{stamp.hex()}"),
    }
    page = html(f"{folder}/{PAGE}", "seal/stamp.html", **frame(where), **made)
    yield replace(page, lasting=lasting)
    picture = f"{folder}/qr.svg"
    yield Kept(picture) if picture in known else File(picture, qr.svg(verify), lasting=True)
    if code.prefix in twice:
        yield File(f"c/{code.digits}/{TWICE}", _TWICE.encode())
    if provable:
        proof = heads.stamp(use.parts)
        yield File(f"{folder}/proof.txt", proof, lasting=lasting)
        if code.prefix not in twice:
            yield File(f"c/{code.digits}/proof.txt", proof, lasting=lasting)


def _folder(stamp: bytes) -> str:
    return f"s/{stamp.hex()}"


def _paths(stamp: bytes, known: Container[str]) -> Iterator[str]:
    """What lies there of a stamp of which nothing more changes."""
    folder, code = _folder(stamp), StampCode.of(config().township, stamp)
    for path in (
        *(f"{folder}/{name}" for name in (PAGE, "qr.svg", "proof.txt")),
        f"c/{code.digits}/proof.txt",
    ):
        if path in known:
            yield path


def _complain(where: Place) -> tuple[Tile, ...]:
    by_phone = Tile(f"{where.folder}/seal/complain.html", "有疑问要反映", "可以找谁，打什么电话")
    if not (hotline := report(where, "")):
        return (by_phone,)
    return (Tile(hotline, "监察站直通车", "直接对镇监察站说，可以不写姓名"), by_phone)
