"""Tokens of inspectors' tools, and how much was asked; of a token only its hash is kept.

Calls only Django. Times in ms since 1970 UTC. What a token may is written once; it is withdrawn
once, and never given back.
"""

from django.db import models


class Token(models.Model):
    """SHA-256 of a token that was shown once, when it was made.

    `person` is whose it is, empty for a program of nobody; `may` are names of `hub.api.scopes`,
    `villages` those that it is narrowed to, none for all that the person's office has.
    """

    name = models.CharField(max_length=64, unique=True)
    sha256 = models.BinaryField(max_length=32, unique=True)
    created_ms = models.BigIntegerField()
    person = models.CharField(max_length=64, blank=True, default="")
    may = models.JSONField(default=list)
    villages = models.JSONField(default=list)
    expires_ms = models.BigIntegerField(default=0)
    used_ms = models.BigIntegerField(null=True)
    revoked_ms = models.BigIntegerField(null=True)


class Spent(models.Model):
    """So much of what may be asked in that minute (since 1970) was taken under that name: of a
    token, or of one of the numbers that addresses are counted under.
    """

    name = models.CharField(max_length=48, unique=True)
    minute = models.BigIntegerField()
    used = models.IntegerField(default=0)
