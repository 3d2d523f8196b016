"""What inspectors found when they reviewed a record, and by what they find records.

Calls only Django and `hub.ingest.models`. Times in ms since 1970 UTC. A review is written once and
never changed; the index is made of the records and can be made again.
"""

from typing import ClassVar, Final

from django.db import models

from hub.ingest.models import Record

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


class RecordIndex(models.Model):
    """Which item, seal and application (`grant`) a record is about; that of its opening where it
    does not say so itself.
    """

    record = models.OneToOneField(Record, models.PROTECT, primary_key=True, related_name="index")
    device = models.CharField(max_length=32)
    item = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)
    grant = models.BinaryField(max_length=32, null=True)

    @property
    def application(self) -> str:
        """The hash of the application as an address has it."""
        return bytes(self.grant or b"").hex()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["item", "record"], name="records_index_item"),
            models.Index(fields=["device", "seal", "record"], name="records_index_seal"),
            models.Index(fields=["grant", "record"], name="records_index_grant"),
        ]


class RecordPerson(models.Model):
    """A person whom a record's opening names; it goes when the opening is erased."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="persons", db_index=False)
    person = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record", "person"], name="records_person_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "record"], name="records_person_record")
        ]


class Bookmark(models.Model):
    """How far a reader of an append-only table has come: the id of the last row it dealt with."""

    reader = models.CharField(max_length=32, unique=True)
    row = models.BigIntegerField()
