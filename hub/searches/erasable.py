"""Searches whose time is over. Calls `hub.searches.models`; `hub.operate.retain` erases them."""

from collections.abc import Collection

from django.db.models import QuerySet

from hub.searches.models import Search


def old(until_ms: int) -> QuerySet[Search]:
    """Those made before."""
    return Search.objects.filter(made_ms__lt=until_ms)


def erase(numbers: Collection[int]) -> None:
    """Where an erasure covers them; IntegrityError where none does."""
    Search.objects.filter(pk__in=numbers).delete()
