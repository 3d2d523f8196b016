"""Log-ins that last (登录): begun with a passkey, ended by time, by hand, or by a revocation.

Calls `hub.people.{limits,models}` and `hub.config`.
"""

from collections.abc import Iterable
from typing import Final

from django.db.models import Q, QuerySet

from hub.config import config
from hub.people.limits import Limits, limits
from hub.people.models import Sitting

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
KEPT_MS: Final = 90 * 24 * HOUR_MS
"""Ended ones older than this are forgotten; the audit keeps who logged in when."""
SYSTEMS: Final = (
    ("iPhone", "苹果手机"),
    ("iPad", "苹果平板"),
    ("OpenHarmony", "鸿蒙设备"),
    ("Android", "安卓手机"),
    ("Windows", "Windows 电脑"),
    ("Macintosh", "苹果电脑"),
    ("Linux", "Linux 电脑"),
)


def begin(person: str, credential: bytes, agent: str, now_ms: int) -> Sitting:
    """A new one, of which nothing is kept but by which passkey and on what kind of device."""
    Sitting.objects.filter(person=person, seen_ms__lt=now_ms - KEPT_MS).delete()
    return Sitting.objects.create(
        person=person, credential=credential, device=device(agent), since_ms=now_ms, seen_ms=now_ms
    )


def device(agent: str) -> str:
    """The kind of device by its browser's word."""
    return next((zh for mark, zh in SYSTEMS if mark in agent), "其他设备")


def find(number: object, person: str, now_ms: int) -> Sitting | None:
    """The one that still lasts, now seen once more."""
    if type(number) is not int:
        return None
    found = lasting(person, now_ms).filter(pk=number).first()
    if found is not None and now_ms - found.seen_ms >= MINUTE_MS:
        Sitting.objects.filter(pk=number).update(seen_ms=now_ms)
    return found


def lasting(person: str, now_ms: int) -> QuerySet[Sitting]:
    """That person's, the newest first."""
    most = limits(config())
    return Sitting.objects.filter(_lasts(most, now_ms), person=person).order_by("-id")


def end(found: QuerySet[Sitting], why: str, now_ms: int) -> int:
    """End those of them that last; how many."""
    return found.filter(ended_ms=None).update(ended_ms=now_ms, ended=why)


def end_of_persons(persons: Iterable[str], why: str, now_ms: int) -> int:
    """All that these persons have open."""
    return end(Sitting.objects.filter(person__in=list(persons)), why, now_ms)


def end_of_passkey(credential: bytes, why: str, now_ms: int) -> int:
    """All that were begun with that passkey."""
    return end(Sitting.objects.filter(credential=credential), why, now_ms)


def _lasts(most: Limits, now_ms: int) -> Q:
    return Q(
        ended_ms=None,
        since_ms__gt=now_ms - most.session_hours * HOUR_MS,
        seen_ms__gt=now_ms - most.idle_minutes * MINUTE_MS,
    )
