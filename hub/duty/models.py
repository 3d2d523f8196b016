"""The duty roster (值班表) and statements of absence: each line written once, never changed.

Calls only Django. Days are ISO dates in the township's zone, times ms since 1970 UTC. The newest
line for a place and a day counts. Nothing here gives anybody an office; a step passes on by a
statement that is signed, and then only as machines judge it (`wire.approval.away`).
"""

from typing import ClassVar

from django.db import models


class Duty(models.Model):
    """Who is on duty on that day; `place` is a village's id, or empty for the township."""

    place = models.CharField(max_length=64, blank=True)
    day = models.CharField(max_length=10)
    person = models.CharField(max_length=64)
    made_by = models.CharField(max_length=64)
    made_ms = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["place", "day", "id"], name="duty_duty_day")]


class Absence(models.Model):
    """That person is away from `first` to `last`, both included; no reason is asked for."""

    person = models.CharField(max_length=64)
    first = models.CharField(max_length=10)
    last = models.CharField(max_length=10)
    said_by = models.CharField(max_length=64)
    said_ms = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["last", "first"], name="duty_absence_days")]


class Back(models.Model):
    """He is back before that: the statement counts no longer."""

    absence = models.OneToOneField(Absence, models.PROTECT, related_name="back")
    said_by = models.CharField(max_length=64)
    said_ms = models.BigIntegerField()


class Statement(models.Model):
    """The exact bytes of an absence that whoever said it may sign (`wire.approval.absence`)."""

    absence = models.OneToOneField(Absence, models.PROTECT, related_name="statement")
    sha256 = models.BinaryField(max_length=32, unique=True)
    data = models.BinaryField()


class StatementSignature(models.Model):
    """By the passkey of who said it, under which roster."""

    statement = models.OneToOneField(Statement, models.PROTECT, related_name="signature")
    roster = models.BigIntegerField()
    credential = models.BinaryField()
    authenticator_data = models.BinaryField()
    client_data = models.BinaryField()
    signature = models.BinaryField()
    received_ms = models.BigIntegerField()
