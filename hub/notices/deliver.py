"""Which target is told what next, and what is kept of it.

Calls `hub.notices`, `hub.records.models` for its bookmarks. Each step is written before and after
it is done; a message may so be sent twice after a crash, under the same id, and is never lost.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Final

from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Greatest

from hub.notices import send, words
from hub.notices.models import Delivery, Notice
from hub.notices.send import Post
from hub.notices.settings import Settings, Target
from hub.records.models import Bookmark

MINUTE_MS: Final = 60_000
BATCH: Final = 500
NO_TARGET: Final = "no_target"

log = logging.getLogger(__name__)


def spread(targets: Mapping[str, Target], now_ms: int) -> None:
    """New notices for each target; one that is new hears of what comes from now on."""
    for target in targets.values():
        while _spread(target, now_ms):
            pass
    waiting = Delivery.objects.filter(state="waiting").exclude(target__in=list(targets))
    waiting.update(state="given_up", reason=NO_TARGET)


def deliver(settings: Settings, now_ms: Callable[[], int], post: Post) -> bool:
    """One message for each target that is due; whether anything was tried."""
    tried = False
    for target in settings.targets.values():
        found = _next(target, now_ms())
        if found is not None:
            _send(found, target, settings, now_ms, post)
            tried = True
    return tried


def again(target: str, now_ms: int) -> int:
    """What was given up is tried once more, from the beginning; how many."""
    given_up = Delivery.objects.filter(target=target, state="given_up")
    return given_up.update(state="waiting", tries=0, due_ms=now_ms)


def _spread(target: Target, now_ms: int) -> bool:
    """Whether there may be more."""
    with transaction.atomic():
        mark = _mark(target)
        rows = list(Notice.objects.filter(pk__gt=mark.row).order_by("pk")[:BATCH])
        Delivery.objects.bulk_create(
            (
                Delivery(notice=one, target=target.name, due_ms=now_ms)
                for one in rows
                if target.wants(one.kind, one.village)
            ),
            ignore_conflicts=True,
        )
        if rows:
            mark.row = rows[-1].pk
            mark.save()
    return len(rows) == BATCH


def _mark(target: Target) -> Bookmark:
    newest = Notice.objects.aggregate(Max("pk"))["pk__max"] or 0
    reader = f"notices.{target.name}"
    return Bookmark.objects.get_or_create(reader=reader, defaults={"row": newest})[0]


def _next(target: Target, now_ms: int) -> Delivery | None:
    """What waits longest, unless the target has had its fill this minute."""
    own = Delivery.objects.filter(target=target.name)
    if own.filter(tried_ms__gt=now_ms - MINUTE_MS).count() >= target.adapter.per_minute:
        return None
    due = own.filter(state="waiting", due_ms__lte=now_ms).select_related("notice")
    return due.order_by("due_ms", "pk").first()


def _send(
    found: Delivery, target: Target, settings: Settings, now_ms: Callable[[], int], post: Post
) -> None:
    own = Delivery.objects.filter(pk=found.pk)
    own.update(tried_ms=now_ms(), tries=F("tries") + 1)
    message = words.message(found.notice, *words.names())
    outcome = send.attempt(target.adapter, target.adapter.request(message, now_ms()), post)
    now, tries = now_ms(), found.tries + 1
    if outcome.sent:
        own.update(state="sent", reason="")
        return
    over = outcome.over or tries > len(settings.backoff_s)
    log.warning("%s: not told, %s, try %d", target.name, outcome.reason, tries)
    if over:
        own.update(state="given_up", reason=outcome.reason)
    else:
        due_ms = now + settings.backoff_s[tries - 1] * 1000
        own.update(due_ms=due_ms, reason=outcome.reason)
    if outcome.pause_s:
        rest = Delivery.objects.filter(target=target.name, state="waiting")
        rest.update(due_ms=Greatest(F("due_ms"), now + outcome.pause_s * 1000))
