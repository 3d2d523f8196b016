"""`sealhub site`: keeps the public site, a folder of files, as the hub's matters have it now.

Calls `hub.{affairs,disclosure,relief,services,site}`, `hub.config`, `hub.days` and
`hub.operate.pulse`. It reads the database and writes the folder alone; nobody waits for it.
Villages are made anew when a matter says that they may be others, all of them when a day begins,
and everything when the software or the site's settings are others.
"""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from hub.affairs import pages as affairs
from hub.config import Config
from hub.days import today
from hub.disclosure import front as front_pages
from hub.disclosure import pages as stamps
from hub.disclosure import queries
from hub.disclosure.front import place
from hub.disclosure.queries import Village
from hub.log.published import write
from hub.operate.pulse import Pulse
from hub.relief import pages as relief
from hub.services import pages as services
from hub.site.files import File, Kept
from hub.site.folder import Folder
from hub.site.key import SiteKey
from hub.site.manifest import closing
from hub.site.place import Matter
from hub.site.settings import settings
from wire.lists.villages import FormerVillage

NAME: Final = "site"
POLL_S: Final = 0.5
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
    """How many villages were made anew, and how many files written."""

    villages: int
    written: int


@dataclass(frozen=True)
class _Plan:
    """What the marks will be, whose pages are made, and the matters of which nothing is kept."""

    marks: Marks
    there: Sequence[Village]
    former: Sequence[FormerVillage]
    chosen: frozenset[str]
    anew: frozenset[str]


def run(config: Callable[[], Config], now_ms: Callable[[], int], stopping: threading.Event) -> None:
    """Until `stopping`; prints a line with `ready` once the site is what the hub knows."""
    pulse, ready = Pulse(config().state, NAME), False
    while not stopping.is_set():
        made = build(config(), now_ms(), pulse.beat)
        pulse.count("villages", made.villages)
        pulse.count("files", made.written)
        if not ready:
            print("site: ready", flush=True)
            ready = True
        pulse.beat()
        stopping.wait(POLL_S)


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
    own, key = settings(config), SiteKey.load(config)
    folder = Folder(own.folder, own.beside)
    before = Marks() if afresh else _read(own.beside / _MARKS)
    plan = _planned(config, before, matters, now_ms)
    if plan.marks == before:
        return Built(0, 0)
    written = 0
    for village in plan.there:
        if village.id in plan.chosen:
            owner = f"village-{village.id}"
            files = _village(village, plan, folder.lasting(owner), matters, now_ms)
            close = closing(key, place(village).folder)
            written += folder.put(owner, files, close, afresh=afresh).written
            beat()
    files = _township(plan, matters, now_ms)
    written += folder.put(TOWNSHIP, files, closing(key, ""), afresh=afresh).written
    write(own.beside / _MARKS, json.dumps(vars(plan.marks)).encode())
    return Built(len(plan.chosen), written)


def _planned(config: Config, before: Marks, matters: Sequence[Matter], now_ms: int) -> _Plan:
    basis, day = _basis(config), str(today(now_ms))
    if basis != before.basis:
        before = Marks()
    found = {one.name: one.changed(before.matters.get(one.name, ""), now_ms) for one in matters}
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
    return _Plan(marks, there, former, chosen, anew)


def _village(
    where: Village,
    plan: _Plan,
    lasting: frozenset[str],
    matters: Sequence[Matter],
    now_ms: int,
) -> Iterator[File | Kept]:
    own = place(where)
    tiles = [tile for one in matters for tile in one.tiles(own, now_ms)]
    front = frozenset() if plan.anew else lasting
    yield from front_pages.village(where, plan.there, plan.former, tiles, front)
    for one in matters:
        yield from one.pages(own, now_ms, () if one.name in plan.anew else lasting)


def _township(plan: _Plan, matters: Sequence[Matter], now_ms: int) -> Iterator[File]:
    tiles = [tile for one in matters for tile in one.township_tiles(now_ms)]
    yield from front_pages.township(plan.there, tiles)
    for one in matters:
        yield from one.township(now_ms)


def _basis(config: Config) -> str:
    """Which software and settings the pages are made by."""
    made = hashlib.sha256(_code())
    said = (config.origins, config.hotline_origin, config.township, settings(config).telephones)
    made.update(repr(said).encode())
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
