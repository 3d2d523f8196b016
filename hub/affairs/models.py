"""Drafts, what is put to review, what was published; events that oblige; questions and answers.

Calls only Django and `hub.approvals.models`. Times in ms since 1970 UTC. What was put to review and
what was published is written once, never changed, never deleted: the bytes are a Subject's.
"""

from typing import ClassVar

from django.db import models

from hub.approvals.models import Subject


class Event(models.Model):
    """Something that happened `on` that day (2026-11-02) and has to be published within the days of
    its item. `called` is for the village's own people. `dropped`: why it was entered by mistake.
    """

    village = models.CharField(max_length=64)
    item = models.CharField(max_length=64)
    on = models.CharField(max_length=10)
    called = models.CharField(max_length=100)
    person = models.CharField(max_length=64)
    at_ms = models.BigIntegerField()
    dropped = models.CharField(max_length=200, null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["village", "item"], name="affairs_event_item"),
            models.Index(fields=["village", "on"], name="affairs_event_on"),
        ]


class Edition(models.Model):
    """A release that was put to review: `series` is its id, which all its editions have. Its bytes
    are the subject's: they hold names, and are given to reviewers and to nobody else. Kept as long
    as the village's record: what was published is proved by them. `ended_ms`: since when nothing
    more is to be done with it, for it was published, or returned and something came in its stead.
    """

    subject = models.OneToOneField(Subject, models.PROTECT, related_name="edition")
    series = models.BinaryField(max_length=32)
    number = models.IntegerField()
    village = models.CharField(max_length=64)
    item = models.CharField(max_length=64)
    period = models.CharField(max_length=10)
    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="editions")
    title = models.CharField(max_length=100)
    made_ms = models.BigIntegerField()
    ended_ms = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["village", "id"], name="affairs_edition_village"),
            models.Index(fields=["series", "number"], name="affairs_edition_series"),
            models.Index(fields=["period", "village", "item"], name="affairs_edition_period"),
            models.Index(
                fields=["village", "id"],
                name="affairs_edition_open",
                condition=models.Q(ended_ms=None),
            ),
        ]


class Asked(models.Model):
    """One of the offices that the catalogue demanded as reviewers when it was put to review."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="asked")
    office = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "office"], name="affairs_asked_once")
        ]


class Why(models.Model):
    """Why a reviewer returned it, in his words; for the village's own people."""

    edition = models.OneToOneField(Edition, models.PROTECT, related_name="why")
    words = models.CharField(max_length=300)
    person = models.CharField(max_length=64)
    at_ms = models.BigIntegerField()


class Published(models.Model):
    """An edition that every office asked has approved. The database takes no other, and each number
    of a series once, in order.
    """

    edition = models.OneToOneField(Edition, models.PROTECT, related_name="published")
    series = models.BinaryField(max_length=32)
    number = models.IntegerField()
    at_ms = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["series", "number"], name="affairs_published_once")
        ]
        indexes: ClassVar = [models.Index(fields=["at_ms"], name="affairs_published_at")]


class Draft(models.Model):
    """What somebody prepares. `data` are the exact bytes once it was checked, and gone again when
    something is changed; `hands` are who wrote on it, and review nothing of it; `instead_of` was
    returned. Personal data of the village's people: deleted when it is put to review, or
    `draft_days` (`[affairs]`) after it was last changed.
    """

    village = models.CharField(max_length=64)
    item = models.CharField(max_length=64)
    period = models.CharField(max_length=10)
    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="drafts")
    replaces = models.ForeignKey(Published, models.PROTECT, null=True, related_name="drafts")
    instead_of = models.ForeignKey(Edition, models.PROTECT, null=True, related_name="again")
    reason = models.CharField(max_length=300, blank=True)
    title = models.CharField(max_length=100, blank=True)
    text = models.TextField(blank=True)
    columns = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    attachments = models.JSONField(default=list)
    data = models.BinaryField(null=True)
    hands = models.JSONField(default=list)
    person = models.CharField(max_length=64)
    changed_ms = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["village", "id"], name="affairs_draft_village")]


class Question(models.Model):
    """What a villager asks of something published. `code` is a slow hash of his receipt code, his
    name and telephone (both may be empty) are for the village's people alone, to answer him. Name,
    telephone and the words go `question_days` (`[affairs]`) after it was answered.
    """

    code = models.BinaryField(max_length=32, unique=True)
    village = models.CharField(max_length=64)
    published = models.ForeignKey(Published, models.PROTECT, related_name="questions")
    words = models.CharField(max_length=500)
    name = models.CharField(max_length=32, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    at_ms = models.BigIntegerField()
    until_ms = models.BigIntegerField()
    answer = models.CharField(max_length=1000, blank=True)
    answered_by = models.CharField(max_length=64, blank=True)
    answered_ms = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["village", "at_ms"], name="affairs_question_day"),
            models.Index(fields=["village", "answered_ms"], name="affairs_question_answered"),
            models.Index(
                fields=["village", "until_ms"],
                name="affairs_question_open",
                condition=models.Q(answered_ms=None),
            ),
        ]
