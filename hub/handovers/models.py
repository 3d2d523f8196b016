"""Exit sheets, who signed them, and the photos of their paper: written once, never changed.

Calls only Django. Times in ms since 1970 UTC. A sheet makes nobody hold an office, and ends none.
"""

from typing import ClassVar

from django.db import models


class Sheet(models.Model):
    """A leaver's exit sheet (移交清单): `data` is what was shown and printed, `on_ms` when his term
    ends. Who gives, takes and watches is None of sheets from before passkeys signed them, whose
    data are JSON.
    """

    village = models.CharField(max_length=64)
    person = models.CharField(max_length=64)
    on_ms = models.BigIntegerField()
    data = models.BinaryField()
    sha256 = models.BinaryField(max_length=32, unique=True)
    gives = models.CharField(max_length=64, null=True)
    takes = models.CharField(max_length=64, null=True)
    watches = models.CharField(max_length=64, null=True)
    made_by = models.CharField(max_length=64)
    made_ms = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["village", "person", "on_ms"], name="handovers_sheet_whose")
        ]


class Signature(models.Model):
    """One of the three, by a passkey of the county's signing page; `roster` is its version."""

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="signatures")
    role = models.CharField(max_length=8)
    person = models.CharField(max_length=64)
    roster = models.BigIntegerField()
    credential = models.BinaryField()
    authenticator_data = models.BinaryField()
    client_data = models.BinaryField()
    signature = models.BinaryField()
    received_ms = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sheet", "role"], name="handovers_role_once")
        ]


class SignedCopy(models.Model):
    """A photo of the sheet's paper, signed by hand; its bytes are a blob's."""

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="copies")
    sha256 = models.BinaryField(max_length=32)
    person = models.CharField(max_length=64)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sheet", "sha256"], name="handovers_copy_once")
        ]


class Hand(models.Model):
    """Whose signature by hand a photo shows: `role` is what he does."""

    photo = models.ForeignKey(SignedCopy, models.PROTECT, related_name="hands")
    role = models.CharField(max_length=8)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["photo", "role"], name="handovers_hand_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=("gives", "takes", "watches")),
                name="handovers_hand_whose",
            ),
        ]
