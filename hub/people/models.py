"""Passkeys for logging in to the staff site; persons and offices stand in the officers' roster.

Calls only Django.
"""

from django.db import models


class LoginKey(models.Model):
    """A credential of the hub's own rpId; it can log in and sign nothing else."""

    person = models.CharField(max_length=64, db_index=True)
    credential = models.BinaryField(unique=True)
    public_key = models.BinaryField()
