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


class Heard(models.Model):
    """When a machine's newest entry came, and the software whose start it told last."""

    device = models.CharField(max_length=32, unique=True)
    seq = models.BigIntegerField()
    came_ms = models.BigIntegerField()
    version = models.CharField(max_length=40, default="")
    started_ms = models.BigIntegerField(default=0)


class Invitation(models.Model):
    """A one-time token for a device; only the SHA-256 of its secret is kept.

    `used_by` is the SHA-256 of the two keys that used it: they, and no others, are answered again.
    """

    name = models.BinaryField(max_length=32, unique=True)
    device = models.CharField(max_length=32, db_index=True)
    village = models.CharField(max_length=64)
    serial = models.CharField(max_length=64)
    replaces = models.CharField(max_length=32)
    created_ms = models.BigIntegerField()
    expires_ms = models.BigIntegerField()
    used_by = models.BinaryField(max_length=32, null=True)


class Certificate(models.Model):
    """A machine's certificate; `request` is the SHA-256 of its public key, `serial` hexadecimal.

    `alg` and `record_key` are the record key that was proved with it, empty where none was.
    """

    device = models.CharField(max_length=32, db_index=True)
    serial = models.CharField(max_length=40, unique=True)
    request = models.BinaryField(max_length=32, db_index=True)
    pem = models.BinaryField()
    alg = models.CharField(max_length=16)
    record_key = models.BinaryField(max_length=65)
    issued_ms = models.BigIntegerField()
    expires_ms = models.BigIntegerField()
    revoked_ms = models.BigIntegerField(null=True)
