"""What lies beside a hub's records as after years: applications, registers, uses, notices, cases.

Calls `hub` and `tests.hub`. Rows are written as the hub leaves them, many at once.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db.models import Model

from hub.applications.models import Filed
from hub.approvals.models import Subject
from hub.audit.models import Attempt
from hub.cases.models import Case, CaseItem
from hub.clock import now_ms
from hub.config import FILE
from hub.exports.models import BulkExport
from hub.notices.models import Delivery, Notice
from hub.registers.models import Resolution, SealFact, Step
from hub.requests.models import Request
from hub.searches.models import Search
from tests.support.contents import DAY, DEVICE, VILLAGE, YEAR
from tests.support.township import Township
from wire.approval import subject

BATCH: Final = 2000
OPEN: Final = 20
"""Applications that wait for somebody, however many there were."""
SHARE: Final = 10
"""One case, resolution or export for so many records."""
TARGET: Final = """
[notices.targets.county]
kind = "https"
url = "https://seals.county.example/hook"
secret_file = "hook"
"""


def fill(township: Township, most: int) -> None:
    """So many of each, the rare ones a SHARE of it."""
    now = now_ms()
    _applications(township, most, now)
    keep(Request, _requests(most, now))
    keep(Search, ({"person": "ren", **_search(n), "made_ms": now} for n in range(most)))
    keep(Attempt, ({"person": "geng", **_attempt(n), "at_ms": now} for n in range(most)))
    _notices(most, now)
    few = most // SHARE
    keep(BulkExport, ({"person": "ren", "begun_ms": n, "sha256": b"s" * 32} for n in range(few)))
    _cases(few, now)
    _registers(few, now)


def keep(kind: type[Model], rows: Iterator[dict[str, Any]] | Any) -> None:
    """Write them, many at once."""
    for some in _portions(iter(rows)):
        kind._default_manager.bulk_create(kind(**one) for one in some)  # noqa: SLF001


def _applications(township: Township, most: int, now: int) -> None:
    """The newest wait for their first signature; of the others half ran out, half were settled."""
    made = township.application(created=now - DAY, not_before=now - DAY, not_after=now + DAY)
    ran_out = replace(made, created=now - 9 * DAY, not_before=now - 9 * DAY, not_after=now - DAY)
    for numbers in _portions(iter(range(most))):
        rows = []
        for number in numbers:
            waits = number >= most - OPEN
            one = replace(made if waits else ran_out, id=number.to_bytes(32, "big"))
            data = subject.encode(one)
            filed = Subject(
                hash=subject.subject_hash(data), kind="application", data=data,
                proposer="geng", excluded=["xin"], created_ms=one.created,
            )  # fmt: skip
            rows.append((filed, one, None if waits or number % 2 else now))
        Subject.objects.bulk_create(filed for filed, _, _ in rows)
        hashes = [filed.hash for filed, _, _ in rows]
        found = {bytes(one.hash): one for one in Subject.objects.filter(hash__in=hashes)}
        Filed.objects.bulk_create(
            Filed(
                subject=found[bytes(filed.hash)], device=DEVICE, village=VILLAGE, item=one.item,
                applicant=one.applicant, title=one.title, created_ms=one.created,
                not_after=one.not_after, settled_ms=settled,
            )
            for filed, one, settled in rows
        )  # fmt: skip


def _requests(most: int, now: int) -> Iterator[dict[str, Any]]:
    """Villagers', all but the newest of them ended."""
    for number in range(most):
        state = "received" if number >= most - OPEN else "declined"
        yield {
            "code": number.to_bytes(32, "big"), "village": VILLAGE, "item": "residence",
            "name": "某村民", "phone": "0577-0000000", "title": "居住证明", "purpose": "上学",
            "impressions": 1, "created_ms": now, "state": state, "since_ms": now,
        }  # fmt: skip


def _search(number: int) -> dict[str, Any]:
    return {"about": "records", "values": {"person": "wu", "kind": str(number)}}


def _attempt(number: int) -> dict[str, Any]:
    return {"method": "POST", "route": "application-new", "about": f"n={number}", "outcome": "done"}


def _notices(most: int, now: int) -> None:
    """Each told to one target, a year ago."""
    state = Path(settings.STATE)
    (state / "hook").write_text("whsec_" + "A" * 32)
    (state / "hook").chmod(0o600)
    with (state / FILE).open("a", encoding="utf-8") as file:
        file.write(TARGET)
    told = {"kind": "alarm_raised", "village": VILLAGE, "device": DEVICE, "made_ms": now}
    keep(
        Notice,
        (
            {**told, "cause": n.to_bytes(32, "big"), "told": {"number": n, "rule": "machine"}}
            for n in range(most)
        ),
    )
    sent = {"target": "county", "state": "sent", "tries": 1, "due_ms": now, "tried_ms": now - YEAR}
    numbers = Notice.objects.values_list("pk", flat=True).iterator()
    keep(Delivery, ({**sent, "notice_id": pk} for pk in numbers))


def _cases(few: int, now: int) -> None:
    opened = {"title": "夜间用印", "opener": "ren", "opened_ms": now}
    keep(Case, (opened for _ in range(few)))
    said = {"kind": "note", "words": "问过了。", "person": "ren", "made_ms": now}
    numbers = list(Case.objects.values_list("pk", flat=True))
    keep(CaseItem, ({**said, "case_id": pk} for pk in numbers))


def _registers(few: int, now: int) -> None:
    """Resolutions with a first step each, and what is known of one seal."""
    asked = {"village": VILLAGE, "title": "修水渠", "matter": "修水渠，三万元。"}
    keep(Resolution, ({**asked, "person": "geng", "made_ms": now} for _ in range(few)))
    held = {
        "step": "proposal", "meeting": "branch", "day": "2026-10-01", "entitled": 7, "came": 7,
        "agreed": 7, "against": 0, "abstained": 0, "pages": [], "person": "geng", "at_ms": now,
    }  # fmt: skip
    numbers = list(Resolution.objects.values_list("pk", flat=True))
    keep(Step, ({**held, "resolution_id": pk} for pk in numbers))
    fact = {"kind": "notice", "day": "2026-10-01", "data": {"words": "启用新章"}, "pages": []}
    whose = {"village": VILLAGE, "person": "geng", "at_ms": now}
    keep(SealFact, ({**fact, **whose, "seal": f"other-{n}"} for n in range(few)))


def _portions(rows: Iterator[Any]) -> Iterator[list[Any]]:
    return iter(lambda: list(islice(rows, BATCH)), [])
