"""Reviews (复核) of records: one an inspector, each on his own, beside the record.

Calls `hub.ingest.models`, `hub.records.{models,read}` and `wire`. A review removes nothing: the
record stays marked, and every review stays beside it.
"""

import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from hub.clock import moment
from hub.ingest.models import Record
from hub.records.models import VERDICTS, Review
from hub.records.read import Opened
from wire.record import kinds
from wire.record.kinds import PERSONS
from wire.refusals import Refused

DUE: Final = frozenset({"emergency", "outside_use"})
"""Kinds that stay marked until somebody has reviewed them."""
ROUTINE: Final = frozenset({"boot", "heartbeat", "list_adopted", "authenticated", "relocked"})
KINDS: Final = frozenset(kinds.KINDS) - ROUTINE
"""Kinds that may be reviewed: whatever people did, and what went wrong."""
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


def wrong(record: Record, verdict: str, words: str) -> Mapping[str, str]:
    """Field → what is wrong with it, as a sentence; empty where it can be kept."""
    found = {}
    note = " ".join(words.split())
    if verdict not in VERDICTS:
        found["verdict"] = "请选一个结论。"
    if not note and not (verdict == "in_order" and record.kind not in DUE):
        found["words"] = "请写下查了什么、结果如何。"
    elif len(note) > MOST or (note and not note.isprintable()):
        found["words"] = f"最多 {MOST} 字，不能有控制字符。"
    return found


def add(
    record: Record, opened: Opened, *, person: str, verdict: str, words: str, now_ms: int
) -> None:
    """Keep that person's review.

    Raises Refused: bad_request, same_person for whoever took part or has reviewed it before.
    """
    note = " ".join(words.split())
    if record.kind not in KINDS:
        raise Refused("bad_request", "no such review")
    if found := wrong(record, verdict, words):
        raise Refused("bad_request", " ".join(found.values()))
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


def unreviewed(names: Collection[bytes]) -> set[bytes]:
    """Those of the entries that wait for their first review, and what came of an emergency that
    does: nothing of them is erased.
    """
    rows = Record.objects.filter(entry_hash__in=list(names))
    found = [
        (bytes(name), device, seq, kind)
        for name, device, seq, kind in rows.values_list("entry_hash", "device", "seq", "kind")
    ]
    reviewed = of(name for name, *_ in found).keys()
    spans = {device: tuple(_emergencies(device)) for device in {one[1] for one in found}}
    return {
        name
        for name, device, seq, kind in found
        if (kind in DUE and name not in reviewed)
        or any(first < seq < end for first, end in spans[device])
    }


def _emergencies(device: str) -> Iterator[tuple[int, int]]:
    """(seq, where it had ended) of the machine's emergencies without a review."""
    ends = Record.objects.filter(device=device, kind__in=("boot", "emergency")).order_by("seq")
    declared = Record.objects.filter(device=device, kind="emergency")
    places = {bytes(name): seq for name, seq in declared.values_list("entry_hash", "seq")}
    for name in places.keys() - of(places).keys():
        after = ends.filter(seq__gt=places[name]).values_list("seq", flat=True).first()
        yield places[name], sys.maxsize if after is None else after


def _took_part(opened: Opened, person: str) -> bool:
    return person in {opened.values.get(field) for field in PERSONS}
