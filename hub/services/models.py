"""Appointments: who comes when to a point. Calls only Django.

Names and telephones stand here, for the day on which somebody comes: `hub.services.forget` empties
them days after it (`names_days` of the guide), and at once where an appointment is called off.
"""

from typing import ClassVar, Final

from django.db import models

BOOKED: Final = "booked"
RECALLED: Final = "recalled"
CALLED_OFF: Final = "called_off"
CAME: Final = "came"


class Appointment(models.Model):
    """`code` is a slow hash of the receipt code. `state` is BOOKED, RECALLED by whoever made it,
    CALLED_OFF by staff with `words`, or CAME. `place` tells apart those of one time: none is given
    twice.
    """

    code = models.BinaryField(max_length=32, unique=True)
    village = models.CharField(max_length=64)
    point = models.CharField(max_length=64)
    day = models.CharField(max_length=10)
    time = models.CharField(max_length=5)
    place = models.IntegerField()
    service = models.CharField(max_length=40)
    name = models.CharField(max_length=32)
    phone = models.CharField(max_length=20)
    state = models.CharField(max_length=16, default=BOOKED)
    words = models.CharField(max_length=200, default="")
    created_ms = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["point", "day", "time", "place"],
                condition=models.Q(state__in=("booked", "came")),
                name="services_one_place",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["day", "point"], name="services_day")]
