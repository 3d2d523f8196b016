"""What somebody did at the staff site, or tried to, and what was erased when its time was over.

Calls only Django. Attempts are written once and never changed; those alone are erased that programs
made by their tokens. Times in ms since 1970 UTC. The person's id is all that is kept about anybody:
no name, no network address, nothing that was typed.
"""

from typing import ClassVar

from django.db import models


class Attempt(models.Model):
    """`about` are the parts of the address; `person` is empty for nobody who is signed in.

    `outcome` is `done` or the code of the reason why not; None was begun and never came to an end.
    """

    at_ms = models.BigIntegerField()
    person = models.CharField(max_length=64, blank=True)
    method = models.CharField(max_length=8)
    route = models.CharField(max_length=120)
    about = models.CharField(max_length=120, blank=True)
    outcome = models.CharField(max_length=40, null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "id"], name="audit_attempt_person"),
            models.Index(fields=["person", "at_ms"], name="audit_attempt_person_at"),
            models.Index(
                fields=["about"],
                condition=models.Q(route="application-pressed"),
                name="audit_attempt_pressed",
            ),
        ]


class Erasure(models.Model):
    """That rows of a kind of `hub.audit.periods` older than `until_ms` were erased, and how many:
    written before the first goes, `count` after the last. It stays.
    """

    what = models.CharField(max_length=16)
    days = models.IntegerField()
    until_ms = models.BigIntegerField()
    at_ms = models.BigIntegerField()
    count = models.IntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(until_ms__lt=models.F("at_ms")), name="audit_erasure_past"
            )
        ]
