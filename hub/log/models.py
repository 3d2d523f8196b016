"""The log's tables: leaves, the hashes of complete subtrees, the signed head, and what the county's
witnesses say of it. Leaves, heads and `Told` are written by ingest, the rest by `sealhub cosign`.
"""

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


class Cosigned(models.Model):
    """The one row (id 1) with the newest head that a quorum of witnesses has seen, and when (s)."""

    checkpoint = models.BinaryField()
    size = models.BigIntegerField()
    seen_s = models.BigIntegerField()


class Witness(models.Model):
    """One witness that the policy names: what it cosigned last, and why not since.

    `checkpoint` is the head with its cosignature alone beside the log's, empty before the first.
    `problem` is a code of `hub.cosign.words`, empty where all is well, `since_ms` since when.
    At `forgot_ms` it held less than it had cosigned, 0 for never: it was rolled back.
    """

    name = models.CharField(max_length=200, unique=True)
    size = models.BigIntegerField(default=0)
    checkpoint = models.BinaryField(default=b"")
    seen_s = models.BigIntegerField(default=0)
    asked_ms = models.BigIntegerField(default=0)
    problem = models.CharField(max_length=40, default="")
    detail = models.CharField(max_length=300, default="")
    since_ms = models.BigIntegerField(default=0)
    forgot_ms = models.BigIntegerField(default=0)


class Ahead(models.Model):
    """A head that this log's key signed, held by a witness, that the database could not continue
    when it came: the log must have become shorter, or another. Append-only by trigger.
    """

    checkpoint = models.BinaryField()
    witness = models.CharField(max_length=200)
    found_ms = models.BigIntegerField()


class Told(models.Model):
    """The one row (id 1) of ingest's progress: receipts under cosigned heads were sent for leaves
    below `size`; at `started_ms` it wanted to know what the witnesses hold.
    """

    size = models.BigIntegerField(default=0)
    started_ms = models.BigIntegerField(default=0)
