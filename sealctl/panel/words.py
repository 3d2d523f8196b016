"""What the panel says in words: findings of a photo, seals, times, sync state.

Calls nothing of ours.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from sealctl.panel.shapes import CourierView

CHINA = timezone(timedelta(hours=8), "UTC+8")
"""China has one time zone."""

SEAL_MARKS = {"party": "党", "committee": "村", "cooperative": "社", "supervision": "监"}
"""The one character by which a row shows its seal."""

STEPS = ("选事项", "放纸", "拍照", "盖章")
"""The four steps of one stamp, as the strip above each screen shows them."""


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
    "new_impression": Finding("good", "看到了新盖的印", "The new impression was found"),
}


def finding(code: str) -> Finding:
    """The words for one finding; an unknown one is shown by its code, never hidden."""
    name, _, count = code.partition(":")
    if name == "impression" and count.isdigit():
        return Finding("info", f"纸上已有 {count} 个红印", f"{count} red impression(s) seen")
    return FINDINGS.get(code, Finding("info", code, code))


def findings(codes: list[str]) -> list[Finding]:
    """The words for all findings of a photo, the bad ones first."""
    order = {"bad": 0, "info": 1, "good": 2}
    return sorted((finding(code) for code in codes), key=lambda found: order[found.level])


def seal_mark(kind: str) -> str:
    """One character for a seal's kind or id, '印' when the kind is not known."""
    return next((mark for name, mark in SEAL_MARKS.items() if name in kind), "印")


def moment(ms: int) -> str:
    """A time as people here write it: 11月23日 17:05."""
    at = _at(ms)
    return f"{at.month}月{at.day}日 {at:%H:%M}"


def clock(ms: int) -> str:
    """The time of day: 17:05."""
    return f"{_at(ms):%H:%M}"


def day(ms: int) -> str:
    """The date with the day of the week: 11月23日 星期日."""
    at = _at(ms)
    return f"{at.month}月{at.day}日 星期{'一二三四五六日'[at.weekday()]}"


def sync(courier: CourierView) -> Finding:
    """The line in the header: online or offline since when, and how many entries wait."""
    waiting = courier["unreceipted"]
    if courier["online"]:
        zh = f"已联网 · {waiting} 条等回执" if waiting else "已联网 · 全部有回执"
        return Finding("good", zh, "Online")
    since = courier["since_ms"]
    start = f"断网，自 {moment(since)} 起" if since else "断网"
    return Finding("bad", f"{start} · {waiting} 条待送" if waiting else start, "Offline")


def _at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, tz=UTC).astimezone(CHINA)
