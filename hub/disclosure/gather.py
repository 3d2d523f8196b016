"""All uses of one village's seals, read in a fixed number of queries.

Calls `hub.ingest`, `hub.records` and `hub.disclosure.ledger`. No staff table, nothing of people.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from hub.disclosure.ledger import ENDS, Line, lines
from hub.ingest.models import Record
from hub.records import notices
from hub.records.notices import Outside, Source, Void

KINDS: Final = ("authorised", *ENDS, *notices.KINDS)
"""Entries that a village's pages tell of."""


@dataclass(frozen=True)
class Use:
    """One opening: its public line, the records of its opening and end, and what later entries say
    of it: the correction that made it void, its record, whether it was an emergency, and whether it
    stands in another's place.
    """

    line: Line
    opening: Source
    ending: Source | None
    void: Void | None
    correction: Source | None
    emergency: bool
    replaces: bool

    @property
    def parts(self) -> tuple[Source, ...]:
        """The records of a stamp's proof file: its end, its opening, what made it void."""
        return tuple(one for one in (self.ending, self.opening, self.correction) if one is not None)


@dataclass(frozen=True)
class Gathered:
    """A village's openings and uses outside its machines, each the newest first."""

    uses: tuple[Use, ...]
    outside: tuple[Outside, ...]


def gather(village: str) -> Gathered:
    """As the records stand now."""
    openings = _rows(village=village, kind="authorised")
    devices = {one.device for one in openings}
    ends = _rows(device__in=devices, kind__in=ENDS)
    corrections = _rows(device__in=devices, kind="correction")
    declared = _rows(device__in=devices, kind="emergency")
    outside = _rows(village=village, kind="outside_use")
    return Gathered(
        tuple(_uses(openings, ends, corrections, declared)),
        tuple(notices.outside(map(_source, outside))),
    )


def _uses(
    openings: Sequence[Record],
    ends: Sequence[Record],
    corrections: Sequence[Record],
    declared: Sequence[Record],
) -> Iterator[Use]:
    voids = notices.voids(map(_source, corrections))
    emergencies = notices.emergencies(map(_source, declared))
    instead = {void.replacement for void in voids.values()}
    there = {(one.device, one.seq): _source(one) for one in ends}
    correcting = {one.leaf_index: _source(one) for one in corrections}
    made = lines([_source(one) for one in openings], there.values())
    for line, opening in zip(made, openings, strict=True):
        end = None if line.end is None else (line.device, line.end)
        void = None if end is None else voids.get(end)
        yield Use(
            line=line,
            opening=_source(opening),
            ending=None if end is None else there[end],
            void=void,
            correction=None if void is None else correcting[void.leaf_index],
            emergency=(line.device, line.grant) in emergencies,
            replaces=line.grant in instead,
        )


def _rows(**where: Any) -> list[Record]:
    return list(Record.objects.filter(**where).order_by("-wall_ms", "-seq", "device"))


def _source(record: Record) -> Source:
    return Source(bytes(record.envelope), record.leaf_index)
