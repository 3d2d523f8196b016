"""What of relief is kept for a day or two: sheets that nobody took, counts of look-ups.

Calls `hub.relief` and `hub.days`.
"""

from typing import Final

from hub.days import today
from hub.relief import tally
from hub.relief.models import Prepared

DAY_MS: Final = 86_400_000


def forget(now_ms: int) -> None:
    """Those of days that are over."""
    prepared(now_ms)
    tally.forget(today(now_ms))


def prepared(now_ms: int) -> None:
    """Sheets that waited for a day."""
    Prepared.objects.filter(at_ms__lt=now_ms - DAY_MS).delete()
