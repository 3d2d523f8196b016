"""Another key for the look-up of relief, under the ones before it. Calls `hub.relief`.

The hashes are made anew from the hashes: nobody needs the numbers. Broken off anywhere, it is run
again; until the file is in place some look-ups find nothing.
"""

from pathlib import Path

from django.db import transaction

from hub.config import ConfigError
from hub.relief import keys, marks
from hub.relief.models import Benefit, Household, KeyMark, Prepared


def ensure(state: Path) -> None:
    """The first key, where there is none and nothing was hashed under one that is lost."""
    if not Benefit.objects.exists() and not Household.objects.filter(code__isnull=False).exists():
        keys.ensure(state)


def rotate(state: Path) -> int:
    """How many keys there are now. Raises ConfigError."""
    known = keys.load(state)
    if not _folder(state).joinpath(keys.FILE).exists():
        marks.held(state)
    if len(known) == keys.MOST:
        raise ConfigError(f"已有 {keys.MOST} 把密钥。 There are {keys.MOST} keys already.")
    made = _waiting(state, known)
    with transaction.atomic():
        Prepared.objects.all().delete()
        for benefit in Benefit.objects.filter(generation=len(known)).iterator():
            benefit.index = keys.further(made[-1], bytes(benefit.index))
            benefit.generation = len(made)
            benefit.save(update_fields=["index", "generation"])
        cards = Household.objects.filter(generation=len(known), code__isnull=False)
        for household in cards.iterator():
            household.code = keys.further(made[-1], bytes(household.code or b""))
            household.generation = len(made)
            household.save(update_fields=["code", "generation"])
        KeyMark.objects.get_or_create(generation=len(made), defaults={"mark": keys.mark(made)})
    keys.write(state, made)
    _folder(state).joinpath(keys.FILE).unlink()
    return len(made)


def _waiting(state: Path, known: keys.Keys) -> keys.Keys:
    """The keys as they will be; kept before any row is under the new one."""
    beside = _folder(state)
    if beside.joinpath(keys.FILE).exists():
        made = keys.load(beside)
        if made[:-1] == known:
            return made
    made = (*known, keys.drawn())
    keys.write(beside, made)
    return made


def _folder(state: Path) -> Path:
    return state / "keys" / marks.NEXT
