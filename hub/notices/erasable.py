"""Notices whose time is over. Calls `hub.notices.models`; `hub.operate.retain` erases them."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet

from hub.notices.models import Delivery, Notice


def old(until_ms: int) -> QuerySet[Notice]:
    """Those of before that nobody waits for any more."""
    waiting = Delivery.objects.filter(notice=OuterRef("pk"), state="waiting")
    return Notice.objects.filter(~Exists(waiting), made_ms__lt=until_ms)


def erase(numbers: Collection[int]) -> None:
    """With how far each target was told; IntegrityError where no erasure covers them."""
    Delivery.objects.filter(notice__in=numbers).delete()
    Notice.objects.filter(pk__in=numbers).delete()
