"""What was found at a machine, and who signed it. Written once, never changed.

Calls only Django. Times in ms since 1970 UTC.
"""

from typing import ClassVar

from django.db import models


class Check(models.Model):
    """One surprise check: `document` is what is signed, its bytes by `hub.checks.document`."""

    device = models.CharField(max_length=32)
    village = models.CharField(max_length=64)
    checker = models.CharField(max_length=64)
    witness = models.CharField(max_length=64)
    document = models.BinaryField()
    sha256 = models.BinaryField(max_length=32, unique=True)
    made_ms = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(checker=models.F("witness")), name="checks_two_persons"
            )
        ]


class CheckSignature(models.Model):
    """One person's log-in passkey over the document."""

    check_of = models.ForeignKey(Check, models.PROTECT, related_name="signatures")
    person = models.CharField(max_length=64)
    credential = models.BinaryField()
    authenticator_data = models.BinaryField()
    client_data = models.BinaryField()
    signature = models.BinaryField()
    made_ms = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["check_of", "person"], name="checks_signed_once")
        ]
