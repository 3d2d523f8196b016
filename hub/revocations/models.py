"""What was taken back, and given back again: the newest row for a thing counts.

Calls only Django. Times in ms since 1970 UTC. Triggers keep rows as they were written.
"""

from django.db import models


class Revocation(models.Model):
    """`value` is a person's id, or the hexadecimal credential id or grant; `revoked` or lifted."""

    kind = models.CharField(max_length=8)
    value = models.CharField(max_length=2046)
    revoked = models.BooleanField()
    reason = models.CharField(max_length=300)
    at_ms = models.BigIntegerField()
