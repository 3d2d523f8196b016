"""Takes names and telephones out of appointments whose day is over. Calls its siblings, `hub.days`.

What is left is what the receipt code still shows: where, when, and what became of it.
"""

from datetime import timedelta

from hub.config import Config
from hub.days import today
from hub.services import files
from hub.services.models import Appointment


def forget(config: Config, now_ms: int) -> int:
    """In how many; raises ConfigError."""
    last = today(now_ms) - timedelta(days=files.load(config.state).booking.names_days)
    rows = Appointment.objects.filter(day__lt=last.isoformat()).exclude(name="", phone="")
    return rows.update(name="", phone="", service="")
