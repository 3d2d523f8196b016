"""What cases keep from being erased. Calls `hub.{clock,config}` and `hub.cases`.

`hub.operate.retain` asks by name, before anything of an entry is named or erased.
"""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from hub.cases import evidence
from hub.cases.limits import keep_days
from hub.cases.models import Case
from hub.clock import now_ms
from hub.config import Config, config

DAY_MS = 86_400_000


def held(names: Collection[bytes]) -> set[bytes]:
    """Those of the entries that cases hold fast now. Raises ConfigError."""
    return frozen(config(), now_ms()) & set(names)


def frozen(config: Config, now_ms: int) -> set[bytes]:
    """Entries, by their hash, of the cases that keep theirs."""
    return evidence.entries(keeping(config, now_ms))


def keeping(config: Config, now_ms: int) -> QuerySet[Case]:
    """Cases that are open, or closed for less than the days in force. Raises ConfigError."""
    ended_ms = now_ms - keep_days(config) * DAY_MS
    return Case.objects.filter(Q(end=None) | Q(end__made_ms__gt=ended_ms))
