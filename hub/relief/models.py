"""What the township enters of relief: lists of funds, projects and people who were helped.

Calls only Django and `hub.affairs.models`. Amounts in fen, days ISO dates in the township's zone,
times ms since 1970 UTC. Rows are written once; a list that was wrong is withdrawn and another one
taken. No table holds an identity number: the look-up needs but a keyed hash of it
(`hub.relief.keys`).
"""

from typing import ClassVar

from django.db import models

from hub.affairs.models import Event


class Batch(models.Model):
    """One sheet that somebody took in: `kind` is one of `fields.KINDS`. Withdrawn, its rows count
    no longer.
    """

    kind = models.CharField(max_length=16)
    person = models.CharField(max_length=64)
    at_ms = models.BigIntegerField()
    sha256 = models.BinaryField(max_length=32)
    lines = models.IntegerField()
    withdrawn_ms = models.BigIntegerField(null=True)
    withdrawn_by = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=200, blank=True)


class Fund(models.Model):
    """Of a village, or where that is empty of the township. The newest row of a name counts."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="funds")
    village = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=60)
    source = models.CharField(max_length=100)
    scale = models.BigIntegerField()
    purpose = models.CharField(max_length=300)
    user = models.CharField(max_length=100)
    result = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["village", "id"], name="relief_fund_village")]


class Project(models.Model):
    """The newest row of a name in a village counts. Personal data: the name of whoever is
    responsible (责任人) in his office, shown to the public as the township's rule of names says.
    """

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="projects")
    village = models.CharField(max_length=64)
    name = models.CharField(max_length=60)
    place = models.CharField(max_length=100)
    content = models.CharField(max_length=500)
    first = models.CharField(max_length=10)
    last = models.CharField(max_length=10)
    person = models.CharField(max_length=32)
    tender = models.CharField(max_length=300)
    result = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["village", "id"], name="relief_project_village")]


class Household(models.Model):
    """A household by the number that the township gave it. `code` is a keyed hash of what its card
    says, null where it has none. It goes with the last row of its members.
    """

    village = models.CharField(max_length=64)
    number = models.CharField(max_length=32)
    code = models.BinaryField(max_length=32, null=True, unique=True)
    generation = models.IntegerField(default=0)
    made_ms = models.BigIntegerField(null=True)
    made_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["village", "number"], name="relief_household_once")
        ]


class Benefit(models.Model):
    """What one member of a household was given. Personal data, kept so that he, his neighbours and
    inspectors can hold what he was given against what was said (扶贫监督): his name, and `index`, a
    keyed hash of name and identity number under the first `generation` keys, by which he alone
    finds it. Erased `relief_days` after its list was taken in, where hub.toml names them
    (`hub.operate.retain`).
    """

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="benefits")
    village = models.CharField(max_length=64)
    household = models.ForeignKey(Household, models.PROTECT, related_name="benefits")
    name = models.CharField(max_length=32)
    index = models.BinaryField(max_length=32)
    generation = models.IntegerField()
    project = models.CharField(max_length=60)
    amount = models.BigIntegerField()
    day = models.CharField(max_length=10)
    source = models.CharField(max_length=100)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["index"], name="relief_benefit_index"),
            models.Index(fields=["batch", "village", "id"], name="relief_benefit_list"),
        ]


class Prepared(models.Model):
    """A sheet that was read and found good, for whoever brought it to look at before he takes it.
    Personal data: the rows of a list of people, hashed like those. It goes once it is taken or
    left; else the next day (`hub.relief.forget`).
    """

    kind = models.CharField(max_length=16)
    person = models.CharField(max_length=64)
    at_ms = models.BigIntegerField()
    sha256 = models.BinaryField(max_length=32)
    rows = models.JSONField()


class Handed(models.Model):
    """A list's people of one village, handed to it to be published: `event` is what obliges it to,
    and what its draft and editions are of. Dropped there, the list may be handed over again.
    """

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="handed")
    village = models.CharField(max_length=64)
    event = models.OneToOneField(Event, models.PROTECT, related_name="handed")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["village", "batch"], name="relief_handed_list")]


class KeyMark(models.Model):
    """A hash of nothing secret under the first `generation` keys: by it the file of keys is known
    to be the one under which rows are hashed.
    """

    generation = models.IntegerField(unique=True)
    mark = models.BinaryField(max_length=32)


class Tally(models.Model):
    """How often on that day one address, or one name or code, was looked up: `who` is a keyed hash
    that holds for that day alone. It is kept to refuse whoever tries too often, and goes the day
    after the next (each look-up sees to it, and `hub.relief.forget`).
    """

    day = models.CharField(max_length=10)
    kind = models.CharField(max_length=8)
    who = models.BinaryField(max_length=32)
    count = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "kind", "who"], name="relief_tally_once")
        ]


class LookDay(models.Model):
    """How many look-ups of a day there were, found something, and were refused. Names nobody."""

    day = models.CharField(max_length=10, unique=True)
    asked = models.IntegerField()
    found = models.IntegerField()
    refused = models.IntegerField()
