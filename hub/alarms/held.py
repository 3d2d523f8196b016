"""What alarms keep from being erased until somebody has said what they came to.

Calls `hub.{alarms,ingest,records}` (their tables). `hub.operate.retain` asks by name.
"""

from collections.abc import Collection

from django.db.models import Q

from hub.alarms.models import Alarm
from hub.ingest.models import Record
from hub.records.models import RecordIndex


def held(names: Collection[bytes]) -> set[bytes]:
    """Those of the entries that an alarm without an outcome cites, and of the same applications."""
    cited = Alarm.objects.filter(settled_ms=None, entry_hash__isnull=False).values("entry_hash")
    about = RecordIndex.objects.filter(record__entry_hash__in=cited, grant__isnull=False)
    beside = Q(index__grant__in=about.values("grant")) | Q(index__grant__in=_applications())
    found = Record.objects.filter(Q(entry_hash__in=cited) | beside, entry_hash__in=list(names))
    return {bytes(name) for name in found.values_list("entry_hash", flat=True)}


def _applications() -> set[bytes]:
    """Those that open alarms are about without an entry."""
    rows = Alarm.objects.filter(settled_ms=None, told__has_key="grant")
    return {bytes.fromhex(told["grant"]) for told in rows.values_list("told", flat=True)}
