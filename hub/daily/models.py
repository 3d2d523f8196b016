"""The head of the log that a day's sample is drawn by, kept so that it cannot be chosen later.

Calls only Django. Times in ms since 1970 UTC.
"""

from django.db import models


class DayHead(models.Model):
    """The root of the log of `size` leaves, as it was when that day (yyyy-mm-dd) was over."""

    day = models.CharField(max_length=10, unique=True)
    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    made_ms = models.BigIntegerField()
