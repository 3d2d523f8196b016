"""Commands sent to machines, what these answered, and what officers are asked to sign.

Calls only Django. Written once; a command's envelope is filled by `sealhub work`, once. Times in ms
since 1970 UTC.
"""

from typing import ClassVar, Final

from django.db import models

STATES: Final = ("suspended", "active")


class SentCommand(models.Model):
    """One command to one machine; without an envelope while it waits to be sent. `person` asked for
    it, `operator` where it was the hub's own.
    """

    device = models.CharField(max_length=32)
    number = models.BigIntegerField()
    name = models.CharField(max_length=40)
    person = models.CharField(max_length=64)
    asked_ms = models.BigIntegerField()
    not_before = models.BigIntegerField()
    not_after = models.BigIntegerField(db_index=True)
    envelope = models.BinaryField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device", "number"], name="fleet_command_once")
        ]


class CommandAnswer(models.Model):
    """A machine's signed answer; `findings` tells whether it holds any."""

    command = models.OneToOneField(SentCommand, models.PROTECT, related_name="answer")
    device = models.CharField(max_length=32)
    envelope = models.BinaryField()
    findings = models.BooleanField()
    received_ms = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["device", "findings"], name="fleet_answer_findings")
        ]


class StateRequest(models.Model):
    """Somebody of the township asks the officers to suspend a machine, or to let it work again."""

    device = models.CharField(max_length=32, db_index=True)
    wanted = models.CharField(max_length=16)
    reason = models.CharField(max_length=300)
    person = models.CharField(max_length=64)
    made_ms = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(wanted__in=STATES), name="fleet_state_wanted")
        ]
