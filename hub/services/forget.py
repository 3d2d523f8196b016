"""Takes names and telephones out of appointments whose day is over. Calls its siblings, `hub.days`.

What is left is what the receipt code still shows: where, when, and what became of it. A guide that
cannot be read keeps nobody's name any longer than the usual.
"""

from datetime import timedelta

from hub.config import Config, ConfigError
from hub.days import today
from hub.services import files
from hub.services.guide import Booking
from hub.services.models import Appointment


def forget(config: Config, now_ms: int) -> int:
    """In how many."""
    last = today(now_ms) - timedelta(days=_booking(config).names_days)
    rows = Appointment.objects.filter(day__lt=last.isoformat()).exclude(name="", phone="")
    return rows.update(name="", phone="", service="")


def _booking(config: Config) -> Booking:
    try:
        return files.load(config.state).booking
    except ConfigError:
        return Booking()
