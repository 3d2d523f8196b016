"""The one place where an identity is opened: in the hotline's process, by a code, once granted.

Calls `hub.hotline.{codes,models,router,vault}`. That it was opened is written before it is: what
the database will not keep is not opened.
"""

from typing import Final

from django.db import transaction

from hub.hotline import codes, vault
from hub.hotline.models import Identity, Opened, Opening, Original
from hub.hotline.router import LABEL

HOUR_MS: Final = 3_600_000


def find(code: str, hours: int, now_ms: int) -> Opening | None:
    """What a code opens; None for one that opens nothing: unknown, not granted, too old."""
    name = codes.typed(code, codes.OPENING, now_ms)
    if name is None:
        return None
    since = now_ms - hours * HOUR_MS
    granted = Opening.objects.filter(verdict__granted=True, verdict__made_ms__gt=since)
    return granted.filter(code=name).first()


def who(asked: Opening, now_ms: int) -> dict[str, str]:
    """Who reported; nothing of somebody who did not say. Raises VaultError elsewhere."""
    with transaction.atomic(using=LABEL):
        Opened.objects.create(opening=asked, made_ms=now_ms)
        found = Identity.objects.filter(case=asked.number).first()
        return {} if found is None else vault.unpack(bytes(found.sealed))


def files(asked: Opening) -> list[tuple[int, str]]:
    """Numbers and kinds of the files of that case."""
    rows = Original.objects.filter(message__case=asked.number).order_by("pk")
    return list(rows.values_list("pk", "kind"))


def original(asked: Opening, number: int, now_ms: int) -> bytes | None:
    """A file as it came; None where the case has none of that number."""
    found = Original.objects.filter(message__case=asked.number, pk=number).first()
    if found is None:
        return None
    with transaction.atomic(using=LABEL):
        Opened.objects.create(opening=asked, original=number, made_ms=now_ms)
        return vault.open_(bytes(found.sealed))
