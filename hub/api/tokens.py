"""Tokens by which an inspector's tool is known; the hub keeps only their SHA-256.

Calls `hub.api.{limits,models,scopes}`, `hub.people.roster`, `hub.config`, `hub.clock` and
`wire.refusals`.
"""

import hashlib
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, transaction

from hub.api import scopes
from hub.api.limits import limits
from hub.api.models import Token
from hub.api.scopes import PROGRAM, SCOPES, WHOLE
from hub.clock import now_ms
from hub.config import config
from hub.people.roster import find
from wire.refusals import Refused

BYTES: Final = 32
DAY_MS: Final = 86_400_000


@dataclass(frozen=True)
class Reader:
    """Who asks by a token: `person` is empty for a program of nobody; `villages` are where he may
    read, None for everywhere.
    """

    token: Token
    person: str
    may: frozenset[str]
    villages: frozenset[str] | None

    def reads(self, scope: str) -> bool:
        return scope in self.may and (self.villages is None or scope not in WHOLE)

    def sees(self, village: str) -> bool:
        return self.villages is None or village in self.villages


def create_token(
    name: str,
    *,
    person: str = "",
    may: Collection[str] = PROGRAM,
    villages: Collection[str] = (),
    days: int | None = None,
) -> str:
    """A new token, which is shown this once; good for the most days there are, or fewer.

    Raises Refused('bad_request') for a name in use and for what no token may, ConfigError.
    """
    most = limits(config()).token_days
    _refuse_wrong(person, may, villages, most, days)
    token, now = secrets.token_urlsafe(BYTES), now_ms()
    try:
        with transaction.atomic():
            Token.objects.create(
                name=name,
                sha256=hashed(token),
                created_ms=now,
                person=person,
                may=[one for one in SCOPES if one in may],
                villages=sorted(villages),
                expires_ms=now + (most if days is None else days) * DAY_MS,
            )
    except IntegrityError as error:
        raise Refused("bad_request", "a token of this name exists") from error
    return token


def revoke(found: Token, at_ms: int) -> None:
    """From now on it opens nothing; once withdrawn it stays so."""
    Token.objects.filter(pk=found.pk, revoked_ms=None).update(revoked_ms=at_ms)


def in_force(token: Token, at_ms: int) -> bool:
    return token.revoked_ms is None and at_ms < token.expires_ms


def reader(token: Token) -> Reader:
    """What of the token the roster still carries: a term that ended ends it."""
    may, narrowed = frozenset(map(str, token.may)), frozenset(map(str, token.villages)) or None
    if not token.person:
        return Reader(token, "", may & frozenset(PROGRAM), narrowed)
    staff = find(token.person, now_ms())
    readers = limits(config()).readers
    held = frozenset() if staff is None else scopes.villages(staff, readers)
    if held is None:
        return Reader(token, token.person, may, narrowed)
    return Reader(token, token.person, may if held else frozenset(), held & (narrowed or held))


def hashed(token: str) -> bytes:
    """What is kept of it."""
    return hashlib.sha256(token.encode()).digest()


def _refuse_wrong(
    person: str, may: Iterable[str], villages: Collection[str], most: int, days: int | None
) -> None:
    unknown = set(may) - SCOPES.keys()
    beyond = set() if person else set(may) - set(PROGRAM)
    if unknown or not may:
        raise Refused("bad_request", f"may: 可以是 one or more of {' '.join(SCOPES)}")
    if beyond:
        names = " ".join(sorted(beyond))
        raise Refused("bad_request", f"{names}: 只给写明了人的令牌 only for a person's token")
    if villages and set(may) & set(WHOLE):
        names = " ".join(WHOLE)
        raise Refused("bad_request", f"{names}: 不能只限几个村 not for some villages alone")
    if days is not None and not 1 <= days <= most:
        raise Refused("bad_request", f"days: 1…{most}")
