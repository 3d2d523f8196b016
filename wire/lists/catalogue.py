"""The item list (清单): what may be stamped, with which seal, and through whose hands.

Calls only `wire.shape` and `wire.lists.later`.
Source of the three classes: 民发〔2020〕20号 and local lists.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final

from wire import shape
from wire.lists.later import LATER

DAY_MS: Final = 86_400_000
BEIJING_MS: Final = 8 * 3_600_000
"""China has one time and no summer time: its days begin so long before those of UTC."""
MOST: Final = 1000
YUAN_MOST: Final = 10**12 - 1
"""As much as an amount can be typed with twelve digits."""
CLASSES: Final = ("allowed", "forbidden", "escalate")


@dataclass(frozen=True)
class Step:
    """One approval: the office that gives it, and those that take its place, in order."""

    step: str
    office: str
    substitutes: tuple[str, ...]


@dataclass(frozen=True)
class Band:
    """From an amount of so many yuan on: who approves, and whether a resolution is demanded."""

    yuan: int
    chain: tuple[Step, ...]
    resolution: bool


@dataclass(frozen=True)
class Item:
    """One matter. `cls` allowed: `chain` in order; forbidden: `where_*` says where to go instead.

    `seals` are kinds of seals, `days_valid` counts from the application's creation, `same_page`
    demands the approved page under the seal, `emergency` lets it be stamped in an emergency,
    `basis` cites the rule it rests on, `phone` is that of the office that `where_*` names,
    `passkeys_only` takes approvals by passkeys alone, whatever else the policy allows.
    `since` and `until` are its first and last day (ISO, Beijing time), empty for no bound: judged,
    as terms of office are, at the application's creation. `bands` rise by amount: the highest that
    an amount reaches takes the place of `chain`, and an item that has any demands an amount.
    `resolution` demands that the villagers' resolution (五议) is named. From `seam_pages` approved
    pages on, a seam impression is demanded; 0 demands none.
    """

    id: str
    zh: str
    en: str
    cls: str
    seals: tuple[str, ...]
    chain: tuple[Step, ...]
    impressions_max: int
    seams_max: int
    days_valid: int
    same_page: bool
    applicant_may_operate: bool
    emergency: bool
    where_zh: str
    where_en: str
    phone: str
    basis: str
    passkeys_only: bool = False
    since: str = ""
    until: str = ""
    bands: tuple[Band, ...] = ()
    resolution: bool = False
    seam_pages: int = 0

    @property
    def chains(self) -> tuple[tuple[Step, ...], ...]:
        """Every chain that an application may need."""
        return (self.chain, *(band.chain for band in self.bands))

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps of all its chains, each once."""
        return tuple(dict.fromkeys(step for chain in self.chains for step in chain))

    def chain_for(self, amount: int | None) -> tuple[Step, ...]:
        """Who approves that amount (in fen); nobody where it is demanded and not named."""
        if self.bands and amount is None:
            return ()
        band = self._band(amount)
        return self.chain if band is None else band.chain

    @property
    def knows_resolutions(self) -> bool:
        """Whether any amount demands a resolution."""
        return self.resolution or any(band.resolution for band in self.bands)

    def needs_resolution(self, amount: int | None) -> bool:
        band = self._band(amount)
        return self.resolution or (band is not None and band.resolution)

    def in_force(self, at_ms: int) -> bool:
        """Whether an application of that time can be of it; ms since 1970 UTC."""
        begun = not self.since or at_ms >= day_ms(self.since)
        return begun and (not self.until or at_ms < day_ms(self.until) + DAY_MS)

    def _band(self, amount: int | None) -> Band | None:
        reached = [band for band in self.bands if band.yuan * 100 <= (amount or 0)]
        return reached[-1] if reached else None


@dataclass(frozen=True)
class Catalogue:
    """All items of one locality from one date (ISO, yyyy-mm-dd) on."""

    version: int
    locality: str
    effective: str
    items: Mapping[str, Item]


def day_ms(iso: str) -> int:
    """When that day begins in Beijing, in ms since 1970 UTC."""
    return (date.fromisoformat(iso) - date(1970, 1, 1)).days * DAY_MS - BEIJING_MS


def _check_item(item: Item) -> None:
    if item.cls == "allowed" and not (item.chain and item.seals and item.impressions_max):
        raise shape.ShapeError("an allowed item needs a chain, a seal and an impression")
    if item.cls != "allowed" and item.emergency:
        raise shape.ShapeError("only an allowed item can be stamped in an emergency")
    if item.cls == "forbidden" and not (item.where_zh and item.where_en):
        raise shape.ShapeError("a forbidden item says where to go instead")
    for chain in item.chains:
        if len({step.step for step in chain}) != len(chain):
            raise shape.ShapeError("the same step twice")
    if len({step.step for step in item.steps}) != len(item.steps):
        raise shape.ShapeError("one step with two meanings")
    _check_demands(item)


def _check_demands(item: Item) -> None:
    demanded = bool(item.bands or item.resolution or item.seam_pages)
    if demanded and item.cls != "allowed":
        raise shape.ShapeError("only an allowed item has bands, a resolution or seams")
    if item.emergency and (item.bands or item.resolution):
        raise shape.ShapeError("an emergency names neither amount nor resolution")
    if item.seam_pages and not (item.seams_max and item.same_page):
        raise shape.ShapeError("a demanded seam impression is permitted, and its pages are known")
    if any(low.yuan >= high.yuan for low, high in pairwise(item.bands)):
        raise shape.ShapeError("bands rise by amount")
    if item.since and item.until and item.since > item.until:
        raise shape.ShapeError("until comes before since")


def _check_step(step: Step) -> None:
    if step.office in step.substitutes:
        raise shape.ShapeError("an office cannot be its own substitute")


_STEP: Final = shape.record(
    Step,
    {
        "step": shape.ID,
        "office": shape.ID,
        "substitutes": shape.array(shape.ID, 8, unique=True),
    },
    check=_check_step,
)


def _is_day(text: str) -> bool:
    if _ISO(text) is None:
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


_ISO: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII).fullmatch
_DAY: Final = shape.matching(
    lambda text: not text or _is_day(text), "a day (yyyy-mm-dd) or nothing"
)

_BAND: Final = shape.record(
    Band,
    {
        "yuan": shape.integer(1, YUAN_MOST),
        "chain": shape.array(_STEP, 8, least=1),
        "resolution": shape.flag(),
    },
)

FIELDS: Final[Mapping[str, shape.Shape[Any]]] = {
    "id": shape.ID,
    "zh": shape.text(100),
    "en": shape.text(200),
    "cls": shape.choice(*CLASSES),
    "seals": shape.array(shape.ID, 8, unique=True),
    "chain": shape.array(_STEP, 8),
    "impressions_max": shape.integer(0, 1000),
    "seams_max": shape.integer(0, 1000),
    "days_valid": shape.integer(1, 366),
    "same_page": shape.flag(),
    "applicant_may_operate": shape.flag(),
    "emergency": shape.flag(),
    "where_zh": shape.text(300, least=0),
    "where_en": shape.text(600, least=0),
    "phone": shape.text(40, least=0),
    "basis": shape.text(300, least=0),
    "passkeys_only": shape.flag(),
    "since": _DAY,
    "until": _DAY,
    "bands": shape.array(_BAND, 8),
    "resolution": shape.flag(),
    "seam_pages": shape.integer(0, 200),
}
"""The fields of an item, each with its form."""

ITEM: Final = shape.record(Item, FIELDS, later=LATER["item"], check=_check_item)

CATALOGUE: Final = shape.record(
    Catalogue,
    {
        "version": shape.integer(1),
        "locality": shape.text(100),
        "effective": shape.matching(_ISO, "date"),
        "items": shape.keyed(ITEM, "id", MOST),
    },
    fixed={"v": 1, "type": "catalogue"},
)
