"""What inspectors found when they reviewed a record: written once, never changed.

Calls only Django. Times in ms since 1970 UTC.
"""

from typing import ClassVar, Final

from django.db import models

VERDICTS: Final = ("in_order", "irregular", "false_alarm")


class Review(models.Model):
    """One inspector's review (复核) of the entry of that hash; `verdict` is one of VERDICTS."""

    entry_hash = models.BinaryField(max_length=32)
    person = models.CharField(max_length=64)
    verdict = models.CharField(max_length=16)
    words = models.CharField(max_length=500)
    made_ms = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry_hash", "person"], name="records_review_once"),
            models.CheckConstraint(
                condition=models.Q(verdict__in=VERDICTS), name="records_review_verdict"
            ),
        ]
