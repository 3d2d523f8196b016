"""Tokens of inspectors' tools; only their hashes are kept."""

from django.db import models


class Token(models.Model):
    """SHA-256 of a token that was shown once, when it was made."""

    name = models.CharField(max_length=64, unique=True)
    sha256 = models.BinaryField(max_length=32, unique=True)
    created_ms = models.BigIntegerField()
