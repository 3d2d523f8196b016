"""What the panel says in words: findings of a photo, seals, times, sync state.

Calls only `wire.beijing`.
"""

from dataclasses import dataclass

from sealctl.panel.shapes import CourierView, GrantView, SheetView
from wire.beijing import at

SEAL_MARKS = {"party": "党", "committee": "村", "cooperative": "社", "supervision": "监"}
"""The one character by which a row shows its seal."""

STEPS = ("选事项", "核对拍照", "盖章")
"""The three steps of one stamp, as the strip above each screen shows them."""

PURPOSES = ("上学", "就医", "贷款", "办户口", "建房", "领补贴", "找工作", "租房")
"""What papers are most often for; the first choices on the screen."""

DEMANDERS = ("银行", "学校", "用人单位", "医院", "保险公司", "派出所", "社保窗口", "不动产窗口")
"""Who is said most often to ask for papers; the first choices on the screen."""


@dataclass(frozen=True)
class Finding:
    """One thing seen in a photo; level is 'good', 'bad' or 'info'."""

    level: str
    zh: str
    en: str


FINDINGS = {
    "blank": Finding("bad", "纸上没有字，空白纸不能盖章", "The paper is blank"),
    "unsharp": Finding("bad", "照片不清楚，请放平后重拍", "The picture is not sharp"),
    "no_page": Finding("bad", "没有看到纸，请把纸放进来", "No paper was seen"),
    "page_mismatch": Finding("bad", "这张纸和批准的不一样", "Not the page that was approved"),
    "page_match": Finding("good", "和批准的那一页相符", "Same page as approved"),
    "other_change": Finding("bad", "除了新盖的印，纸上还有别的变化", "Something else changed"),
    "new_impression": Finding("good", "看到了新盖的印", "The new impression was found"),
}


def finding(code: str) -> Finding:
    """The words for one finding; an unknown one is shown by its code, never hidden."""
    name, _, rest = code.partition(":")
    count = rest.partition("@")[0]
    if name == "impression" and count.isdigit():
        return Finding("info", f"纸上已有 {count} 个红印", f"{count} red impression(s) seen")
    return FINDINGS.get(code, Finding("info", code, code))


def findings(codes: list[str]) -> list[Finding]:
    """The words for all findings of a photo, the bad ones first."""
    order = {"bad": 0, "info": 1, "good": 2}
    return sorted((finding(code) for code in codes), key=lambda found: order[found.level])


def fan(sheet: SheetView, grant: GrantView | None) -> tuple[int, int] | None:
    """Which pages lie fanned under the seal for that seam group, from 1; None where unknown."""
    if sheet["use"] != "seam" or grant is None:
        return None
    pages = max(grant.get("pages", 0), grant["impressions"])
    share = sheet["next"] - 1, sheet["next"]
    first, last = (pages * part // sheet["total"] for part in share)
    return (first + 1, last) if last > first + 1 else None


def seal_mark(kind: str) -> str:
    """One character for a seal's kind or id, '印' when the kind is not known."""
    return next((mark for name, mark in SEAL_MARKS.items() if name in kind), "印")


def moment(ms: int) -> str:
    """A time as people here write it: 11月23日 17:05."""
    then = at(ms)
    return f"{then.month}月{then.day}日 {then:%H:%M}"


def clock(ms: int) -> str:
    """The time of day: 17:05."""
    return f"{at(ms):%H:%M}"


def date(ms: int) -> str:
    """The date with its year, for paper: 2026年11月23日."""
    then = at(ms)
    return f"{then.year}年{then.month}月{then.day}日"


def sync(courier: CourierView) -> Finding:
    """The line in the header: online, or offline since when."""
    if courier["online"]:
        return Finding("good", "已联网", "Online")
    since = courier["since_ms"]
    start = f"断网，自 {moment(since)} 起" if since else "断网"
    return Finding("bad", start, "Offline")
