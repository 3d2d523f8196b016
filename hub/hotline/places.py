"""Copies the villages' ids and names to where the hotline finds them.

Calls `hub.disclosure.queries` and `hub.hotline.models`; run by the staff's side alone.
"""

from django.db import transaction

from hub.disclosure import queries
from hub.hotline.models import Place
from hub.hotline.router import LABEL


def names() -> dict[str, str]:
    """Villages by id; what the form offers is brought up to date where it differs."""
    every = queries.villages()
    keep({one.id: one.name for one in every if not one.ended})
    return {one.id: one.name for one in every}


def keep(now: dict[str, str]) -> None:
    """These and no others."""
    rows = dict(Place.objects.values_list("village", "name"))
    if rows == now:
        return
    with transaction.atomic(using=LABEL):
        Place.objects.exclude(village__in=now).delete()
        for village, name in now.items():
            Place.objects.update_or_create(village=village, defaults={"name": name})
