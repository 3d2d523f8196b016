"""What machines sent: entries in order, what opens them, and what contradicts them."""

from typing import ClassVar

from django.db import models


class Record(models.Model):
    """One verified journal entry; append-only by trigger. Times in ms since 1970 UTC."""

    device = models.CharField(max_length=32)
    village = models.CharField(max_length=64)
    seq = models.BigIntegerField()
    entry_hash = models.BinaryField(max_length=32, unique=True)
    envelope = models.BinaryField()
    kind = models.CharField(max_length=32, db_index=True)
    wall_ms = models.BigIntegerField()
    leaf_index = models.BigIntegerField(null=True)
    received_ms = models.BigIntegerField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device", "seq"], name="ingest_record_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["leaf_index"], name="ingest_record_leaf"),
            models.Index(fields=["wall_ms", "id"], name="ingest_record_wall"),
            models.Index(fields=["village", "wall_ms", "id"], name="ingest_record_village"),
            models.Index(fields=["village", "kind", "wall_ms"], name="ingest_record_kind"),
            models.Index(fields=["kind", "wall_ms", "village"], name="ingest_record_counted"),
        ]


class Openings(models.Model):
    """The encoded OpeningSet of one entry; it may be erased once the log says so (`Erased`), the
    entry never.
    """

    entry_hash = models.BinaryField(max_length=32, unique=True)
    data = models.BinaryField()


class Erased(models.Model):
    """Entries of one machine whose photos or openings (`what`) are to be erased: named at `at_ms`,
    said by the leaf, done at `done_ms`. The newest of them is of the time `newest_ms`.

    By trigger nothing of it changes, and a row that a leaf says stays.
    """

    what = models.CharField(max_length=8)
    device = models.CharField(max_length=32)
    first_seq = models.BigIntegerField()
    last_seq = models.BigIntegerField()
    newest_ms = models.BigIntegerField()
    at_ms = models.BigIntegerField()
    leaf_index = models.BigIntegerField(null=True)
    done_ms = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["device", "what", "first_seq"], name="ingest_erased_place"),
            models.Index(fields=["leaf_index"], name="ingest_erased_leaf"),
        ]


class Conflict(models.Model):
    """An entry, signed by the machine's key, that contradicts a stored one."""

    device = models.CharField(max_length=32)
    seq = models.BigIntegerField()
    envelope = models.BinaryField()
    reason = models.CharField(max_length=200)
    received_ms = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["device", "seq"], name="ingest_conflict_place")]
