"""The ledger of alarms: each raised once, and what became of it, written once and never changed.

Calls only Django. Times in ms since 1970 UTC. An alarm names an entry, it never copies one.
"""

from typing import ClassVar, Final

from django.db import models

VERDICTS: Final = ("false_alarm", "irregular")
KINDS: Final = ("acknowledged", "cleared", "escalated", "outcome")


class Alarm(models.Model):
    """One alarm; `cause` is the name of what it is about, `told` what was found.

    `settled_ms` is filled once, with the first outcome.
    """

    rule = models.CharField(max_length=32)
    cause = models.BinaryField(max_length=32, unique=True)
    device = models.CharField(max_length=32)
    village = models.CharField(max_length=64)
    entry_hash = models.BinaryField(max_length=32, null=True)
    told = models.JSONField(default=dict)
    since_ms = models.BigIntegerField()
    raised_ms = models.BigIntegerField()
    due_ms = models.BigIntegerField()
    settled_ms = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["settled_ms", "due_ms", "id"], name="alarms_due"),
            models.Index(fields=["rule", "due_ms", "id"], name="alarms_rule"),
            models.Index(fields=["village", "due_ms", "id"], name="alarms_village"),
            models.Index(fields=["device", "due_ms", "id"], name="alarms_device"),
            models.Index(fields=["due_ms", "id"], name="alarms_all"),
        ]


class AlarmStep(models.Model):
    """One thing that became of an alarm, of KINDS. None of them stands for another: an alarm whose
    cause was `cleared` is still to be acknowledged, an acknowledged one still wants an outcome.

    `person` acknowledged it or gave the outcome (`verdict`, `words`); `office` is where it was
    escalated to.
    """

    alarm = models.ForeignKey(Alarm, models.PROTECT, related_name="steps", db_index=False)
    kind = models.CharField(max_length=16)
    person = models.CharField(max_length=64, blank=True)
    office = models.CharField(max_length=64, blank=True)
    verdict = models.CharField(max_length=16, blank=True)
    words = models.CharField(max_length=500, blank=True)
    made_ms = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["alarm", "kind", "person", "office"], name="alarms_step_once"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=KINDS), name="alarms_step_kind"),
            models.CheckConstraint(
                condition=models.Q(kind="outcome", verdict__in=VERDICTS) & ~models.Q(words="")
                | ~models.Q(kind="outcome") & models.Q(verdict="", words=""),
                name="alarms_step_outcome",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=("acknowledged", "outcome")) & ~models.Q(person="")
                | models.Q(kind__in=("cleared", "escalated"), person=""),
                name="alarms_step_person",
            ),
        ]
