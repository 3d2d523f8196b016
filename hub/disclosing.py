"""The public site, a folder of files, as the hub's matters have it now.

Calls `hub.{affairs,disclosure,relief,services,site,spoken}`, `hub.devices.authority`, `hub.config`
and `hub.days`. It reads the database and writes the folder alone; nobody waits for it.
Villages are made anew when a matter says that they may be others, all of them when a day begins,
and everything when the software or the site's settings are others. A matter whose data cannot be
read keeps what it had, and says so; the others go on.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from hub.affairs import pages as affairs
from hub.config import Config, ConfigError
from hub.days import today
from hub.devices import authority
from hub.disclosure import front as front_pages
from hub.disclosure import pages as stamps
from hub.disclosure import queries
from hub.disclosure.front import place
from hub.disclosure.queries import Village
from hub.log.published import write
from hub.relief import pages as relief
from hub.services import pages as services
from hub.site.files import File, Kept, by_hash
from hub.site.folder import Folder
from hub.site.given import Part
from hub.site.key import SiteKey
from hub.site.manifest import closing
from hub.site.place import Matter
from hub.site.settings import settings
from hub.site.waiting import Waiting
from hub.spoken import clips
from wire.lists.villages import FormerVillage

TOWNSHIP: Final = "township"
MATTERS: Final[tuple[Matter, ...]] = (affairs.MATTER, stamps.MATTER, relief.MATTER, services.MATTER)
"""In the order of their tiles."""
_MARKS: Final = "marks"
_HUB: Final = Path(__file__).parent
_MADE_OF: Final = (".py", ".html", ".css", ".js", ".svg", ".json")


@dataclass(frozen=True)
class Marks:
    """How far the site is: made by which software and settings (`basis`), on which day, each
    matter's mark, and each village's name and whether it ended.
    """

    basis: str = ""
    day: str = ""
    matters: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Sequence[Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Built:
    """How many villages were made anew, and how many files written; why, by name, a matter could
    not be asked.
    """

    villages: int
    written: int
    broken: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Plan:
    """What the marks will be, whose pages are made, the matters of which nothing is kept, and those
    that cannot be asked, with why.
    """

    marks: Marks
    there: Sequence[Village]
    former: Sequence[FormerVillage]
    chosen: frozenset[str]
    anew: frozenset[str]
    broken: Mapping[str, str]


def build(
    config: Config,
    now_ms: int,
    beat: Callable[[], None] = lambda: None,
    *,
    afresh: bool = False,
    matters: Sequence[Matter] = MATTERS,
) -> Built:
    """Bring the site up to date; `afresh` makes all of it, and mends what lies there otherwise.

    Raises ConfigError, SiteKeyError, OSError.
    """
    with authority.held():
        return _built(config, now_ms, beat, matters, afresh=afresh)


def told(broken: Mapping[str, str]) -> list[str]:
    """A line for each matter that keeps what it had."""
    return [
        f"site: {name}: 数据读不了，先用以前的页面。 Kept as it was, its data cannot be read: {why}"
        for name, why in sorted(broken.items())
    ]


def again(
    config: Config, folder: Folder, village: Village, matters: Sequence[Matter], now_ms: int
) -> int:
    """That village's pages once more, with what else of it lies there now; how many were written.
    Raises SiteKeyError, OSError.
    """
    close = closing(SiteKey.load(config), place(village).folder)
    with authority.held():
        there, former = queries.villages(), queries.former()
        broken = _asked(matters, {}, now_ms)[1]
        plan = _Plan(Marks(), there, former, frozenset(), frozenset(), broken)
        beside = settings(config).beside
        part = Part(owner_of(village), folder, beside, matters, broken, now_ms)
        files = _village(village, plan, part, part.lasting(), now_ms)
        return part.put(files, close, afresh=False)


def owner_of(village: Village) -> str:
    """What the folder calls it."""
    return f"village-{village.id}"


def _built(
    config: Config,
    now_ms: int,
    beat: Callable[[], None],
    matters: Sequence[Matter],
    *,
    afresh: bool,
) -> Built:
    own, key = settings(config), SiteKey.load(config)
    folder = Folder(own.folder, own.beside)
    before = Marks() if afresh else _read(own.beside / _MARKS)
    plan = _planned(config, before, matters, now_ms)
    if plan.marks == before:
        return Built(0, 0, plan.broken)
    written = 0
    Waiting(own.beside).add(plan.chosen)
    for village in plan.there:
        if village.id in plan.chosen:
            owner = owner_of(village)
            part = Part(owner, folder, own.beside, matters, plan.broken, now_ms)
            known = part.lasting() - frozenset(folder.torn(owner) if afresh else ())
            files = _village(village, plan, part, known, now_ms)
            written += part.put(files, closing(key, place(village).folder), afresh=afresh)
            beat()
    part = Part(TOWNSHIP, folder, own.beside, matters, plan.broken, now_ms)
    written += part.put(_township(plan, part, now_ms), closing(key, ""), afresh=afresh)
    write(own.beside / _MARKS, json.dumps(vars(plan.marks)).encode())
    return Built(len(plan.chosen), written, plan.broken)


def _planned(config: Config, before: Marks, matters: Sequence[Matter], now_ms: int) -> _Plan:
    basis, day = _basis(config), str(today(now_ms))
    if basis != before.basis:
        before = Marks()
    found, broken = _asked(matters, before.matters, now_ms)
    there, former = queries.villages(), queries.former()
    places = {one.id: [one.name, one.ended is not None] for one in there}
    marks = Marks(basis, day, {name: mark for name, (mark, _) in found.items()}, places)
    anew = frozenset(name for name, (_, some) in found.items() if some is None)
    if anew or day != before.day:
        chosen = frozenset(places)
    else:
        said = {one for _, some in found.values() if some is not None for one in some}
        other = {name for name, one in places.items() if before.places.get(name) != one}
        chosen = frozenset((said | other) & places.keys())
    return _Plan(marks, there, former, chosen, anew, broken)


def _asked(
    matters: Sequence[Matter], marks: Mapping[str, str], now_ms: int
) -> tuple[dict[str, tuple[str, frozenset[str] | None]], dict[str, str]]:
    """By matter what it answers from its mark, or why it cannot be asked."""
    found, broken = dict[str, tuple[str, frozenset[str] | None]](), dict[str, str]()
    for one in matters:
        try:
            found[one.name] = one.changed(marks.get(one.name, ""), now_ms)
        except ConfigError as error:
            broken[one.name] = str(error)
    return found, broken


def _village(
    where: Village, plan: _Plan, part: Part, lasting: Collection[str], now_ms: int
) -> Iterator[File | Kept]:
    own = place(where)
    tiles = part.tiles(lambda one: one.tiles(own, now_ms))
    named = frozenset(filter(by_hash, lasting)) if plan.anew else lasting
    yield from front_pages.village(where, plan.there, plan.former, tiles, named)
    yield from part.files(
        lambda one: one.pages(own, now_ms, named if one.name in plan.anew else lasting)
    )


def _township(plan: _Plan, part: Part, now_ms: int) -> Iterator[File | Kept]:
    tiles = part.tiles(lambda one: one.township_tiles(now_ms))
    yield from front_pages.township(plan.there, tiles)
    yield from part.files(lambda one: one.township(now_ms))


def _basis(config: Config) -> str:
    """Which software and settings the pages are made by."""
    made = hashlib.sha256(_code())
    own = settings(config).telephones, config.hotline_origin, clips.possible()
    made.update(repr((config.origins, config.township, *own)).encode())
    return made.hexdigest()


@lru_cache(maxsize=1)
def _code() -> bytes:
    """Of all that pages are made of."""
    made = hashlib.sha256()
    for path in sorted(_HUB.rglob("*")):
        if path.suffix in _MADE_OF and path.is_file():
            made.update(str(path.relative_to(_HUB)).encode() + b"\0" + path.read_bytes())
    return made.digest()


def _read(path: Path) -> Marks:
    try:
        return Marks(**json.loads(path.read_bytes()))
    except FileNotFoundError:
        return Marks()
