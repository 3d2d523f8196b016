"""How often programs may ask: so many times a minute by each token, and from each address that
shows none.

Calls `hub.api.{limits,models}`, `hub.config` and `hub.people.tries`. The count is a row that all
processes share, from which each takes a portion at a time: together they never admit more, and most
requests write nothing. Who was refused is refused from memory until the minute is over.
"""

from dataclasses import dataclass
from threading import Lock
from typing import Final

from django.db.models import Case, F, Q, When
from django.http import HttpRequest

from hub.api.limits import limits
from hub.api.models import Spent, Token
from hub.config import config
from hub.people import tries

MINUTE_MS: Final = 60_000
PORTION: Final = 20
"""Taken from the row at once; what a process that ends has left of it is lost."""
SPENT: Final = -1
NAMED: Final = 32


@dataclass(frozen=True)
class Wait:
    """Too often: for so many seconds; `first` tells the first refusal of this minute here."""

    seconds: int
    first: bool


class Pace:
    """What one process has left of what it took, by name, in this minute."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._minute = -1
        self._left: dict[str, int] = {}

    def token(self, token: Token, now_ms: int, *, pull: bool) -> Wait | None:
        """One more question by that token; None where it may be asked."""
        most = limits(config())
        kind, number = ("pull", most.pull_minute) if pull else ("read", most.token_minute)
        return self.ask(f"{kind}-{bytes(token.sha256).hex()[:NAMED]}", number, now_ms)

    def stranger(self, request: HttpRequest, now_ms: int) -> Wait | None:
        """One more question without a token, by the address that it comes from."""
        name = tries.bucket("stranger", tries.address(request))
        return self.ask(name, limits(config()).stranger_minute, now_ms)

    def ask(self, name: str, most: int, now_ms: int) -> Wait | None:
        """One more under that name, of which there are `most` a minute."""
        minute = now_ms // MINUTE_MS
        left = self._spend(name, minute)
        if left is None:
            granted = _take(name, minute, most)
            if granted:
                self._keep(name, minute, granted - 1)
                return None
            self._keep(name, minute, SPENT)
        elif left != SPENT:
            return None
        return Wait(-(-((minute + 1) * MINUTE_MS - now_ms) // 1000), first=left is None)

    def _spend(self, name: str, minute: int) -> int | None:
        """What was left before this one, SPENT, or None where the row is to be asked."""
        with self._lock:
            if minute != self._minute:
                self._minute, self._left = minute, {}
            left = self._left.get(name, 0)
            if left > 0:
                self._left[name] = left - 1
            return left or None

    def _keep(self, name: str, minute: int, granted: int) -> None:
        with self._lock:
            if minute == self._minute:
                left = max(self._left.get(name, 0), 0)
                self._left[name] = left + granted if granted != SPENT else left or SPENT


def _take(name: str, minute: int, most: int) -> int:
    """How many more are granted: a portion, or the last ones one by one, or none."""
    Spent.objects.bulk_create([Spent(name=name, minute=minute)], ignore_conflicts=True)
    return next((some for some in (PORTION, 1) if _taken(name, minute, some, most)), 0)


def _taken(name: str, minute: int, some: int, most: int) -> bool:
    """In one statement, so that two processes never take the same."""
    if some > most:
        return False
    room = ~Q(minute=minute) | Q(used__lte=most - some)
    used = Case(When(minute=minute, then=F("used") + some), default=some)
    return Spent.objects.filter(room, name=name).update(minute=minute, used=used) == 1
