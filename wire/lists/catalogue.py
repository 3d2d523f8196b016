"""The item list (清单): what may be stamped, with which seal, and through whose hands.

Calls only `wire.shape` and `wire.lists.later`.
Source of the three classes: 民发〔2020〕20号 and local lists.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from wire import shape
from wire.lists.later import LATER

CLASSES: Final = ("allowed", "forbidden", "escalate")


@dataclass(frozen=True)
class Step:
    """One approval: the office that gives it, and those that take its place, in order."""

    step: str
    office: str
    substitutes: tuple[str, ...]


@dataclass(frozen=True)
class Item:
    """One matter. `cls` allowed: `chain` in order; forbidden: `where_*` says where to go instead.

    `seals` are kinds of seals, `days_valid` counts from the application's creation, `same_page`
    demands the approved page under the seal, `emergency` lets it be stamped in an emergency,
    `basis` cites the rule it rests on, `phone` is that of the office that `where_*` names,
    `passkeys_only` takes approvals by passkeys alone, whatever else the policy allows.
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


@dataclass(frozen=True)
class Catalogue:
    """All items of one locality from one date (ISO, yyyy-mm-dd) on."""

    version: int
    locality: str
    effective: str
    items: Mapping[str, Item]


def _check_item(item: Item) -> None:
    if item.cls == "allowed" and not (item.chain and item.seals and item.impressions_max):
        raise shape.ShapeError("an allowed item needs a chain, a seal and an impression")
    if item.cls != "allowed" and item.emergency:
        raise shape.ShapeError("only an allowed item can be stamped in an emergency")
    if item.cls == "forbidden" and not (item.where_zh and item.where_en):
        raise shape.ShapeError("a forbidden item says where to go instead")
    if len({step.step for step in item.chain}) != len(item.chain):
        raise shape.ShapeError("the same step twice")


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

_ITEM: Final = shape.record(
    Item,
    {
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
    },
    later=LATER["item"],
    check=_check_item,
)

CATALOGUE: Final = shape.record(
    Catalogue,
    {
        "version": shape.integer(1),
        "locality": shape.text(100),
        "effective": shape.matching(re.compile(r"\d{4}-\d{2}-\d{2}").fullmatch, "date"),
        "items": shape.keyed(_ITEM, "id", 1000),
    },
    fixed={"v": 1, "type": "catalogue"},
)
