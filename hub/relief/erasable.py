"""Rows of people whose time is over. Calls its models; `hub.operate.retain` erases them."""

from collections.abc import Collection

from django.db.models import QuerySet

from hub.relief.models import Benefit, Household


def old(until_ms: int) -> QuerySet[Benefit]:
    """Those of lists that were taken in before."""
    return Benefit.objects.filter(batch__at_ms__lt=until_ms)


def erase(numbers: Collection[int]) -> None:
    """Where an erasure covers them; IntegrityError where none does. Households that have no row
    left go with their codes.
    """
    rows = Benefit.objects.filter(pk__in=numbers)
    households = set(rows.values_list("household", flat=True))
    rows.delete()
    Household.objects.filter(pk__in=households, benefits__isnull=True).delete()
