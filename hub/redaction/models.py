"""What was examined before it is published, what was found in it, what somebody decided of that.

Calls only Django. Times in ms since 1970 UTC. Written once, never changed, never deleted, but for
the words around a finding, which `hub.redaction.forget` empties.
"""

from typing import ClassVar

from django.db import models


class Examined(models.Model):
    """A thing to be published: its kind, the SHA-256 of its bytes, and what it is called. Other
    bytes are another thing. `back` is the path of the page that it is prepared on.
    """

    village = models.CharField(max_length=64)
    kind = models.CharField(max_length=32)
    sha256 = models.BinaryField(max_length=32)
    title = models.CharField(max_length=200)
    back = models.CharField(max_length=200)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "sha256"], name="redaction_examined_once")
        ]
        indexes: ClassVar = [models.Index(fields=["village", "id"], name="redaction_village")]


class Trace(models.Model):
    """What looks like a person's number, one of `papers.KINDS`: in `text[start:end]` of `place`, or
    in `boxes` of the picture `page`. Personal data: the words around it (`before`, `after`) and the
    ends of the number (`masked`) are kept for whoever decides, and emptied `forget.DAYS` days after
    the thing was examined.
    """

    examined = models.ForeignKey(Examined, models.PROTECT, related_name="traces")
    number = models.IntegerField()
    what = models.CharField(max_length=16)
    place = models.CharField(max_length=100)
    start = models.IntegerField(default=0)
    end = models.IntegerField(default=0)
    page = models.BinaryField(max_length=32, null=True)
    width = models.IntegerField(default=0)
    height = models.IntegerField(default=0)
    boxes = models.JSONField(default=list)
    before = models.CharField(max_length=40, blank=True)
    masked = models.CharField(max_length=40, blank=True)
    after = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["examined", "number"], name="redaction_trace_once")
        ]


class Ruling(models.Model):
    """What that person decided of it (`word`: one of `words.WORDS`) and why. The newest counts."""

    trace = models.ForeignKey(Trace, models.PROTECT, related_name="rulings")
    word = models.CharField(max_length=10)
    reason = models.CharField(max_length=200, blank=True)
    person = models.CharField(max_length=64)
    at_ms = models.BigIntegerField()


class Painted(models.Model):
    """The picture that stands in the place of `page`, where boxes were to be painted over. The
    newest counts.
    """

    examined = models.ForeignKey(Examined, models.PROTECT, related_name="painted")
    page = models.BinaryField(max_length=32)
    made = models.BinaryField(max_length=32)
    at_ms = models.BigIntegerField()


class Settled(models.Model):
    """All was decided when reviewers were asked: nothing is decided of it any more."""

    examined = models.OneToOneField(Examined, models.PROTECT, related_name="settled")
    at_ms = models.BigIntegerField()
