"""Exit sheets and the photos of their signed paper: written once, never changed.

Calls only Django. Times in ms since 1970 UTC. A sheet makes nobody hold an office, and ends none.
"""

from typing import ClassVar

from django.db import models


class Sheet(models.Model):
    """A leaver's exit sheet (移交清单): `data` is what was printed, `on_ms` when his term ends."""

    village = models.CharField(max_length=64)
    person = models.CharField(max_length=64)
    on_ms = models.BigIntegerField()
    data = models.BinaryField()
    sha256 = models.BinaryField(max_length=32, unique=True)
    made_by = models.CharField(max_length=64)
    made_ms = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["village", "person", "on_ms"], name="handovers_sheet_whose")
        ]


class SignedCopy(models.Model):
    """The sheet's paper with the three signatures, photographed; its bytes are a blob's."""

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="copies")
    sha256 = models.BinaryField(max_length=32)
    person = models.CharField(max_length=64)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sheet", "sha256"], name="handovers_copy_once")
        ]
