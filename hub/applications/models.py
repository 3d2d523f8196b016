"""Which applications were filed, and what people did with them besides deciding.

Calls only Django, `hub.approvals.models` and `hub.duty.models`. Times in ms since 1970 UTC. Acts
are append-only by trigger; what is filed is an index over frozen subjects, for lists and pages.
"""

from typing import ClassVar, Final

from django.db import models

from hub.approvals.models import Subject
from hub.duty.models import StatementSignature

WITHDRAW: Final = "withdraw"
REMIND: Final = "remind"
REASON: Final = "reason"
ARCHIVE: Final = "archive"
ESCALATE: Final = "escalate"


class Filed(models.Model):
    """One application (用印申请); `settled_ms` is when it was approved, returned or withdrawn,
    `again` the one that it takes the place of.
    """

    subject = models.OneToOneField(Subject, models.PROTECT, related_name="filed")
    device = models.CharField(max_length=32, db_index=True)
    village = models.CharField(max_length=64)
    item = models.CharField(max_length=64)
    applicant = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    created_ms = models.BigIntegerField()
    not_after = models.BigIntegerField()
    settled_ms = models.BigIntegerField(null=True)
    again = models.ForeignKey(Subject, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["village", "id"], name="applications_village"),
            models.Index(
                fields=["not_after"],
                condition=models.Q(settled_ms=None),
                name="applications_open",
            ),
        ]


class Act(models.Model):
    """What somebody did with an application: `withdraw` it, `remind` those of a step of it, give
    the `reason` why he returned it, `escalate` a step of it to the township, or `archive` the
    stamped paper where `words` say.
    """

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="acts")
    kind = models.CharField(max_length=16)
    step = models.CharField(max_length=64)
    person = models.CharField(max_length=64)
    words = models.CharField(max_length=200)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject"],
                condition=models.Q(kind=WITHDRAW),
                name="applications_withdrawn_once",
            ),
            models.UniqueConstraint(
                fields=["subject"],
                condition=models.Q(kind=REASON),
                name="applications_reason_once",
            ),
            models.UniqueConstraint(
                fields=["subject"],
                condition=models.Q(kind=ARCHIVE),
                name="applications_archived_once",
            ),
            models.UniqueConstraint(
                fields=["subject", "step"],
                condition=models.Q(kind=ESCALATE),
                name="applications_escalated_once",
            ),
        ]


class Lean(models.Model):
    """An approval of it was given by a substitute, because of that signed statement of absence."""

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="leans")
    signature = models.ForeignKey(StatementSignature, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject", "signature"], name="applications_lean_once")
        ]


class DraftEnd(models.Model):
    """What became of a draft: filed as `subject`, or dropped by that person."""

    entry_hash = models.BinaryField(max_length=32, unique=True)
    subject = models.ForeignKey(Subject, models.PROTECT, null=True)
    person = models.CharField(max_length=64)
    ended_ms = models.BigIntegerField()


class Pressed(models.Model):
    """Somebody says that he was pressed to stamp or to sign (被迫用印): for inspectors alone."""

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="+")
    person = models.CharField(max_length=64)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject", "person"], name="applications_pressed_once")
        ]


class MarkedPage(models.Model):
    """A page with what differs from another marked: a picture that can be made anew."""

    old = models.BinaryField(max_length=32)
    new = models.BinaryField(max_length=32)
    picture = models.BinaryField(max_length=32)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["old", "new"], name="applications_marked_once")
        ]
