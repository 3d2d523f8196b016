"""What was put to approval, and what each person decided: written once, never changed.

Calls only Django. Times in ms since 1970 UTC.
"""

from typing import ClassVar

from django.db import models


class Subject(models.Model):
    """The exact bytes of a document; other bytes are another subject with its own chain. `excluded`
    are the persons of whom the database takes no approval; rows from before it was kept have none.
    """

    hash = models.BinaryField(max_length=32, unique=True)
    kind = models.CharField(max_length=32)
    data = models.BinaryField()
    proposer = models.CharField(max_length=64)
    excluded = models.JSONField(null=True)
    created_ms = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "id"], name="approvals_subject_kind")]


class Approval(models.Model):
    """One person's decision on one step, with the passkey's assertion, or an SM2 key's signature
    under its kid, where authenticator and client data are empty.
    """

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="approvals")
    step = models.CharField(max_length=64)
    person = models.CharField(max_length=64)
    decision = models.CharField(max_length=8)
    roster = models.BigIntegerField()
    credential = models.BinaryField()
    authenticator_data = models.BinaryField()
    client_data = models.BinaryField()
    signature = models.BinaryField()
    received_ms = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject", "step"], name="approvals_step_once"),
            models.UniqueConstraint(fields=["subject", "person"], name="approvals_person_once"),
            models.CheckConstraint(
                condition=models.Q(decision__in=("approve", "return")), name="approvals_decision"
            ),
        ]
