"""Who took out what, and who is at it now. Calls only Django. Times in ms since 1970 UTC."""

from django.db import models


class BulkExport(models.Model):
    """One export: written before the first byte goes out; `sha256`, of the archive, when the last
    has gone, and never where it was broken off. `since` and `until` are days, `village` an id;
    empty for all.
    """

    person = models.CharField(max_length=64)
    token = models.CharField(max_length=64, blank=True)
    village = models.CharField(max_length=64, blank=True)
    since = models.CharField(max_length=10, blank=True)
    until = models.CharField(max_length=10, blank=True)
    begun_ms = models.BigIntegerField()
    sha256 = models.BinaryField(max_length=32, null=True)


class Taking(models.Model):
    """An export that is under way, of a token or a person; `seen_ms`: when it last went on."""

    who = models.CharField(max_length=80, unique=True)
    seen_ms = models.BigIntegerField()
