"""Which photos and approved pages the hub keeps; their bytes are files."""

from django.db import models


class Blob(models.Model):
    """`kind` is photo, page, or signed (a paper with signatures); `source` says who brought it (a
    device, or a person).
    """

    sha256 = models.BinaryField(max_length=32, unique=True)
    size = models.BigIntegerField()
    kind = models.CharField(max_length=8)
    source = models.CharField(max_length=64)
