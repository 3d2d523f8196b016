"""Case files: what was gathered, by whom, and how each ended. Written once, never changed.

Calls only Django and `hub.alarms.models`. Times in ms since 1970 UTC. A case names entries and
alarms, it never copies them.
"""

from typing import ClassVar, Final

from django.db import models

from hub.alarms.models import Alarm

KINDS: Final = ("record", "alarm", "note", "statement")
OUTCOMES: Final = ("unfounded", "founded", "handed_over")


class Case(models.Model):
    """A case file (案卷); it is open until it has its end."""

    title = models.CharField(max_length=200)
    opener = models.CharField(max_length=64)
    opened_ms = models.BigIntegerField()


class CaseItem(models.Model):
    """One thing in it, of KINDS. `entry_hash` and `grant` are what a record or alarm is about, as
    far as it names any; `speaker` is whose statement it is, `words` what was said or noted.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="items")
    kind = models.CharField(max_length=16)
    entry_hash = models.BinaryField(max_length=32, null=True)
    grant = models.BinaryField(max_length=32, null=True)
    alarm = models.ForeignKey(Alarm, models.PROTECT, null=True)
    speaker = models.CharField(max_length=100, blank=True)
    words = models.CharField(max_length=4000, blank=True)
    person = models.CharField(max_length=64)
    made_ms = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "entry_hash"],
                condition=models.Q(kind="record"),
                name="cases_record_once",
            ),
            models.UniqueConstraint(fields=["case", "alarm"], name="cases_alarm_once"),
            models.CheckConstraint(
                condition=models.Q(
                    kind="record", entry_hash__isnull=False, alarm=None, speaker="", words=""
                )
                | models.Q(kind="alarm", alarm__isnull=False, speaker="", words="")
                | models.Q(kind="note", entry_hash=None, grant=None, alarm=None, speaker="")
                & ~models.Q(words="")
                | models.Q(kind="statement", entry_hash=None, grant=None, alarm=None)
                & ~models.Q(words="")
                & ~models.Q(speaker=""),
                name="cases_item_kind",
            ),
        ]


class CaseEnd(models.Model):
    """How it ended: one of OUTCOMES and why; nothing is gathered afterwards."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="end")
    outcome = models.CharField(max_length=16)
    words = models.CharField(max_length=4000)
    person = models.CharField(max_length=64)
    made_ms = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(outcome__in=OUTCOMES) & ~models.Q(words=""),
                name="cases_end_outcome",
            )
        ]


class CaseExport(models.Model):
    """That somebody took it out as a file; `sha256` is that of its list of hashes."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="exports")
    sha256 = models.BinaryField(max_length=32)
    person = models.CharField(max_length=64)
    made_ms = models.BigIntegerField()
