"""How far a report has come, what is due next, and which card it has. Pure.

Calls `hub.hotline.workdays`. The days are data (data/deadlines.toml).
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from hub.hotline.routing import DATA
from hub.hotline.workdays import Due, Year, after

STATES: Final[Mapping[str, str]] = {
    "new": "待受理",
    "accepted": "已受理，待转办",
    "forwarded": "办理中",
    "closed": "已办结，待答复",
    "answered": "已答复",
    "again": "不满意，再办",
    "ended": "结束",
}
CARDS: Final[Mapping[str, str]] = {"": "", "blue": "蓝牌", "yellow": "黄牌", "red": "红牌"}
MAY: Final[Mapping[str, tuple[str, ...]]] = {
    "new": ("accepted",),
    "accepted": ("forwarded",),
    "forwarded": ("extended", "closed"),
    "closed": ("answered",),
    "answered": ("rated",),
    "again": ("forwarded", "closed"),
    "ended": (),
}
"""State → what may be done next."""
OPEN: Final = tuple(one for one, may in MAY.items() if {*may} - {"rated"})
"""States in which an inspector has something to do."""


@dataclass(frozen=True)
class Days:
    """data/deadlines.toml."""

    accept_days: int
    forward_days: int
    answer_days: int
    blue_days: int
    yellow_calendar_days: int
    extensions_max: int


@dataclass(frozen=True)
class Done:
    """One act; `days` as `models.Act` has them."""

    what: str
    day: date
    days: int = 0


@dataclass(frozen=True)
class Standing:
    """`due` is the limit of the next step; `unsure`: it lies behind a year without a calendar."""

    state: str
    card: str
    due: date | None
    unsure: bool


@lru_cache(maxsize=1)
def days() -> Days:
    return Days(**tomllib.loads((DATA / "deadlines.toml").read_text("utf-8")))


def state(done: Sequence[Done]) -> str:
    """After these acts, in their order."""
    if not done:
        return "new"
    last = done[-1]
    if last.what == "extended":
        return "forwarded"
    if last.what != "rated":
        return last.what
    second = sum(one.what == "rated" for one in done) > 1
    return "ended" if last.days or second else "again"


def standing(
    made: date, done: Sequence[Done], today: date, known: Mapping[int, Year], limits: Days
) -> Standing:
    """As it stands on that day."""
    now = state(done)
    due = _due(now, made, done, known, limits)
    if _red(done, limits) or (due is not None and today > due.day):
        card = "red"
    elif _slow(now, done, today, limits):
        card = "yellow"
    elif _undispatched(now, made, today, known, limits):
        card = "blue"
    else:
        card = ""
    return Standing(now, card, None if due is None else due.day, due is not None and not due.sure)


def _due(
    now: str, made: date, done: Sequence[Done], known: Mapping[int, Year], limits: Days
) -> Due | None:
    if now == "new":
        accept, forward = (
            after(made, some, known) for some in (limits.accept_days, limits.forward_days)
        )
        return min(accept, forward, key=lambda one: one.day)
    if now == "accepted":
        return after(made, limits.forward_days, known)
    if now == "closed":
        return after(done[-1].day, limits.answer_days, known)
    return None


def _red(done: Sequence[Done], limits: Days) -> bool:
    """For what no day heals: too many extensions, or content neither time."""
    rated = [one.days for one in done if one.what == "rated"]
    extended = sum(one.what == "extended" for one in done)
    return extended > limits.extensions_max or (len(rated) > 1 and not rated[-1])


def _slow(now: str, done: Sequence[Done], today: date, limits: Days) -> bool:
    """Not done a week after dispatch, and what extensions added."""
    if now != "forwarded":
        return False
    first = next(at for at in reversed(range(len(done))) if done[at].what == "forwarded")
    added = sum(one.days for one in done[first:] if one.what == "extended")
    return today > done[first].day + timedelta(days=limits.yellow_calendar_days + added)


def _undispatched(
    now: str, made: date, today: date, known: Mapping[int, Year], limits: Days
) -> bool:
    return now in ("new", "accepted") and today > after(made, limits.blue_days, known).day
