"""What the hotline keeps, in a database of its own; who reported stands apart and sealed.

Calls only Django. Times in ms since 1970 UTC; persons by their ids, as the rosters have them. All
of it is personal data, kept to look into what was reported; `hub.operate.retain` erases a case
`reports_days` after the last that was said or done once it was answered, where the township names
such days. Openings of identities stay.
"""

from typing import ClassVar, Final

from django.db import models

ACTS: Final = ("accepted", "forwarded", "extended", "closed", "answered", "rated")
REPORTER: Final = ""
"""Stands where a person does, for whoever reported."""


class Place(models.Model):
    """A village by its id, as the form offers it: the staff's side copies them here, for the
    hotline sees no table of theirs. Public, never erased.
    """

    village = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=64)


class Case(models.Model):
    """One report. `code` is a slow hash of its receipt code; `concern` a line of the routes;
    `accused` a name as it was typed; `about` what it is attached to, as kind:name. `state` is what
    its acts leave, as `cards.state` has it: the database writes it with each of them.
    """

    code = models.BinaryField(max_length=32, unique=True)
    village = models.CharField(max_length=64)
    concern = models.CharField(max_length=32)
    accused = models.CharField(max_length=32, blank=True)
    about = models.CharField(max_length=100, blank=True)
    made_ms = models.BigIntegerField()
    state = models.CharField(max_length=16, default="new")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "id"], name="hotline_case_state")]


class Message(models.Model):
    """One thing that was said, by whoever reported (`person` is empty) or by an inspector."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="messages")
    person = models.CharField(max_length=64, blank=True)
    words = models.CharField(max_length=4000)
    made_ms = models.BigIntegerField()


class Original(models.Model):
    """A file as it came, sealed as evidence; `redrawn` is what staff see of it, nothing of a voice.

    `sha256` is that of `sealed`.
    """

    message = models.ForeignKey(Message, models.PROTECT, related_name="originals")
    kind = models.CharField(max_length=8)
    sealed = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)
    redrawn = models.BinaryField(null=True)


class Identity(models.Model):
    """Who reported, and for whom, sealed to the key that the hotline's process alone holds."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="identity")
    sealed = models.BinaryField()


class Act(models.Model):
    """What was done about it, of ACTS: by an inspector, or the reporter's own verdict.

    `days`: how many an extension adds, or 1 and 0 for content and not.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="acts")
    what = models.CharField(max_length=16)
    person = models.CharField(max_length=64, blank=True)
    words = models.CharField(max_length=4000, blank=True)
    days = models.IntegerField(default=0)
    made_ms = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(what__in=ACTS), name="hotline_act_known")
        ]


class SealedReport(models.Model):
    """A report for the county, sealed in the browser to its key; `code` as a case's. What it is
    about, from whom and at which hour is not kept. `handed`: the day on which it was written into a
    file for the county; `hub.operate.retain` erases it `county_reports_days` after that.
    """

    code = models.BinaryField(max_length=32, unique=True)
    sealed = models.BinaryField()
    day = models.DateField()
    handed = models.DateField(null=True)


class Exclusion(models.Model):
    """A person who never sees that case, nor that it exists, because it is about him."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="exclusions")
    person = models.CharField(max_length=64)
    made_by = models.CharField(max_length=64)
    made_ms = models.BigIntegerField()


class Opening(models.Model):
    """That somebody asked to know who reported, and why. `number` is the case's, which may be gone
    by now; `code` a slow hash of what the asker types to read it. Stays for good.
    """

    number = models.BigIntegerField()
    person = models.CharField(max_length=64)
    reason = models.CharField(max_length=400)
    code = models.BinaryField(max_length=32, unique=True)
    made_ms = models.BigIntegerField()


class Verdict(models.Model):
    """What a second person said to it."""

    opening = models.OneToOneField(Opening, models.PROTECT, related_name="verdict")
    person = models.CharField(max_length=64)
    granted = models.BooleanField()
    made_ms = models.BigIntegerField()


class Opened(models.Model):
    """That the hotline's process opened who reported, or the file `original`: written first."""

    opening = models.ForeignKey(Opening, models.PROTECT, related_name="opened")
    original = models.BigIntegerField(null=True)
    made_ms = models.BigIntegerField()
