"""Reports whose time is over. Calls `hub.hotline.models`; `hub.operate.retain` erases them.

What stays of a report is that somebody asked who made it, and what came of that.
"""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Max, QuerySet

from hub.hotline.models import Act, Case, Exclusion, Identity, Message, Original
from hub.hotline.router import LABEL


def old(until_ms: int) -> QuerySet[Case]:
    """Those answered, and of which nothing was heard or done since."""
    answered = Case.objects.filter(acts__what="answered")
    last = answered.annotate(said=Max("messages__made_ms"), done=Max("acts__made_ms"))
    return last.filter(said__lt=until_ms, done__lt=until_ms)


def erase(numbers: Collection[int]) -> None:
    """With all that was said and sent; IntegrityError for one that was not answered."""
    with transaction.atomic(using=LABEL):
        Original.objects.filter(message__case__in=numbers).delete()
        Identity.objects.filter(case__in=numbers).delete()
        Message.objects.filter(case__in=numbers).delete()
        Exclusion.objects.filter(case__in=numbers).delete()
        Act.objects.filter(case__in=numbers).delete()
        Case.objects.filter(pk__in=numbers).delete()
