"""The officers' signed packages, and each machine's published lists. Times in ms since 1970 UTC."""

from typing import ClassVar

from django.db import models


class Authority(models.Model):
    """One imported package; the highest version is in force."""

    version = models.BigIntegerField(unique=True)
    sha256 = models.BinaryField(max_length=32)
    package = models.BinaryField()
    imported_ms = models.BigIntegerField()


class ListVersion(models.Model):
    """One published list of one machine; `leaf_index` is null until it stands in the log."""

    device = models.CharField(max_length=32)
    version = models.BigIntegerField()
    sha256 = models.BinaryField(max_length=32)
    bundle = models.BinaryField()
    published_ms = models.BigIntegerField()
    expires_ms = models.BigIntegerField()
    leaf_index = models.BigIntegerField(null=True, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device", "version"], name="devices_list_once")
        ]


class Contact(models.Model):
    """A machine's last word about itself (its retained status)."""

    device = models.CharField(max_length=32, unique=True)
    online = models.BooleanField()
    list = models.BigIntegerField()
    last = models.BigIntegerField()
    receipted = models.BigIntegerField()
    heard_ms = models.BigIntegerField()
