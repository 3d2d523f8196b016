"""How a machine stands: connected or not, and what about it wants to be looked at. Pure.

Calls `hub.fleet.limits` and `wire`. What was signed counts more than what the broker says: a
machine that is connected and writes nothing is missing all the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from hub.fleet.limits import Limits
from wire.command import Answer
from wire.lists.content import Machine

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
STATES: Final = ("online", "offline", "missing", "unheard")
SUSPENDED: Final = "suspended"


@dataclass(frozen=True)
class Word:
    """What the machine said of itself last (its status), with that list's times, 0 where the hub
    does not know it, and the newest list made for it.
    """

    online: bool
    list: int
    last: int
    receipted: int
    heard_ms: int
    list_published_ms: int = 0
    list_expires_ms: int = 0
    newest_list: int = 0


@dataclass(frozen=True)
class Seen:
    """All that the hub knows of one machine; None or 0 for what it does not.

    `entry_ms` is when its newest signed entry came. `revoked`: the operator has shut it out.
    `requested` is the state that the officers were asked for and have not signed yet, else empty.
    """

    machine: Machine
    word: Word | None
    entry_ms: int
    entries: int
    version: str
    certificate_ms: int
    revoked: bool
    answer: Answer | None
    requested: str


@dataclass(frozen=True)
class Standing:
    """`state` is one of STATES; `suspended` is the officers' word; `troubles` are codes of
    `hub.fleet.words`.
    """

    state: str
    suspended: bool
    troubles: tuple[str, ...]


def standing(seen: Seen, limits: Limits, now_ms: int) -> Standing:
    """What the page says of it now."""
    troubles = tuple(_troubles(seen, limits, now_ms))
    return Standing(state(seen, limits, now_ms), seen.machine.state == SUSPENDED, troubles)


def state(seen: Seen, limits: Limits, now_ms: int) -> str:
    """Missing (失联) is more than offline (离线): nothing signed has come for hours."""
    if not seen.entry_ms:
        return "unheard"
    if now_ms - seen.entry_ms >= limits.missing_h * HOUR_MS:
        return "missing"
    return "online" if seen.word is not None and seen.word.online else "offline"


def backlog(seen: Seen) -> int:
    """Entries without a receipt, by its own word."""
    return 0 if seen.word is None else max(0, seen.word.last - seen.word.receipted)


def _troubles(seen: Seen, limits: Limits, now_ms: int) -> Iterator[str]:
    word = seen.word
    if seen.revoked:
        yield "revoked"
    if word is not None:
        if word.online and now_ms - seen.entry_ms >= limits.quiet_h * HOUR_MS:
            yield "quiet"
        yield from _list(word, limits, now_ms)
    if backlog(seen) >= limits.backlog:
        yield "backlog"
    if seen.certificate_ms and not seen.revoked:
        if seen.certificate_ms <= now_ms:
            yield "certificate_over"
        elif seen.certificate_ms - now_ms < limits.certificate_days * DAY_MS:
            yield "certificate_ends"
    if seen.answer is not None and "bad" in seen.answer.findings.values():
        yield "doctor"


def _list(word: Word, limits: Limits, now_ms: int) -> Iterator[str]:
    if not word.list:
        yield "list_none"
    elif not word.list_published_ms:
        return
    elif word.list_expires_ms <= now_ms:
        yield "list_over"
    elif now_ms - word.list_published_ms >= limits.list_h * HOUR_MS:
        yield "list_old"
