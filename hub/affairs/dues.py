"""By which day something has to be published (公开时限). Pure; calls nothing.

A rule is written as people write it: 每月15日前, 每季首月20日前, 每半年首月20日前, 每年1月31日前;
发生后5日内 of an event. A periodic rule speaks of the period that has ended; with 本 for 每 of the
one that it lies in, as a plan has to. Of a month that is too short the last day counts.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

MONTHS: Final = {"month": 1, "quarter": 3, "half": 6, "year": 12}
"""How a period is called, and how many months it has."""
EVENT: Final = "event"
LONGEST_DAYS: Final = 366
_WORDS: Final = {"month": "月", "quarter": "季", "half": "半年", "year": "年"}
_PLACES: Final = {3: "首次末", 6: "首次三四五末"}
"""How a month of the period is called."""
_EVENT: Final = re.compile(r"发生后([1-9][0-9]{0,2})日内")
_RULES: Final = {
    "month": re.compile(r"([每本])月([1-9][0-9]?)日前"),
    "quarter": re.compile(r"([每本])季([首次末])月([1-9][0-9]?)日前"),
    "half": re.compile(r"([每本])半年([首次三四五末])月([1-9][0-9]?)日前"),
    "year": re.compile(r"([每本])年([1-9][0-9]?)月([1-9][0-9]?)日前"),
}


class DueError(ValueError):
    """No rule that is known; the text says how one is written."""


@dataclass(frozen=True)
class Rule:
    """`every`: a period of MONTHS, or EVENT. Due by `day` of the `month`-th month of the period, of
    the next one unless `within`; of an event, so many days (`day`) after its own.
    """

    every: str
    day: int
    month: int = 1
    within: bool = False


def read(text: str) -> Rule:
    """The rule that stands there; raises DueError."""
    if found := _EVENT.fullmatch(text):
        days = int(found[1])
        if days <= LONGEST_DAYS:
            return Rule(EVENT, days)
    for every, pattern in _RULES.items():
        if found := pattern.fullmatch(text):
            rule = _periodic(every, found.groups())
            if 1 <= rule.day <= 31 and 1 <= rule.month <= MONTHS[every]:
                return rule
    raise DueError(
        f"看不懂公开时限“{text}”：请写成“每月15日前”“每季首月20日前”“每半年首月20日前”"
        "“每年1月31日前”“本年1月31日前”或“发生后5日内”。"
    )


def told(rule: Rule) -> str:
    """Inverse of read."""
    if rule.every == EVENT:
        return f"发生后{rule.day}日内"
    length = MONTHS[rule.every]
    which = "本" if rule.within else "每"
    month = "" if length == 1 else f"{rule.month}月" if length == 12 else _place(rule, length)
    return f"{which}{_WORDS[rule.every]}{month}{rule.day}日前"


def period_of(every: str, day: date) -> str:
    """The period that this day lies in, as releases name it: 2026-11, 2026-Q4, 2026-H2, 2026."""
    index = (day.month - 1) // MONTHS[every] + 1
    forms = {
        "month": f"-{day.month:02}",
        "quarter": f"-Q{index}",
        "half": f"-H{index}",
        "year": "",
    }
    return f"{day.year:04}{forms[every]}"


@lru_cache(maxsize=4096)
def bounds(period: str) -> tuple[date, date]:
    """First and last day of a period of a release, or of the day that it is."""
    year, _, rest = period.partition("-")
    if len(rest) > 2:
        day = date.fromisoformat(period)
        return day, day
    length = {"": 12, "Q": 3, "H": 6}.get(rest[:1], 1)
    index = 1 if not rest else int(rest.lstrip("QH"))
    first = date(int(year), (index - 1) * length + 1, 1)
    return first, _after(first, length) - timedelta(days=1)


def called(period: str) -> str:
    """As people say it: 2026年第三季度."""
    year, _, rest = period.partition("-")
    if not rest:
        return f"{year}年"
    if rest[0] == "Q":
        return f"{year}年第{'一二三四'[int(rest[1]) - 1]}季度"
    if rest[0] == "H":
        return f"{year}年{'上下'[int(rest[1]) - 1]}半年"
    month, _, day = rest.partition("-")
    return f"{year}年{int(month)}月" + (f"{int(day)}日" if day else "")


def due_by(rule: Rule, period: str) -> date:
    """The last day on which it is in time."""
    first, _ = bounds(period)
    if rule.every == EVENT:
        return first + timedelta(days=rule.day)
    begins = first if rule.within else _after(first, MONTHS[rule.every])
    month = _after(begins, rule.month - 1)
    return month.replace(day=min(rule.day, monthrange(month.year, month.month)[1]))


def periods(rule: Rule, first: date, last: date) -> Iterator[str]:
    """Those of a periodic rule that are due on one of these days, the earliest first."""
    length = MONTHS[rule.every]
    begins = bounds(period_of(rule.every, _after(first.replace(day=1), -2 * length)))[0]
    while begins <= last:
        period = period_of(rule.every, begins)
        if first <= due_by(rule, period) <= last:
            yield period
        begins = _after(begins, length)


def _periodic(every: str, groups: tuple[str, ...]) -> Rule:
    which, *month, day = groups
    length = MONTHS[every]
    if not month:
        place = 1
    elif month[0].isdigit():
        place = int(month[0])
    else:
        place = _PLACES[length].index(month[0]) + 1
    return Rule(every, int(day), place, which == "本")


def _place(rule: Rule, length: int) -> str:
    return _PLACES[length][rule.month - 1] + "月"


def _after(day: date, months: int) -> date:
    """The first of the month so many months later."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
