"""The approved applications of one machine, as its list carries them.

Calls `hub.applications`, `hub.approvals`, `hub.clock` and `wire`.
"""

from typing import Final

from django.db.models import Max

from hub.applications import leaning
from hub.applications.models import ARCHIVE, WITHDRAW, Act, Filed
from hub.approvals import service
from hub.approvals.models import Approval
from hub.clock import now_ms
from hub.requests.models import RECALLED
from wire.approval import chain, subject
from wire.errors import WireError
from wire.lists.content import Grant
from wire.refusals import Refused

ENDING: Final = (WITHDRAW, ARCHIVE)


def granted(device: str) -> list[Grant]:
    """Complete chains that have not expired and that nobody withdrew or filed away, judged as the
    machine will judge them.
    """
    now = now_ms()
    rows = Filed.objects.filter(device=device, not_after__gt=now).select_related("subject")
    rows = rows.exclude(subject__acts__kind__in=ENDING).exclude(subject__request__state=RECALLED)
    rows = rows.prefetch_related("subject__approvals", leaning.LOADED)
    grants = []
    for row in rows.order_by("id"):
        data = bytes(row.subject.data)
        decisions = tuple(service.decisions(row.subject))
        absences = tuple(one.signed for one in leaning.bound(row.subject))
        try:
            lists = service.approval_list(device)
            chain.judge(subject.decode(data), data, decisions, lists, absences)
        except (Refused, WireError):
            continue
        grants.append(Grant(data, decisions, absences))
    return grants


def revision(device: str) -> int:
    """A number that grows with every decision and act about this device's applications."""
    found = (
        table.objects.filter(subject__filed__device=device).aggregate(last=Max("id"))["last"]
        for table in (Approval, Act)
    )
    return sum(one or 0 for one in found)
