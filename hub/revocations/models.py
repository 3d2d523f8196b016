"""What was taken back, for a time or for good, and given back again: the newest row counts.

Calls only Django. Times in ms since 1970 UTC. Triggers keep rows as they were written.
"""

from django.db import models


class Revocation(models.Model):
    """`value` is a person's id, or the hexadecimal credential id or grant; `revoked` or lifted.
    `until_ms`: it ends by itself then; None: it does not. `by` is who did it at the staff site.
    """

    kind = models.CharField(max_length=8)
    value = models.CharField(max_length=2046)
    revoked = models.BooleanField()
    reason = models.CharField(max_length=300)
    at_ms = models.BigIntegerField()
    until_ms = models.BigIntegerField(null=True)
    by = models.CharField(max_length=64, blank=True, default="")
