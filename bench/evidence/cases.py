"""The cases: what was photographed, and what ought to be said of it. Calls bench.evidence.

A case is made from its name and a number alone, so that one that went wrong can be looked at again.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import cv2

from bench.evidence import documents, typeset
from bench.evidence.camera import Shot, photo
from bench.evidence.documents import Paper
from bench.evidence.paper import Seal, folded, printed, scanned, sealed
from bench.evidence.typeset import Look, Pixels

Point = tuple[float, float]


@dataclass(frozen=True)
class Case:
    """`word` is the one of no_page, blank, unsharp that is true, or ''. `same`, `seals` and
    `change` (new, none, other) are None where nothing is asked. `seals` are in mm from the top left
    of the sheet as it lies flat before the eye.
    """

    photo: bytes
    pages: tuple[bytes, ...] = ()
    before: bytes | None = None
    word: str = ""
    same: bool | None = None
    seals: tuple[Point, ...] | None = None
    change: str | None = None


Maker = Callable[[random.Random], Case]


@dataclass(frozen=True)
class Kind:
    """`share`: how many of a full run."""

    share: int
    make: Maker


def make(kind: str, number: int) -> Case:
    """The case of that kind and number."""
    return KINDS[kind].make(random.Random(f"{kind} {number}"))


def _approved(page: Pixels, chance: random.Random, how: str = "") -> bytes:
    """As a file from the office's computer, a scan, or a photo by such a camera."""
    how = how or chance.choice(("file", "scan", "photo"))
    if how == "file":
        return _png(page)
    if how == "photo":
        return photo([printed(page, chance)], Shot.any(chance), chance)
    return scanned(page, chance, hard=how == "hard scan")


def _png(page: Pixels) -> bytes:
    ok, data = cv2.imencode(".png", cv2.cvtColor(page, cv2.COLOR_RGB2BGR))
    assert ok
    return bytes(data)


def _paper(chance: random.Random) -> tuple[Paper, Look]:
    return documents.paper(chance), Look.any(chance)


def _same(
    *, fold: bool = False, shadow: bool = False, hand: bool = False, seals: int = 0, how: str = ""
) -> Maker:
    def make(chance: random.Random) -> Case:
        paper, look = _paper(chance)
        page = typeset.page(paper, look)
        turns = {"turn": chance.choice((0, 2))} if hand else {}
        shot = Shot.any(chance, shadow=shadow, hand=hand, **turns)
        sheet, where = _stamped(printed(page, chance), seals, chance)
        taken = photo([folded(sheet, chance) if fold else sheet], shot, chance)
        return Case(taken, (_approved(page, chance, how),), same=True, seals=_seen(where, shot))

    return make


def _other(change: Callable[[Paper, random.Random], Paper]) -> Maker:
    """A page that is not the approved one, under ordinary and harder conditions."""

    def make(chance: random.Random) -> Case:
        paper, look = _paper(chance)
        sheet = printed(typeset.page(change(paper, chance), look), chance)
        seals = chance.choice((0, 0, 1))
        sheet, where = _stamped(sheet, seals, chance)
        if chance.random() < 0.25:
            sheet = folded(sheet, chance)
        shot = Shot.any(chance, shadow=chance.random() < 0.25)
        how = "hard scan" if chance.random() < 0.15 else ""
        approved = _approved(typeset.page(paper, look), chance, how)
        taken = photo([sheet], shot, chance)
        return Case(taken, (approved,), same=False, seals=_seen(where, shot))

    return make


def _longer(paper: Paper, _chance: random.Random) -> Paper:
    return documents.longer(paper)


def _stranger(_paper: Paper, chance: random.Random) -> Paper:
    return documents.paper(chance)


def _empty(kind: str) -> Maker:
    def make(chance: random.Random) -> Case:
        sheet = printed(typeset.empty(kind, chance), chance)
        if chance.random() < 0.3:
            sheet = folded(sheet, chance)
        shot = Shot.any(chance, shadow=chance.random() < 0.3)
        return Case(photo([sheet], shot, chance), word="blank", seals=())

    return make


def _unsharp(**fault: object) -> Maker:
    def make(chance: random.Random) -> Case:
        page = typeset.page(*_paper(chance))
        values = {
            name: chance.uniform(*span) if name != "motion" else chance.randint(*span)
            for name, span in fault.items()
            if isinstance(span, tuple)
        }
        shot = Shot.any(chance, **values)
        return Case(photo([printed(page, chance)], shot, chance), word="unsharp")

    return make


def _no_sheet(chance: random.Random) -> Case:
    shot = Shot.any(chance, hand=chance.random() < 0.4, shadow=chance.random() < 0.3)
    return Case(photo([], shot, chance), word="no_page")


def _two_sheets(chance: random.Random) -> Case:
    """The approved page below, another on it, a strip of the lower one in sight."""
    paper, look = _paper(chance)
    below = typeset.page(paper, look)
    above = typeset.page(documents.other_amount(paper, chance), look)
    sheets = [printed(below, chance), printed(above, chance)]
    shot = Shot.any(chance, turn=chance.choice((0, 2)))
    return Case(photo(sheets, shot, chance), (_approved(below, chance),), same=False)


def _pressed(new: int, old: int = 0, *, swap: bool = False, wrote: bool = False) -> Maker:
    """A photo before and one after a press: `new` impressions came, `old` were there. `swap`: the
    sheet was exchanged for a look-alike; `wrote`: a line was added.
    """

    def make(chance: random.Random) -> Case:
        paper, look = _paper(chance)
        page = typeset.page(paper, look)
        start = printed(page, chance)
        sheet, seals = _stamped(start, old, chance)
        before = photo([sheet], _mild(chance), chance)
        if swap or wrote:
            altered = documents.other_amount(paper, chance) if swap else documents.longer(paper)
            sheet = printed(typeset.page(altered, look), chance)
            for seal in seals:
                sheet = sealed(sheet, seal)
        sheet, seals = _stamped(sheet, new, chance, seals)
        shot = _mild(chance)
        change = "other" if swap or wrote or new > 1 else "new" if new else "none"
        taken = photo([sheet], shot, chance)
        where = _seen(seals, shot)
        return Case(taken, (), before, seals=where, change=change)

    return make


def _unsealed(chance: random.Random) -> Case:
    """The sheet that bore a seal was exchanged for one without, and that was stamped elsewhere."""
    page = printed(typeset.page(*_paper(chance)), chance)
    first, seals = _stamped(page, 1, chance)
    before = photo([first], _mild(chance), chance)
    second, _ = _stamped(page, 1, chance, seals)
    return Case(photo([second], _mild(chance), chance), (), before, change="other")


def _mild(chance: random.Random) -> Shot:
    """The two photos of one press: the machine's own tray and light."""
    shot = Shot.any(chance)
    return replace(shot, tilt=shot.tilt / 2, light=1.0)


def _stamped(
    sheet: Pixels, count: int, chance: random.Random, seals: tuple[Seal, ...] = ()
) -> tuple[Pixels, tuple[Seal, ...]]:
    for _ in range(count):
        seals = (*seals, Seal.any(chance, seals))
        sheet = sealed(sheet, seals[-1])
    return sheet, seals


def _seen(seals: tuple[Seal, ...], shot: Shot) -> tuple[Point, ...]:
    """A sheet laid flat stands as it lies; one on its side has been turned anticlockwise."""
    upright = shot.turn in (0, 3)
    return tuple((one.x, one.y) if upright else (210 - one.x, 297 - one.y) for one in seals)


KINDS: Final[Mapping[str, Kind]] = {
    "same: flat": Kind(190, _same()),
    "same: folded": Kind(130, _same(fold=True)),
    "same: shadow": Kind(130, _same(shadow=True)),
    "same: hand": Kind(90, _same(hand=True)),
    "same: one seal": Kind(120, _same(seals=1)),
    "same: two seals, folded": Kind(70, _same(seals=2, fold=True)),
    "same: black and white scan": Kind(60, _same(how="hard scan")),
    "look-alike: amount": Kind(300, _other(documents.other_amount)),
    "look-alike: name": Kind(160, _other(documents.other_name)),
    "another: line added": Kind(40, _other(_longer)),
    "another: document": Kind(50, _other(_stranger)),
    "empty: blank": Kind(60, _empty("blank")),
    "empty: lines": Kind(50, _empty("lines")),
    "empty: letterhead": Kind(50, _empty("letterhead")),
    "unsharp: defocus": Kind(50, _unsharp(defocus=(3.5, 8.0))),
    "unsharp: motion": Kind(40, _unsharp(motion=(18, 45))),
    "unsharp: dark": Kind(30, _unsharp(light=(0.04, 0.12))),
    "no sheet": Kind(60, _no_sheet),
    "two sheets": Kind(40, _two_sheets),
    "press: one new": Kind(130, _pressed(1)),
    "press: one new beside another": Kind(60, _pressed(1, 1)),
    "press: none": Kind(40, _pressed(0)),
    "press: none, one old": Kind(30, _pressed(0, 1)),
    "press: two new": Kind(30, _pressed(2)),
    "press: sheet swapped": Kind(50, _pressed(1, swap=True)),
    "press: line added": Kind(20, _pressed(1, wrote=True)),
    "press: seal gone": Kind(20, _unsealed),
}
TOTAL: Final = sum(kind.share for kind in KINDS.values())


def sample(count: int) -> list[tuple[str, int]]:
    """About `count` cases with every kind in its share, at least one of each."""
    return [
        (name, number)
        for name, kind in KINDS.items()
        for number in range(max(1, round(kind.share * count / TOTAL)))
    ]
