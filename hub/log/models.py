"""The log's tables: leaves, the hashes of complete subtrees, and the signed head."""

from typing import ClassVar

from django.db import models


class Leaf(models.Model):
    """Leaf number `index`; append-only by trigger."""

    index = models.BigIntegerField(primary_key=True)
    data = models.BinaryField()
    hash = models.BinaryField(max_length=32)


class Node(models.Model):
    """The hash of the complete subtree of 2^level leaves number `index`; level 0 stands in Leaf."""

    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["level", "index"], name="log_node_once")
        ]


class Head(models.Model):
    """The one row (id 1) with the newest checkpoint that was signed, and its size."""

    checkpoint = models.BinaryField()
    size = models.BigIntegerField()
