"""Registers of seals and resolutions: each row written once, never changed or deleted.

Calls only Django. Days are ISO dates in the township's zone, times ms since 1970 UTC. What a row
says wrongly, a later row says rightly beside it, with the reason. None of them puts a seal in force
or gives anybody a step: signed lists and the machines' log do.
"""

from typing import ClassVar

from django.db import models


class Resolution(models.Model):
    """A matter of a village that is to be resolved (五议): what it is called, and what about."""

    village = models.CharField(max_length=64)
    title = models.CharField(max_length=60)
    matter = models.CharField(max_length=1000)
    person = models.CharField(max_length=64)
    made_ms = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["village", "id"], name="registers_resolution_place")
        ]


class Step(models.Model):
    """One of the five steps as it was held. The newest row of a step counts; one that corrects
    another says why (`reason`). `pages` are the hashes (hex) of the photographed minutes.
    """

    resolution = models.ForeignKey(Resolution, models.PROTECT, related_name="steps")
    step = models.CharField(max_length=16)
    meeting = models.CharField(max_length=16)
    day = models.CharField(max_length=10)
    entitled = models.IntegerField()
    came = models.IntegerField()
    agreed = models.IntegerField()
    against = models.IntegerField()
    abstained = models.IntegerField()
    words = models.CharField(max_length=500, blank=True)
    pages = models.JSONField()
    reason = models.CharField(max_length=200, blank=True)
    person = models.CharField(max_length=64)
    at_ms = models.BigIntegerField()


class Publication(models.Model):
    """What of it was made public (`what`: decision or result), on which day and where."""

    resolution = models.ForeignKey(Resolution, models.PROTECT, related_name="publications")
    what = models.CharField(max_length=16)
    day = models.CharField(max_length=10)
    place = models.CharField(max_length=200)
    pages = models.JSONField()
    person = models.CharField(max_length=64)
    at_ms = models.BigIntegerField()


class Ending(models.Model):
    """Its decision is settled: `outcome` is passed or dropped, `data` what stood then."""

    resolution = models.OneToOneField(Resolution, models.PROTECT, related_name="ending")
    outcome = models.CharField(max_length=8)
    data = models.BinaryField()
    sha256 = models.BinaryField(max_length=32, unique=True)
    person = models.CharField(max_length=64)
    at_ms = models.BigIntegerField()


class SealFact(models.Model):
    """What is known of a seal beside lists and log: one of `facts.KINDS`, with its fields as JSON.

    `corrects` is the row that this one stands in the place of, for that `reason`.
    """

    village = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    day = models.CharField(max_length=10)
    data = models.JSONField()
    pages = models.JSONField()
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    reason = models.CharField(max_length=200, blank=True)
    person = models.CharField(max_length=64)
    at_ms = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["village", "seal", "id"], name="registers_fact_whose")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["village", "seal", "kind"],
                condition=models.Q(corrects__isnull=True) & ~models.Q(kind="notice"),
                name="registers_fact_once",
            )
        ]
