"""Takes villagers' names out of requests that ended, and pages that nobody sent off the disk.

Calls `hub.requests.models`, `hub.applications.limits`, `hub.approvals.models`, `hub.blobs` and
`wire`. What is left of a request is what its receipt code still shows: item and state.
"""

from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from hub.applications.limits import Limits
from hub.approvals.models import Subject
from hub.blobs import store
from hub.blobs.models import Blob
from hub.requests.models import RECEIVED, Request
from wire.approval import subject
from wire.errors import WireError

DAY_MS: Final = 86_400_000
UNSENT_MS: Final = 2 * DAY_MS
"""Whoever fills the form in has finished by then."""
PUBLIC: Final = "public"
"""The source of pages that came by the public page."""
OPEN: Final = (RECEIVED, "pending")
"""Neither has ended; an application that is pending ends with its days."""


@dataclass(frozen=True)
class Forgotten:
    """So many requests name nobody any more, so many pages are gone."""

    requests: int
    pages: int


def forget(limits: Limits, now_ms: int) -> Forgotten:
    """Requests that ended `names_days` ago; pages that no request and no application names."""
    until = now_ms - limits.names_days * DAY_MS
    ended = ~Q(state__in=OPEN) & Q(since_ms__lt=until)
    expired = Q(state="pending", subject__filed__not_after__lt=until)
    rows = Request.objects.filter(ended | expired).exclude(name="")
    numbers = list(rows.values_list("pk", flat=True))
    blank = dict.fromkeys(("name", "phone", "title", "purpose", "words"), "")
    count = Request.objects.filter(pk__in=numbers).update(**blank, pages=[])
    return Forgotten(count, _unsent(now_ms - UNSENT_MS))


def _unsent(until_ms: int) -> int:
    rows = Blob.objects.filter(kind="page", source=PUBLIC).values_list("sha256", flat=True)
    old = {bytes(name) for name in rows if store.written_ms(bytes(name)) < until_ms}
    if not old:
        return 0
    for names in Request.objects.values_list("pages", flat=True).iterator():
        old -= {bytes.fromhex(name) for name in names}
    for data in Subject.objects.values_list("data", flat=True).iterator():
        old -= set(_pages(bytes(data)))
    for name in old:
        store.remove(name)
    return len(old)


def _pages(data: bytes) -> tuple[bytes, ...]:
    try:
        return subject.decode(data).pages
    except WireError:
        return ()
