"""The subject as an approver reads it in a terminal: the words of the county's signing page.

Calls `county.approve.sheet` and `wire`. Pure. `county/pages/sign` has the same words; a test holds
one against the other. Every word comes out of the signed bytes or the officers' own names.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final, TypeAlias

from county.approve.sheet import Sheet
from county.days import CHINA
from wire.approval import subject
from wire.approval.correction import Correction
from wire.approval.subject import Application

Row: TypeAlias = tuple[str, str, str]
"""Chinese, English, content."""
Naming: TypeAlias = Callable[[str, str], tuple[str, str]]
"""(table, id) → (Chinese, English)."""

TITLES: Final = {
    "application": "请您审批：盖章申请 Application for a stamp",
    "correction": "请您审批：作废一次盖章 Correction of a stamp",
}
WARNINGS: Final = {
    "application": (
        "看清楚了再签。各位审批人都同意后，印章机就按上面写的次数开锁盖章。 "
        "Sign only what you have read: once all have approved, the machine opens for these "
        "impressions."
    ),
    "correction": (
        "看清楚了再签。签名后，这次盖章公开写明已作废，撤不回来；机器不会因此开锁。 "
        "Sign only what you have read: the stamp is then publicly void, for good. "
        "No lock opens by it."
    ),
}
WITHOUT_PAGES: Final = "这个申请没有附文件图片：您看不到要盖章的文件。没有见过原件，请退回。"
_STATES: Final = {
    "cancelled": (
        "原件已收回，将当场作废拍照",
        "the original lies here; it is cancelled and photographed",
    ),
    "lost": ("原件遗失，找不回来", "the original is lost"),
}
_WITHIN: Final = {"people": "village", "seals": "device", "steps": "item"}
"""Table → the subject's field within which its ids are."""
_IGNORABLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Default_Ignorable_Code_Point of Unicode, and the empty pattern of Braille."""


def visible(text: str) -> str:
    """Text with each character that the eye would miss spelt out: ‹U+3164›."""
    return _IGNORABLE.sub(lambda one: f"‹U+{ord(one[0]):04X}›", text)


def lead(sheet: Sheet) -> str:
    """One sentence."""
    name, signed = _naming(sheet), sheet.signed
    if isinstance(signed, Correction):
        item, _ = name("items", signed.item)
        return f"把机器 {signed.device} 第 {signed.stamped} 条盖章（{visible(item)}）作废。"
    seal, _ = name("seals", signed.seal)
    pages = f"{len(signed.pages)} 页文件上" if signed.pages else "没有附图的文件上"
    seams = f"，另盖骑缝章 {signed.seams} 次" if signed.seams else ""
    return f"在 {pages}，盖 {visible(seal)} {signed.impressions} 次{seams}。"


def facts(sheet: Sheet) -> list[Row]:
    """What it says."""
    signed, name = sheet.signed, _naming(sheet)
    return _voided(signed, name) if isinstance(signed, Correction) else _asked_for(signed, name)


def details(sheet: Sheet) -> list[Row]:
    """For whoever checks bytes."""
    signed, asked = sheet.signed, sheet.asked
    step = ("签名步骤、签名人", "Step, signer", f"{asked.step} · {asked.person}")
    if isinstance(signed, Correction):
        digest = ("作废指纹", "SHA-256 of the correction", sheet.digest.hex())
        return [digest, *_bytes_voided(signed), ("名册版本", "Roster", str(asked.roster)), step]
    digest = ("申请指纹", "SHA-256 of the application", sheet.digest.hex())
    versions = f"{signed.catalogue} · {asked.roster}"
    return [
        digest,
        *_bytes_asked(signed),
        ("清单版本、名册版本", "Catalogue, roster", versions),
        step,
    ]


def who(sheet: Sheet) -> str:
    """As whom, and for which step."""
    name = _naming(sheet)
    person, step = name("people", sheet.asked.person)[0], name("steps", sheet.asked.step)[0]
    return (
        f"您是 {visible(person)}，在“{visible(step)}”这一步签名。如果这不是您，请不要签。 "
        f"You sign as {person}. If that is not you, do not sign."
    )


def lines(sheet: Sheet) -> Iterator[str]:
    """The whole sheet but the pages."""
    yield from (TITLES[sheet.kind], lead(sheet), "", "申请内容 What it says")
    yield from _listed(facts(sheet))
    yield from ("", "技术信息 Technical details")
    yield from _listed(details(sheet))


def _asked_for(signed: Application, name: Naming) -> list[Row]:
    valid = f"{_time(signed.not_before)} 起\n{_time(signed.not_after)} 止"
    applicant = f"{visible(signed.applicant_name)} {signed.applicant}"
    operators = "、".join(name("people", one)[0] for one in signed.operators)
    return [
        ("事项", "Matter", _both(name("items", signed.item))),
        ("文件标题", "Title", visible(signed.title)),
        ("用途", "Purpose", visible(signed.purpose)),
        *_demanded(signed),
        ("申请人", "Applicant", applicant),
        ("村", "Village", _both(name("villages", signed.village))),
        ("印章", "Seal", _both(name("seals", signed.seal))),
        ("盖章", "Impressions", f"{signed.impressions} 次"),
        ("骑缝章", "Seam impressions", f"{signed.seams} 次" if signed.seams else "不盖"),
        ("文件页数", "Pages", f"{len(signed.pages)} 页"),
        ("盖印员", "Operators", operators),
        ("可盖章时间", "Valid, Beijing time", valid),
        ("申请时间", "Filed, Beijing time", _time(signed.created)),
    ]


def _demanded(signed: Application) -> Iterator[Row]:
    if signed.amount is not None:
        yield "金额", "Amount", f"{subject.yuan(signed.amount)} 元"
    if signed.resolution:
        yield "决议", "Resolution", visible(signed.resolution)


def _voided(signed: Correction, name: Naming) -> list[Row]:
    instead = "没有" if signed.replacement is None else signed.replacement.hex()
    return [
        ("事项", "Matter", _both(name("items", signed.item))),
        ("村", "Village", _both(name("villages", signed.village))),
        ("机器", "Machine", signed.device),
        ("盖章记录", "Entry", f"第 {signed.stamped} 条"),
        ("原件", "The original", _both(_STATES[signed.state])),
        ("作废原因", "Reason", visible(signed.reason)),
        ("代替它的申请", "In its place", instead),
        ("提出时间", "Made, Beijing time", _time(signed.created)),
    ]


def _bytes_asked(signed: Application) -> list[Row]:
    return [
        ("申请编号", "Id", signed.id.hex()),
        ("机器", "Machine", signed.device),
        ("机器密钥", "Machine's key", signed.machine.hex()),
        ("村、印章、事项", "Ids", f"{signed.village} · {signed.seal} · {signed.item}"),
        ("盖印员编号", "Operators' ids", " · ".join(signed.operators)),
    ]


def _bytes_voided(signed: Correction) -> list[Row]:
    return [
        ("作废编号", "Id", signed.id.hex()),
        ("盖章记录指纹", "Hash of the entry", signed.entry.hex()),
        ("机器密钥", "Machine's key", signed.machine.hex()),
        ("村、事项", "Ids", f"{signed.village} · {signed.item}"),
    ]


def _naming(sheet: Sheet) -> Naming:
    """An id that the officers' tables do not know stands for itself."""

    def name(table: str, identifier: str) -> tuple[str, str]:
        within = f"{getattr(sheet.signed, _WITHIN[table])}/" if table in _WITHIN else ""
        known: Mapping[str, tuple[str, str]] = sheet.tables[table]
        return known.get(within + identifier, (identifier, ""))

    return name


def _both(words: tuple[str, str]) -> str:
    return " ".join(one for one in words if one)


def _time(ms: int) -> str:
    at = datetime.fromtimestamp(ms // 1000, UTC).astimezone(CHINA)
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"


def _listed(rows: list[Row]) -> Iterator[str]:
    for zh, en, content in rows:
        yield f"  {zh} {en}"
        yield from (f"      {line}" for line in content.split("\n"))
