"""Tokens for the eye: whose each is, what it may, how it stands. Calls `hub.api`,
`hub.people.roster` and `hub.records.filters`. As many queries, however many there are.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from hub.api.models import Token
from hub.api.scopes import SCOPES, WHOLE
from hub.api.tokens import in_force
from hub.clock import moment
from hub.people import roster
from hub.records import filters


@dataclass(frozen=True)
class Listed:
    """One token at this moment; `who` is empty for a program of nobody, `where` for everywhere."""

    token: Token
    who: str
    where: tuple[str, ...]
    good: bool

    @property
    def may(self) -> list[tuple[str, str]]:
        return [SCOPES[one] for one in self.token.may if one in SCOPES]

    @property
    def created(self) -> datetime:
        return moment(self.token.created_ms)

    @property
    def expires(self) -> datetime:
        return moment(self.token.expires_ms)

    @property
    def used(self) -> datetime | None:
        return None if self.token.used_ms is None else moment(self.token.used_ms)

    @property
    def revoked(self) -> datetime | None:
        return None if self.token.revoked_ms is None else moment(self.token.revoked_ms)


def tokens(now_ms: int) -> list[Listed]:
    """Those in force first, the newest above."""
    names, villages = roster.labels(), dict(filters.villages())
    found = [
        Listed(
            one,
            names.get(one.person, one.person),
            tuple(villages.get(place, place) for place in map(str, one.villages)),
            in_force(one, now_ms),
        )
        for one in Token.objects.order_by("-pk")
    ]
    return sorted(found, key=lambda one: not one.good)


def everything(villages: Collection[str]) -> list[str]:
    """All that a person's token may read, narrowed to these villages or not."""
    return [one for one in SCOPES if not villages or one not in WHOLE]


def line(one: Listed) -> str:
    """The same in one line for a terminal."""
    token = one.token
    state = "有效 good" if one.good else "已收回 withdrawn" if one.revoked else "已到期 over"
    used = "-" if one.used is None else f"{one.used:%Y-%m-%d}"
    return (
        f"{token.name:<24} {one.who or '-'} {state} 到 until {one.expires:%Y-%m-%d} "
        f"最近使用 last used {used} {','.join(token.may)} {','.join(token.villages)}"
    ).rstrip()
