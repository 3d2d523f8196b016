"""Whether the file of keys is the one under which the rows are hashed. Calls `hub.relief`.

Another file, as an older copy of it, would find nobody, and rows hashed under it would never be
found with the others: nothing is hashed under keys whose mark is another.
"""

from pathlib import Path
from typing import Final

from hub.config import ConfigError
from hub.relief import keys
from hub.relief.models import Benefit, Household, KeyMark

GOOD: Final = ""
MISSING: Final = "missing"
OTHER: Final = "other"
READABLE: Final = "readable"
BROKEN_OFF: Final = "broken_off"
NEXT: Final = "next-relief"
"""Below the keys' folder: where the keys to come lie while rows are put under them."""


def held(state: Path) -> keys.Keys:
    """The keys to hash rows under; raises ConfigError where they are not those of the rows."""
    found = keys.load(state)
    if _is_other(found):
        raise ConfigError(
            f"{keys.FILE}: 不是原来的密钥，请从备份取回。 Not the keys of these rows: take the "
            "file from the backup."
        )
    KeyMark.objects.get_or_create(generation=len(found), defaults={"mark": keys.mark(found)})
    return found


def trouble(state: Path) -> str:
    """What is wrong with the file: MISSING, OTHER, READABLE by others, BROKEN_OFF where a further
    key was not put in place to the end, or GOOD.
    """
    try:
        found = keys.load(state)
    except ConfigError:
        return MISSING
    if (state / "keys" / NEXT / keys.FILE).exists():
        return BROKEN_OFF
    if _is_other(found):
        return OTHER
    return READABLE if (state / keys.FILE).stat().st_mode & 0o077 else GOOD


def _is_other(found: keys.Keys) -> bool:
    """By each mark that there is; or by rows under more keys than these."""
    for row in KeyMark.objects.all():
        if row.generation > len(found) or bytes(row.mark) != keys.mark(found[: row.generation]):
            return True
    later = {"generation__gt": len(found)}
    return Benefit.objects.filter(**later).exists() or Household.objects.filter(**later).exists()
