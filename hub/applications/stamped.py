"""How often an application was stamped, as far as the hub has it recorded.

Calls `hub.applications.models`, `hub.corrections.stamps` and `hub.records.models`.
"""

from collections.abc import Iterable

from django.db.models import Count

from hub.applications.models import Filed
from hub.corrections import stamps
from hub.ingest.models import Record
from hub.records.models import RecordIndex


def of(row: Filed) -> list[Record]:
    """Its stamps, oldest first."""
    grant = bytes(row.subject.hash)
    return list(stamps.of_grant(row.device, grant, row.created_ms, row.not_after))


def counts(grants: Iterable[bytes]) -> dict[bytes, int]:
    """By application, as far as the index of records has come. One query."""
    rows = RecordIndex.objects.filter(grant__in=list(grants), record__kind="stamped")
    found = rows.values("grant").annotate(times=Count("pk")).values_list("grant", "times")
    return {bytes(grant or b""): times for grant, times in found}
