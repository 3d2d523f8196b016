"""Links by which the first two people of a township come to log-in passkeys, and when one holds.

Calls `hub.people` and `hub.devices.authority`. Only while nobody can log in who could be a second
officer: that follows from roster and keys, and from no option. The secret itself is kept nowhere.
"""

import secrets
from hashlib import sha256
from typing import Final

from django.db import transaction

from hub.devices import authority
from hub.people import login, roster
from hub.people.models import FirstTwo
from hub.people.roster import KEEPERS, Staff
from wire.refusals import Refused

GOOD_MS: Final = 30 * 60_000
SECRET_BYTES: Final = 32


class FirstError(ValueError):
    """No link is made; the text says why, in Chinese and English."""


def invite(persons: tuple[str, str], now_ms: int) -> str:
    """The secret of a new link; links that wait end. Raises FirstError."""
    if open_to := _in(now_ms):
        names = "、".join(one.person.id for one in open_to)
        raise FirstError(
            f"{names} 已经能登录，请在“人员”页当面登记。 "
            f"Somebody can log in: enrol on the page 人员 before him ({names})."
        )
    able = {one.person.id for one in _able(now_ms)}
    if unable := [one for one in persons if one not in able]:
        others = "、".join(sorted(able)) or "没有人"
        raise FirstError(
            f"{'、'.join(unable)} 现在没有能作第二人的职务；有的是：{others}。 "
            f"No office of theirs that may be a second officer: {', '.join(unable)}."
        )
    if _close(*persons):
        raise FirstError(
            "两人要不同，也不能是亲属。 Two different people who are no relatives are needed."
        )
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with transaction.atomic():
        FirstTwo.objects.filter(used_ms=None, expires_ms__gt=now_ms).update(expires_ms=now_ms)
        FirstTwo.objects.create(
            name=name_of(secret),
            one=persons[0],
            other=persons[1],
            made_ms=now_ms,
            expires_ms=now_ms + GOOD_MS,
        )
    return secret


def waiting(name: bytes, now_ms: int) -> FirstTwo:
    """A link that still holds, of people who still may, while nobody of them can log in.

    Raises Refused('first_over').
    """
    found = FirstTwo.objects.filter(name=name, used_ms=None, expires_ms__gt=now_ms).first()
    able = {one.person.id for one in _able(now_ms)}
    if found is None or not {found.one, found.other} <= able or _in(now_ms):
        raise Refused("first_over")
    return found


def name_of(secret: str) -> bytes:
    """Under which it is kept."""
    return sha256(secret.encode()).digest()


def _able(now_ms: int) -> list[Staff]:
    """Who may be a second officer now."""
    return [one for one in roster.staff(now_ms) if one.offices & set(KEEPERS)]


def _in(now_ms: int) -> list[Staff]:
    """Who of them can log in."""
    return [one for one in _able(now_ms) if login.credentials(one.person.id)]


def _close(one: str, other: str) -> bool:
    """Whether they are one person, or relatives."""
    return one == other or any(other in each.kin(one) for each in authority.rosters().values())
