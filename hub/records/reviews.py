"""Reviews (复核) of emergencies and uses outside the machine: one an inspector, beside the record.

Calls `hub.ingest.models`, `hub.records.{models,read}` and `wire`. A review removes nothing: the
record stays marked, and every review stays beside it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from hub.ingest.models import Record
from hub.records.models import VERDICTS, Review
from hub.records.read import Opened, moment
from wire.record.kinds import PERSONS
from wire.refusals import Refused

KINDS: Final = frozenset({"emergency", "outside_use"})
WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "in_order": ("无异常", "in order"),
    "irregular": ("存在异常", "something is wrong"),
    "false_alarm": ("误报", "false alarm"),
}
MOST: Final = 500
"""Characters of a note."""


@dataclass(frozen=True)
class Reviewed:
    """One review for the eye; `code` is one of VERDICTS."""

    person: str
    code: str
    words: str
    at: datetime

    @property
    def verdict(self) -> tuple[str, str]:
        return WORDS[self.code]


def of(names: Iterable[bytes]) -> Mapping[bytes, tuple[Reviewed, ...]]:
    """Entry hash → its reviews, oldest first; entries without any are left out."""
    found: dict[bytes, tuple[Reviewed, ...]] = {}
    for one in Review.objects.filter(entry_hash__in=list(names)).order_by("id"):
        made = Reviewed(one.person, one.verdict, one.words, moment(one.made_ms))
        found[bytes(one.entry_hash)] = (*found.get(bytes(one.entry_hash), ()), made)
    return found


def may(record: Record, opened: Opened, person: str) -> bool:
    """Whether that inspector can still review it: he took no part, and has not done so yet."""
    own = Review.objects.filter(entry_hash=bytes(record.entry_hash), person=person)
    return record.kind in KINDS and not _took_part(opened, person) and not own.exists()


def add(
    record: Record, opened: Opened, *, person: str, verdict: str, words: str, now_ms: int
) -> None:
    """Keep that person's review.

    Raises Refused: bad_request, same_person for whoever took part or has reviewed it before.
    """
    note = " ".join(words.split())
    if record.kind not in KINDS or verdict not in VERDICTS:
        raise Refused("bad_request", "no such review")
    if not 0 < len(note) <= MOST or not note.isprintable():
        raise Refused("bad_request", f"words: 1 to {MOST} printable characters")
    if not may(record, opened, person):
        raise Refused("same_person", "took part in it, or has reviewed it before")
    try:
        with transaction.atomic():
            Review.objects.create(
                entry_hash=bytes(record.entry_hash),
                person=person,
                verdict=verdict,
                words=note,
                made_ms=now_ms,
            )
    except IntegrityError as error:
        raise Refused("same_person", "has reviewed it before") from error


def _took_part(opened: Opened, person: str) -> bool:
    return person in {opened.values.get(field) for field in PERSONS}
