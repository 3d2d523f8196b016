"""What lies beside a hub's records as after years of publication: editions, events, questions.

Calls `hub.affairs`, `hub.append_only` and `bench.filled_rows`. Nothing of it was examined or
reviewed: staff's lists look at neither.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from bench.filled_rows import OPEN, SHARE, keep
from hub.affairs import catalogue
from hub.affairs.models import Draft, Edition, Event, Published, Question
from hub.append_only import lifted
from hub.approvals.models import Subject
from tests.support.contents import DAY, VILLAGE
from wire import release
from wire.release import Column, Release

YEARS: Final = 20
FIRST_YEAR: Final = 2000
"""What was published is of long ago, so that as much is late however much there is."""


def fill(most: int, now_ms: int) -> None:
    """So many editions and questions, and a SHARE of it of events."""
    folder = Path(settings.STATE) / catalogue.FOLDER
    folder.mkdir()
    (folder / "2026-01-01.csv").write_bytes(catalogue.EXAMPLE.read_bytes())
    keep(Event, (_event(number) for number in range(most // SHARE)))
    keep(Subject, (_subject(number, now_ms) for number in range(most)))
    keep(Edition, _editions(most, now_ms))
    with transaction.atomic(), lifted(["affairs_published"]):
        keep(Published, _published(most, now_ms))
    keep(Question, _questions(most, now_ms))
    keep(Draft, ({"item": "finance-income", "period": "2026-10", **_own(now_ms)} for _ in "12345"))


def _event(number: int) -> dict[str, Any]:
    return {
        "village": VILLAGE, "item": "projects", "on": f"{_month(number)}-01", "called": "村道",
        "person": "geng", "at_ms": 1,
    }  # fmt: skip


def _subject(number: int, now_ms: int) -> dict[str, Any]:
    data = release.encode(
        Release(
            sha256(b"%d" % number).digest(), VILLAGE, "projects", "2026-10-01", 1, None, "", "村道",
            (), (Column("stage", "阶段", "text"),), (("开工",),), (), None, 1, "geng",
        )
    )  # fmt: skip
    return {
        "hash": release.name_of(data), "kind": release.KIND, "data": data, "proposer": "geng",
        "excluded": ["geng"], "created_ms": now_ms,
    }  # fmt: skip


def _editions(most: int, now_ms: int) -> Iterator[dict[str, Any]]:
    """The newest wait for their reviewer; a SHARE of the others tells of an event."""
    items = list(catalogue.named(catalogue.current()))
    events = list(Event.objects.values_list("pk", flat=True))
    subjects = Subject.objects.filter(kind=release.KIND).order_by("pk")
    for number, pk in enumerate(subjects.values_list("pk", flat=True).iterator()):
        waits = number >= most - OPEN
        yield {
            "subject_id": pk, "series": sha256(b"%d" % number).digest(), "number": 1,
            "village": VILLAGE, "item": items[number % len(items)], "period": _month(number),
            "event_id": events[number // SHARE] if number % SHARE == 0 else None,
            "title": "各项收入", "made_ms": now_ms, "ended_ms": None if waits else now_ms,
        }  # fmt: skip


def _published(most: int, now_ms: int) -> Iterator[dict[str, Any]]:
    rows = Edition.objects.order_by("pk").values_list("pk", "series")[: most - OPEN]
    for pk, series in rows.iterator():
        yield {"edition_id": pk, "series": bytes(series), "number": 1, "at_ms": now_ms}


def _questions(most: int, now_ms: int) -> Iterator[dict[str, Any]]:
    row = Published.objects.order_by("pk").values_list("pk", flat=True)[0]
    for number in range(most):
        waits = number >= most - OPEN
        yield {
            "code": number.to_bytes(32, "big"), "village": VILLAGE, "published_id": row,
            "words": "停车场的钱给了谁？", "at_ms": now_ms, "until_ms": now_ms + DAY,
            "answer": "" if waits else "进了账户。", "answered_by": "" if waits else "geng",
            "answered_ms": None if waits else now_ms,
        }  # fmt: skip


def _own(now_ms: int) -> dict[str, Any]:
    return {"village": VILLAGE, "title": "收入", "person": "geng", "changed_ms": now_ms}


def _month(number: int) -> str:
    at = number % (YEARS * 12)
    return f"{FIRST_YEAR + at // 12}-{at % 12 + 1:02}"
