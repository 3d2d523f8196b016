"""Raises alarms, clears those whose cause has ended, and hands on those that nobody answered.

Calls `hub.alarms.{facts,limits,models,tell}`. Whatever is done twice is done once: a cause has one
name, and a step of an alarm is unique.
"""

import logging
from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256

from django.db import transaction

from hub.alarms import tell
from hub.alarms.facts import Cause
from hub.alarms.limits import Limits
from hub.alarms.models import Alarm, AlarmStep

log = logging.getLogger(__name__)


def raise_(causes: Iterable[Cause], limits: Limits, now_ms: int) -> None:
    """One alarm for each cause that has none yet."""
    named = _named(causes)
    known = set(map(bytes, Alarm.objects.filter(cause__in=named).values_list("cause", flat=True)))
    fresh = {name: cause for name, cause in named.items() if name not in known}
    with transaction.atomic():
        _raise(fresh, limits, now_ms)
        tell.raised(Alarm.objects.filter(cause__in=fresh), now_ms)
    for cause in fresh.values():
        log.warning("%s: alarm %s", cause.device, cause.rule)


def _raise(fresh: Mapping[bytes, Cause], limits: Limits, now_ms: int) -> None:
    Alarm.objects.bulk_create(
        (
            Alarm(
                rule=cause.rule,
                cause=name,
                device=cause.device,
                village=cause.village,
                entry_hash=cause.entry,
                told=dict(cause.told),
                since_ms=cause.since_ms,
                raised_ms=now_ms,
                due_ms=now_ms + limits.answer_ms(cause.rule),
            )
            for name, cause in fresh.items()
        ),
        ignore_conflicts=True,
    )


def clear(standing: Iterable[Cause], rules: Collection[str], now_ms: int) -> None:
    """The causes of these lasting rules that stand no more have ended."""
    names = _named(standing)
    left = Alarm.objects.filter(rule__in=rules).exclude(steps__kind="cleared")
    ended = [pk for pk, cause in left.values_list("pk", "cause") if bytes(cause) not in names]
    _add("cleared", ((pk, "") for pk in ended), now_ms)


def escalate(limits: Limits, now_ms: int) -> None:
    """One office further for each time that an answer was due and none came."""
    late = Alarm.objects.filter(settled_ms=None, due_ms__lte=now_ms)
    gone = AlarmStep.objects.filter(kind="escalated", alarm__in=late)
    there = set(gone.values_list("alarm_id", "office"))
    wanted = [
        (pk, office)
        for pk, rule, due_ms in late.values_list("pk", "rule", "due_ms")
        for level, office in enumerate(limits.escalate_to)
        if now_ms >= due_ms + level * limits.answer_ms(rule) and (pk, office) not in there
    ]
    with transaction.atomic():
        _add("escalated", wanted, now_ms)
        tell.handed_on(wanted, now_ms)


def _named(causes: Iterable[Cause]) -> Mapping[bytes, Cause]:
    """The name of each one's alarm. A cause that stands again after its alarm was cleared has
    another one, whose name follows from that of the alarm before.
    """
    named = {cause.name: cause for cause in causes}
    while True:
        ended = Alarm.objects.filter(cause__in=named, steps__kind="cleared")
        names = [bytes(name) for name in ended.values_list("cause", flat=True)]
        if not names:
            return named
        named |= {sha256(name).digest(): named.pop(name) for name in names}


def _add(kind: str, steps: Iterable[tuple[int, str]], now_ms: int) -> None:
    AlarmStep.objects.bulk_create(
        (AlarmStep(alarm_id=pk, kind=kind, office=office, made_ms=now_ms) for pk, office in steps),
        ignore_conflicts=True,
    )
