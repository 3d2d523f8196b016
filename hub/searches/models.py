"""Searches as they were asked. Calls only Django. Times in ms since 1970 UTC.

Whom somebody looked for is personal data: it stands here, and in no address and no log.
"""

from typing import ClassVar

from django.db import models


class Search(models.Model):
    """One search of that person in the list `about`; `values` are the fields that were filled."""

    person = models.CharField(max_length=64)
    about = models.CharField(max_length=16)
    values = models.JSONField()
    made_ms = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "id"], name="searches_person")]
