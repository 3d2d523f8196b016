"""The five steps of a resolution (五议), and what one lacks. Data and pure functions.

Calls only `hub.registers.limits`. The fifth step carries out what the fourth decided; a stamp is a
part of that, so an application needs four.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from hub.registers.limits import Limits

STEPS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "proposal": ("党组织提议", ("branch",)),
    "consultation": ("两委商议", ("committees",)),
    "deliberation": ("党员审议", ("members",)),
    "decision": ("村民决议", ("representatives", "villagers", "households")),
    "execution": ("两委实施", ("committees",)),
}
"""Step → its name, and which meetings may take it."""
MEETINGS: Final[Mapping[str, str]] = {
    "branch": "村党组织会议",
    "committees": "村两委联席会议",
    "members": "党员大会",
    "representatives": "村民代表会议",
    "villagers": "村民会议（十八周岁以上村民）",
    "households": "村民会议（户的代表）",
}
DECIDING: Final = ("proposal", "consultation", "deliberation", "decision")
"""The steps that stand before anything is carried out."""
COUNTS: Final[Mapping[str, str]] = {
    "entitled": "应到",
    "came": "实到",
    "agreed": "同意",
    "against": "反对",
    "abstained": "弃权",
}


@dataclass(frozen=True)
class Held:
    """One step as it was held; `pages` are the photos of its minutes."""

    step: str
    meeting: str
    day: date
    entitled: int
    came: int
    agreed: int
    against: int
    abstained: int
    pages: int


def lacks(held: Mapping[str, Held], limits: Limits) -> list[str]:
    """What is missing or wrong before it may be carried out, in sentences; empty for nothing."""
    return list(_lacks([held.get(step) for step in DECIDING], limits))


def wrong_counts(one: Held) -> str:
    """Why these figures cannot be; empty where they can."""
    if not one.entitled:
        return "应到人数至少是 1。"
    if one.came > one.entitled:
        return f"实到 {one.came} 人，比应到 {one.entitled} 人多。"
    votes = one.agreed + one.against + one.abstained
    if votes > one.came:
        return f"同意、反对、弃权加起来 {votes} 票，比实到 {one.came} 人多。"
    return ""


def _lacks(steps: Sequence[Held | None], limits: Limits) -> Iterator[str]:
    before: Held | None = None
    for name, one in zip(DECIDING, steps, strict=True):
        zh = STEPS[name][0]
        if one is None:
            yield f"缺“{zh}”这一步。"
            continue
        if before is not None and one.day < before.day:
            yield f"“{zh}”在“{STEPS[before.step][0]}”以前，次序不对。"
        if not one.pages:
            yield f"“{zh}”没有会议记录的照片。"
        yield from _short(one, zh, limits)
        before = one


def _short(one: Held, zh: str, limits: Limits) -> Iterator[str]:
    need = limits.of(one.meeting)
    if need.came is not None and not need.came.reached(one.came, one.entitled):
        yield f"“{zh}”应到 {one.entitled} 人，实到 {one.came} 人，要{need.came.zh}到会。"
    if need.agreed is not None and not need.agreed.reached(one.agreed, one.came):
        yield f"“{zh}”实到 {one.came} 人，同意 {one.agreed} 人，要{need.agreed.zh}同意。"
