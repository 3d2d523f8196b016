"""Villagers' requests for a stamp: what was asked, and how far it has come.

Calls only Django and `hub.approvals.models`. The public site sees these rows and no other of the
staff's. Names and telephones stand here: rows may be erased, so no trigger keeps them.
"""

from typing import ClassVar, Final

from django.db import models

from hub.approvals.models import Subject

RECEIVED: Final = "received"
RECALLED: Final = "recalled"
DECLINED: Final = "declined"


class Request(models.Model):
    """`code` is a slow hash of the receipt code. `state` is RECEIVED, RECALLED by the villager,
    DECLINED, or that of the application `subject` that the village's staff made of it; `waiting` is
    the office that is asked, since `since_ms`; `words` why it came back.
    `amount` in fen, as `resolution` where the item demands one.
    """

    code = models.BinaryField(max_length=32, unique=True)
    village = models.CharField(max_length=64)
    item = models.CharField(max_length=64)
    name = models.CharField(max_length=32)
    phone = models.CharField(max_length=20)
    title = models.CharField(max_length=100)
    purpose = models.CharField(max_length=500)
    impressions = models.IntegerField()
    amount = models.BigIntegerField(null=True)
    resolution = models.CharField(max_length=100, default="")
    pages = models.JSONField(default=list)
    created_ms = models.BigIntegerField()
    subject = models.OneToOneField(Subject, models.PROTECT, null=True, related_name="request")
    state = models.CharField(max_length=16, default=RECEIVED)
    waiting = models.CharField(max_length=60, default="")
    words = models.CharField(max_length=200, default="")
    since_ms = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["village", "state", "id"], name="requests_waiting"),
            models.Index(fields=["village", "created_ms"], name="requests_day"),
        ]
