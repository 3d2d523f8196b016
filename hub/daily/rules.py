"""What is unusual about a stamp, and which stamps are drawn. Pure; calls only `hub.daily.limits`.

A reason is a figure to look at, never a verdict: a stamp at night may be the duty officer's work.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from hub.daily.limits import Limits

_DOMAIN: Final = b"sealhub/daily-sample/1"
WEEKDAYS: Final = "一二三四五六日"
Pair = frozenset[str]


@dataclass(frozen=True)
class Stamp:
    """One stamp, at that time of the township's zone; `approvers` and `applicant` where the hub
    filed its application.
    """

    name: bytes
    device: str
    village: str
    at: datetime
    item: str
    grant: bytes
    applicant: str = ""
    approvers: Pair = frozenset()


@dataclass(frozen=True)
class History:
    """Applications before: (village, approvers) and (applicant, item), each with its day."""

    pairs: Sequence[tuple[str, Pair]] = ()
    filed: Sequence[tuple[str, str, datetime]] = ()


def reasons(
    stamps: Sequence[Stamp], history: History, limits: Limits
) -> Mapping[bytes, tuple[str, ...]]:
    """Stamp → the reasons for which it stands out, in Chinese; others are left out."""
    found: dict[bytes, list[str]] = defaultdict(list)
    for told in (
        _nights(stamps, limits),
        _rest_days(stamps, limits),
        _bursts(stamps, limits),
        _pairs(stamps, history, limits),
        _splits(stamps, history, limits),
    ):
        for name, words in told.items():
            found[name].append(words)
    return {name: tuple(words) for name, words in found.items()}


def sample(names: Iterable[bytes], root: bytes, day: str, size: int) -> list[bytes]:
    """So many of these stamps, drawn by the log's root and the day: whoever has both draws the
    same, and nobody can choose.
    """
    seed = sha256(_DOMAIN + root + day.encode("ascii")).digest()
    return sorted(set(names), key=lambda name: sha256(seed + name).digest())[:size]


def _nights(stamps: Sequence[Stamp], limits: Limits) -> Mapping[bytes, str]:
    late = [s for s in stamps if s.at.hour >= limits.night_from or s.at.hour < limits.night_to]
    hours = f"{limits.night_from} 时到 {limits.night_to} 时之间"
    return {one.name: f"夜间用印：{one.at:%H:%M}（{hours}）" for one in late}


def _rest_days(stamps: Sequence[Stamp], limits: Limits) -> Mapping[bytes, str]:
    """Days on which the office is closed every week; holidays are not known here."""
    late = [one for one in stamps if one.at.isoweekday() > limits.office_days]
    return {one.name: f"休息日用印：星期{WEEKDAYS[one.at.weekday()]}" for one in late}


def _bursts(stamps: Sequence[Stamp], limits: Limits) -> Mapping[bytes, str]:
    """Applications are counted, not presses: one application may have many."""
    span, found = timedelta(minutes=limits.burst_minutes), {}
    for one in stamps:
        near = {
            other.grant
            for other in stamps
            if other.device == one.device and abs(other.at - one.at) <= span
        }
        if len(near) >= limits.burst_count:
            found[one.name] = f"短时间集中用印：前后 {limits.burst_minutes} 分钟内 {len(near)} 件"
    return found


def _pairs(stamps: Sequence[Stamp], history: History, limits: Limits) -> Mapping[bytes, str]:
    all_of = Counter(village for village, _ in history.pairs)
    own = Counter(history.pairs)
    found = {}
    for one in stamps:
        count, total = own[one.village, one.approvers], all_of[one.village]
        often = count >= limits.pair_least and count * 100 >= limits.pair_percent * total
        if len(one.approvers) > 1 and often:
            days = limits.pair_days
            found[one.name] = f"总是同样几个人审批：{days} 天内全村 {total} 件中的 {count} 件"
    return found


def _splits(stamps: Sequence[Stamp], history: History, limits: Limits) -> Mapping[bytes, str]:
    since, found = timedelta(days=limits.split_days), {}
    for one in stamps:
        same = [
            at
            for applicant, item, at in history.filed
            if (applicant, item) == (one.applicant, one.item) and one.at - since <= at <= one.at
        ]
        if one.applicant and len(same) >= limits.split_count:
            found[one.name] = (
                f"同一人同一事项多次申请：{limits.split_days} 天内 {len(same)} 次（可能拆分）"
            )
    return found
