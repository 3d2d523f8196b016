"""How often today: by address, by name or code, and in all. Calls `hub.relief.models` and Django.

Addresses and names are counted under hashes that hold for one day and are gone the day after the
next: without them nobody could be stopped from trying numbers, and nothing else is done with them.
Each look-up takes the same three statements, whatever it asks for.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from django.db import connection

from hub.relief.models import LookDay, Tally

ADDRESS: Final = "address"
KEY: Final = "key"
ALL: Final = "all"
KEPT_DAYS: Final = 2
_COUNT: Final = (
    "INSERT INTO relief_tally (day, kind, who, count) VALUES "
    "(%s, %s, %s, 1), (%s, %s, %s, 1), (%s, %s, %s, 1) "
    "ON CONFLICT (day, kind, who) DO UPDATE SET count = relief_tally.count + 1 "
    "RETURNING kind, count"
)
_DAY: Final = (
    "INSERT INTO relief_lookday (day, asked, found, refused) VALUES (%s, 1, %s, %s) "
    "ON CONFLICT (day) DO UPDATE SET asked = relief_lookday.asked + 1, "
    "found = relief_lookday.found + excluded.found, "
    "refused = relief_lookday.refused + excluded.refused"
)


def count(day: date, who: Mapping[str, bytes]) -> Mapping[str, int]:
    """One more of each kind (ADDRESS, KEY, ALL); how many that makes."""
    forget(day)
    values = [part for kind, name in who.items() for part in (day.isoformat(), kind, name)]
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        return dict(cursor.fetchall())


def note(day: date, *, found: bool, refused: bool) -> None:
    """One more look-up of that day; what came of it."""
    with connection.cursor() as cursor:
        cursor.execute(_DAY, [day.isoformat(), int(found), int(refused)])


def forget(day: date) -> int:
    """What was counted on days that are over."""
    until = (day - timedelta(days=KEPT_DAYS - 1)).isoformat()
    return Tally.objects.filter(day__lt=until).delete()[0]


__all__ = ["ADDRESS", "ALL", "KEY", "LookDay", "count", "forget", "note"]
