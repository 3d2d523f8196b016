"""Who tries to log in how often: counted, refused when it is too much, and bounded.

Calls `hub.people.{limits,models}` and Django. A name and an address are counted under a number made
of them with the hub's secret, one of BUCKETS: the table keeps neither, names nobody, and does not
grow however many are tried. Who is on no roster is counted like who is.
"""

import hmac
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from hub.config import config
from hub.people.limits import Limits, limits, proxies
from hub.people.models import Tries
from wire.refusals import Refused

BUCKETS: Final = 4096
MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * HOUR_MS
ADDRESS: Final = 64


@dataclass(frozen=True)
class _Rule:
    kind: str
    value: str
    window_ms: int
    window: int
    day: int

    @property
    def name(self) -> str:
        return bucket(self.kind, self.value)


def ask(request: HttpRequest, now_ms: int) -> None:
    """One more question for a challenge. Raises Refused('login_locked')."""
    most = limits(config())
    rule = _Rule("ask", address(request), HOUR_MS, most.address_asks, 24 * most.address_asks)
    _refuse_if_spent(rule, now_ms)
    _count(rule, now_ms)


def check(request: HttpRequest, name: str, now_ms: int) -> None:
    """Whether there may be another try. Raises Refused('login_locked')."""
    for rule in _rules(request, name, limits(config())):
        _refuse_if_spent(rule, now_ms)


def failed(request: HttpRequest, name: str, now_ms: int) -> None:
    """One more that failed."""
    for rule in _rules(request, name, limits(config())):
        _count(rule, now_ms)


def succeeded(request: HttpRequest, name: str) -> None:
    """What failed before in this window is forgotten for that name; the day's count stays."""
    person, _ = _rules(request, name, limits(config()))
    Tries.objects.filter(name=person.name).update(tries=0)


def bucket(kind: str, value: str) -> str:
    """The number under which it is counted."""
    message = f"{kind}\n{value}".encode()
    digest = hmac.digest(settings.SECRET_KEY.encode(), message, "sha256")
    return f"{kind}-{int.from_bytes(digest[:4]) % BUCKETS}"


def address(request: HttpRequest) -> str:
    """Where it comes from, as the web server in front says; of IPv6 the network alone."""
    told = str(request.META.get("REMOTE_ADDR", ""))
    if told in proxies(config()):
        forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
        told = forwarded.rsplit(",", 1)[-1].strip() or told
    return ":".join(told.split(":")[:4])[:ADDRESS]


def _rules(request: HttpRequest, name: str, most: Limits) -> tuple[_Rule, _Rule]:
    lock_ms = most.lock_minutes * MINUTE_MS
    return (
        _Rule("person", name, lock_ms, most.person_failures, most.person_day),
        _Rule("address", address(request), HOUR_MS, most.address_hour, most.address_day),
    )


def _refuse_if_spent(rule: _Rule, now_ms: int) -> None:
    row = Tries.objects.filter(name=rule.name).first()
    if row is None:
        return
    if now_ms < row.since_ms + rule.window_ms and row.tries >= rule.window:
        raise Refused("login_locked", f"{rule.kind}: too many within its window")
    if now_ms < row.day_ms + DAY_MS and row.day_tries >= rule.day:
        raise Refused("login_locked", f"{rule.kind}: too many within a day")


def _count(rule: _Rule, now_ms: int) -> None:
    with transaction.atomic():
        Tries.objects.get_or_create(name=rule.name, defaults={"since_ms": now_ms, "day_ms": now_ms})
        row = Tries.objects.select_for_update().get(name=rule.name)
        if now_ms >= row.since_ms + rule.window_ms:
            row.since_ms, row.tries = now_ms, 0
        if now_ms >= row.day_ms + DAY_MS:
            row.day_ms, row.day_tries = now_ms, 0
        row.tries += 1
        row.day_tries += 1
        row.save()
