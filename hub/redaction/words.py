"""What may be decided of a finding. Data and pure functions; calls `hub.redaction.papers`."""

from collections.abc import Mapping
from typing import Final

from hub.redaction import papers, scan

LEAVE: Final = "leave_out"
PAINT: Final = "paint"
PUBLISH: Final = "publish"
WORDS: Final = (LEAVE, PAINT, PUBLISH)
LEAST_REASON: Final = 4
MOST_REASON: Final = 200
KINDS: Final = papers.KINDS
_TEXT: Final = {LEAVE: "不公开这个号码（改成 * 号）", PUBLISH: "照原样公开，并写明原因"}
_PAGE: Final = {
    PAINT: "把图片上的这一处涂黑",
    LEAVE: "这一页不公开",
    PUBLISH: "照原样公开，并写明原因",
}
DONE: Final = {LEAVE: "不公开", PAINT: "涂黑", PUBLISH: "照原样公开"}


def called(what: str) -> str:
    """What a finding is, as far as a program can know."""
    return KINDS[what] if what == papers.UNREAD else f"像{KINDS[what]}"


def choices(what: str, *, on_page: bool) -> Mapping[str, str]:
    """Word → what it means. An identity number is never published as it is, and where nobody knows
    what stands on a page there is nothing to paint over.
    """
    known = dict(_PAGE if on_page else _TEXT)
    if what == scan.ID:
        del known[PUBLISH]
    if what == papers.UNREAD:
        del known[PAINT]
        known[PUBLISH] = "我看过，没有个人信息，可以公开（写明看到什么）"
    return known


def wrong(what: str, word: str, reason: str, *, on_page: bool) -> str:
    """Why that cannot be decided; empty where it can."""
    if word not in choices(what, on_page=on_page):
        return "请选一项。"
    if word == PUBLISH and len(reason) < LEAST_REASON:
        return f"照原样公开要写明原因，至少 {LEAST_REASON} 个字。"
    if len(reason) > MOST_REASON:
        return f"原因最多 {MOST_REASON} 字。"
    if scan.findings(reason):
        return "原因里不要写号码。"
    return ""
