"""What cases keep from being erased. Calls `hub.cases.{evidence,limits,models}`.

Whoever erases openings or photos asks this first, in the transaction in which it erases.
"""

from dataclasses import dataclass

from django.db.models import Q

from hub.cases import evidence
from hub.cases.limits import keep_days
from hub.cases.models import Case
from hub.config import Config

DAY_MS = 86_400_000


@dataclass(frozen=True)
class Frozen:
    """Entries whose openings stay, by their hash; photos and approved pages, by their SHA-256."""

    openings: frozenset[bytes]
    blobs: frozenset[bytes]


def frozen(config: Config, now_ms: int) -> Frozen:
    """By cases that are open, or closed for less than the days in force."""
    ended_ms = now_ms - keep_days(config) * DAY_MS
    cases = Case.objects.filter(Q(end=None) | Q(end__made_ms__gt=ended_ms))
    names, blobs = evidence.entries(cases), evidence.pages(cases)
    for record, openings in evidence.records(names):
        blobs.update(evidence.photos(record, openings))
    return Frozen(frozenset(names), frozenset(blobs))
