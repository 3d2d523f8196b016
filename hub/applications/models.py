"""Which applications were filed: an index over frozen subjects, for lists and pages.

Calls only Django and `hub.approvals.models`. Times in ms since 1970 UTC.
"""

from django.db import models

from hub.approvals.models import Subject


class Filed(models.Model):
    """One application (用印申请)."""

    subject = models.OneToOneField(Subject, models.PROTECT, related_name="filed")
    device = models.CharField(max_length=32, db_index=True)
    village = models.CharField(max_length=64)
    item = models.CharField(max_length=64)
    applicant = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    created_ms = models.BigIntegerField()
    not_after = models.BigIntegerField()


class DraftEnd(models.Model):
    """What became of a draft: filed as `subject`, or dropped by that person."""

    entry_hash = models.BinaryField(max_length=32, unique=True)
    subject = models.ForeignKey(Subject, models.PROTECT, null=True)
    person = models.CharField(max_length=64)
    ended_ms = models.BigIntegerField()
