"""Passkeys for logging in to the staff site, links for the first two, log-ins that last, and counts
of those that failed; persons and offices stand in the officers' roster.

Calls only Django. Times in ms since 1970 UTC.
"""

from typing import ClassVar

from django.db import models


class LoginKey(models.Model):
    """A credential of the hub's own rpId; it can log in and sign nothing else. `witness` is the
    second officer who saw it made, `model` the authenticator's AAGUID; empty where nobody said.
    """

    person = models.CharField(max_length=64, db_index=True)
    credential = models.BinaryField(unique=True)
    public_key = models.BinaryField()
    witness = models.CharField(max_length=64, blank=True, default="")
    model = models.CharField(max_length=36, blank=True, default="")
    made_ms = models.BigIntegerField(default=0)


class FirstTwo(models.Model):
    """A link, good once, by which two people make the first log-in passkeys, each the other's
    second officer. `name` is the SHA-256 of its secret, which is kept nowhere.
    """

    name = models.BinaryField(max_length=32, unique=True)
    one = models.CharField(max_length=64)
    other = models.CharField(max_length=64)
    made_ms = models.BigIntegerField()
    expires_ms = models.BigIntegerField()
    used_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(one=models.F("other")), name="people_first_are_two"
            )
        ]


class Sitting(models.Model):
    """One log-in: by which passkey, on what kind of device, and why it ended."""

    person = models.CharField(max_length=64)
    credential = models.BinaryField()
    device = models.CharField(max_length=40)
    since_ms = models.BigIntegerField()
    seen_ms = models.BigIntegerField()
    ended_ms = models.BigIntegerField(null=True)
    ended = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "seen_ms"], name="people_sitting_seen")]


class Tries(models.Model):
    """Counts under one number: since when in the window and in the day, and how many."""

    name = models.CharField(max_length=24, unique=True)
    since_ms = models.BigIntegerField()
    tries = models.IntegerField(default=0)
    day_ms = models.BigIntegerField()
    day_tries = models.IntegerField(default=0)
