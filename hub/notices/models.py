"""The outbox: what is to be told, and how far each target was told it.

Calls only Django. Times in ms since 1970 UTC. A notice names numbers and places, never a person.
"""

from typing import ClassVar, Final

from django.db import models

STATES: Final = ("waiting", "sent", "given_up")


class Notice(models.Model):
    """Something to be told, of the kind in `hub.notices.words`; `cause` tells it from all others:
    the same thing is told once.
    """

    cause = models.BinaryField(max_length=32, unique=True)
    kind = models.CharField(max_length=32)
    village = models.CharField(max_length=64)
    device = models.CharField(max_length=32)
    told = models.JSONField(default=dict)
    made_ms = models.BigIntegerField()


class Delivery(models.Model):
    """One notice for one target: tried so often, next at `due_ms`; `reason` is why it did not go
    through last time, a code and never an address.
    """

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="deliveries", db_index=False)
    target = models.CharField(max_length=20)
    state = models.CharField(max_length=8, default="waiting")
    tries = models.IntegerField(default=0)
    due_ms = models.BigIntegerField()
    tried_ms = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "target"], name="notices_delivery_once"),
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="notices_state"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["target", "state", "due_ms"], name="notices_delivery_due"),
            models.Index(
                fields=["-tried_ms", "-id"],
                condition=models.Q(state="given_up"),
                name="notices_delivery_given_up",
            ),
            models.Index(fields=["target", "tried_ms"], name="notices_delivery_tried"),
        ]
