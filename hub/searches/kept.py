"""Keeps searches, gives one back to whoever made it, and all to his superiors.

Calls `hub.searches.{limits,models}` and `hub.people.roster`.
"""

from collections.abc import Mapping
from typing import Final

from django.db.models import QuerySet

from hub.people.roster import Staff
from hub.searches.models import Search

INSPECTOR: Final = "township.inspector"
VILLAGE: Final = "village."


def keep(person: str, about: str, values: Mapping[str, str], now_ms: int) -> Search:
    """What that person asked the list for, before he is answered."""
    asked = {name: text for name, text in values.items() if text}
    return Search.objects.create(person=person, about=about, values=asked, made_ms=now_ms)


def own(number: str, person: str, about: str) -> Mapping[str, str] | None:
    """What he asked under that number; None for a number that is not his."""
    if not (number.isascii() and number.isdecimal() and len(number) <= 18):
        return None
    found = Search.objects.filter(pk=int(number), person=person, about=about).first()
    return None if found is None else dict(found.values)


def seen_by(staff: Staff, offices: frozenset[str]) -> QuerySet[Search] | None:
    """The searches that somebody may see: others', as holder of one of these offices; None for
    everybody else, for inspectors themselves and for whoever holds an office of a village.
    """
    held = staff.offices
    if not held & offices or INSPECTOR in held or any(one.startswith(VILLAGE) for one in held):
        return None
    return Search.objects.exclude(person=staff.person.id)
