"""What the township has erased when its time was over: said by the log, allowed by the officers.

Calls `wire` and `inspector`. A photo or an opening that is missing counts as erased where a leaf
names its entry and the officers' list in force at that leaf allowed it, by the machine's own time;
all else that is missing was withheld. A township may not date such a leaf into the future either:
then a machine that saw the leaf's tree earlier, or the witnesses, contradict it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from inspector.bundle import Bundle, opening_path
from inspector.findings import NotVerifiedError
from inspector.ledger import Ledger
from inspector.lists import Lists
from wire.lists import erased
from wire.lists.erased import DAY_MS, LASTING, OPENINGS, PHOTOS
from wire.lists.policy import Policy
from wire.record.entry import Entry
from wire.record.kinds import COMMITTED

CODE: Final = "erased"
NAMED: Final = 12
"""So many leaves are told one by one."""
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    PHOTOS: ("张照片", "photos"),
    OPENINGS: ("条记录的开示", "openings"),
}


@dataclass(frozen=True)
class Erased:
    """A leaf that says, at that time (ms), what is erased; `count` of it was found missing."""

    leaf: int
    what: str
    at: int
    count: int


@dataclass(frozen=True)
class Erasures:
    """What the leaves say, as the ledger has it; both raise NotVerifiedError('erased') for a leaf
    that the officers did not allow.
    """

    bundle: Bundle
    ledger: Ledger
    lists: Lists

    def opening(self, entry: Entry, entry_hash: bytes, where: str) -> int | None:
        """The leaf for an opening that is not there; None where it is there or none names it."""
        committed = any(entry.body[name] is not None for name in COMMITTED & entry.body.keys())
        if not committed or entry.kind in LASTING or self.bundle.has(opening_path(entry_hash)):
            return None
        return self._named(OPENINGS, entry, where)

    def photo(self, entry: Entry, where: str) -> int | None:
        """The leaf for a photo of that entry; None where none names it."""
        return self._named(PHOTOS, entry, where)

    def _named(self, what: str, entry: Entry, where: str) -> int | None:
        found = self.ledger.erased(what, entry.device, entry.seq)
        if found is None:
            return None
        leaf, _ = found
        listed = self.ledger.former(entry.device, leaf)
        hold(what, entry, found, None if listed is None else self.lists.policy(listed), where)
        return leaf


def hold(
    what: str, entry: Entry, found: tuple[int, int], policy: Policy | None, where: str
) -> None:
    """The policy in force at the leaf, (its number, its time), allowed it; else raises
    NotVerifiedError('erased').
    """
    leaf, at = found
    if policy is None or not erased.least_days(policy, what):
        detail = f"leaf {leaf} names its {what}, and no list allows to erase any"
        raise NotVerifiedError(CODE, where, detail)
    if not erased.is_due(policy, what, entry.time.wall, at):
        kept = (at - entry.time.wall) // DAY_MS
        detail = (
            f"leaf {leaf} names its {what} after {kept} days instead of "
            f"{erased.least_days(policy, what)}"
        )
        raise NotVerifiedError(CODE, where, detail)


def check_seen(entry: Entry, size: int, where: str, ledger: Ledger) -> None:
    """A machine that saw a head of that size knows, where it has the witnesses' time, that all its
    leaves were said by then; raises NotVerifiedError('erased').
    """
    if entry.time.quality == "witnessed":
        check_date(ledger, size, entry.time.wall, where)


def check_date(ledger: Ledger, size: int, now_ms: int, where: str) -> None:
    """None of the first `size` leaves says a time that is more than a day to come."""
    found = ledger.latest_erasure(size)
    if found is not None and found[1] > now_ms + DAY_MS:
        raise NotVerifiedError(CODE, f"leaf {found[0]}", f"dated later than it was seen by {where}")


def sentence(at: int, leaf: int) -> str:
    """What a person reads instead of what was erased."""
    day = _day(at)
    return (
        f"已按保存期清除，{day}，日志第 {leaf} 叶写明 "
        f"erased by retention on {day}, named in leaf {leaf}"
    )


def told(found: Sequence[Erased]) -> list[str]:
    """Lines for people."""
    lines = []
    for one in found[-NAMED:]:
        zh, en = _WORDS[one.what]
        lines.append(f"{one.count} {zh} {en}：{sentence(one.at, one.leaf)}")
    more = found[:-NAMED]
    if more:
        count = sum(one.count for one in more)
        lines.insert(0, f"更早 {len(more)} 叶写明的 {count} 件。 {count} more, by earlier leaves.")
    return lines


def _day(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d")
