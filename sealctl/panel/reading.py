"""Helper mode's pages: one fact of the application after the other, so large that two can read.

Pure; calls only `sealctl.panel`. What the confirm screen shortens is whole here.
"""

from dataclasses import dataclass
from typing import Final

from sealctl.panel.shapes import GrantView, SheetView

FITS: Final = 60
"""Characters of one screen; longer facts go on to the next."""


@dataclass(frozen=True)
class Fact:
    """One screen: `name` is its phrase, `part` of `parts` where the text is long."""

    name: str
    label: str
    text: str
    part: int
    parts: int


def facts(grant: GrantView, sheet: SheetView | None) -> list[Fact]:
    """All that two people read before the paper is laid, in order."""
    counted = f"{grant['impressions']} 张"
    if seams := grant["presses"] - grant["impressions"]:
        counted += f"，另盖骑缝章 {seams} 次"
    if sheet is not None and grant["used"]:
        counted += f"；已盖 {grant['used']} 次"
    present = any(one["step"] == "emergency" for one in grant["approvers"])
    told = ("present", "在场的两人") if present else ("approvers", "已批准的人")
    approvers = "、".join(one["name"] for one in grant["approvers"])
    rows = [
        ("title", "文件名称", grant["title"]),
        ("applicant", "申请人", grant["applicant_name"]),
        ("purpose", "用途", grant["purpose"]),
        ("seal", "印章", grant["seal_name"]),
        ("sheets", "张数", counted),
        (*told, approvers),
    ]
    return [fact for name, label, text in rows for fact in _cut(name, label, text)]


def _cut(name: str, label: str, text: str) -> list[Fact]:
    parts = [text[at : at + FITS] for at in range(0, len(text), FITS)] or ["—"]
    return [Fact(name, label, part, at, len(parts)) for at, part in enumerate(parts, 1)]
