"""The stamps of a day and the applications before it, read in a fixed number of queries.

Calls `hub.applications`, `hub.approvals`, `hub.ingest`, `hub.records` (their tables), `hub.days`
and `hub.daily`.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime

from hub.applications.models import Filed
from hub.approvals.models import Approval
from hub.daily.limits import Limits
from hub.daily.rules import History, Pair, Stamp
from hub.days import bounds, zone
from hub.ingest.models import Record
from hub.records.models import RecordIndex

DAY_MS = 86_400_000


def stamps(day: date) -> list[Stamp]:
    """All of that day, by the machines' time, in its order."""
    first_ms, end_ms = bounds(day)
    records = Record.objects.filter(kind="stamped", wall_ms__gte=first_ms, wall_ms__lt=end_ms)
    about = {one.record_id: one for one in RecordIndex.objects.filter(record__in=records)}
    grants = {bytes(one.grant) for one in about.values() if one.grant is not None}
    applicants = _applicants(grants)
    approvers = _approvers(grants)
    found = []
    rows = records.order_by("wall_ms", "pk")
    for pk, name, device, village, wall_ms in rows.values_list(
        "pk", "entry_hash", "device", "village", "wall_ms"
    ):
        index = about.get(pk)
        grant = bytes(index.grant or b"") if index else b""
        found.append(
            Stamp(
                bytes(name),
                device,
                village,
                datetime.fromtimestamp(wall_ms / 1000, zone()),
                index.item if index else "",
                grant,
                applicants.get(grant, ""),
                approvers.get(grant, frozenset()),
            )
        )
    return found


def history(day: date, limits: Limits) -> History:
    """The applications filed in the days that the limits look back on."""
    _, end_ms = bounds(day)
    longest = max(limits.pair_days, limits.split_days)
    filed = Filed.objects.filter(created_ms__gte=end_ms - longest * DAY_MS, created_ms__lt=end_ms)
    rows = list(filed.values_list("subject_id", "village", "applicant", "item", "created_ms"))
    people: dict[int, set[str]] = defaultdict(set)
    given = Approval.objects.filter(subject__filed__in=filed, decision="approve")
    for subject, person in given.values_list("subject_id", "person"):
        people[subject].add(person)
    since_ms = end_ms - limits.pair_days * DAY_MS
    return History(
        [
            (village, frozenset(people[subject]))
            for subject, village, _, _, created_ms in rows
            if subject in people and created_ms >= since_ms
        ],
        [
            (applicant, item, datetime.fromtimestamp(created_ms / 1000, zone()))
            for _, _, applicant, item, created_ms in rows
        ],
    )


def _applicants(grants: Collection[bytes]) -> Mapping[bytes, str]:
    rows = Filed.objects.filter(subject__hash__in=grants)
    return {bytes(name): one for name, one in rows.values_list("subject__hash", "applicant")}


def _approvers(grants: Collection[bytes]) -> Mapping[bytes, Pair]:
    given = Approval.objects.filter(subject__hash__in=grants, decision="approve")
    found: dict[bytes, set[str]] = defaultdict(set)
    for name, person in given.values_list("subject__hash", "person"):
        found[bytes(name)].add(person)
    return {name: frozenset(persons) for name, persons in found.items()}
