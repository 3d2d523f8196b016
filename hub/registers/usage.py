"""The register of seal use (用印登记簿) of one village and month, made of the records.

Calls `hub.approvals.models`, `hub.cosign.shown`, `hub.devices.authority`, `hub.ingest.models`,
`hub.people.roster`, `hub.records`, `hub.registers.jobs` and `wire`. Refused is not used: a refusal
has no line, as on the machine's own print. The hub adds remarks such as
void and emergency. The number of queries is the same for any month.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from hub.approvals.models import Subject
from hub.cosign.shown import Witnessed
from hub.devices import authority
from hub.ingest.models import Openings, Record
from hub.people import roster
from hub.records import notices
from hub.records.notices import Source
from hub.records.read import entry_of, opened
from hub.records.timeline import ENDS, NEAR
from hub.registers.jobs import Known, Place, Use, jobs, outside
from wire.approval import subject
from wire.record.entry import Entry
from wire.seal_register import Job, Month

MOST: Final = 5_000
"""Openings of one month that are read; a village makes a few hundred."""


@dataclass(frozen=True)
class Sheet:
    """The month's jobs in their order; `more`: there were more openings than are read."""

    jobs: list[Job]
    more: bool


def month(village: str, when: Month, witness: Witnessed) -> Sheet:
    """All of it."""
    there = Record.objects.filter(village=village)
    made = there.filter(kind="authorised", wall_ms__gte=when.from_ms, wall_ms__lt=when.to_ms)
    rows = list(made.order_by("wall_ms", "device", "seq")[: MOST + 1])
    uses = _uses(rows[:MOST], _beside(made))
    since = Q(wall_ms__gte=when.from_ms) | Q(kind="emergency", wall_ms__lt=when.to_ms)
    told = there.filter(since, kind__in=notices.KINDS)
    notes, openings = sorted(told, key=lambda one: (one.wall_ms, one.seq)), _beside(told)
    known = _known(uses, notes, openings, witness)
    paper = [_outside(row, openings, known) for row in notes if row.kind == "outside_use"]
    within = [one for one in paper if when.from_ms <= one["first_ms"] < when.to_ms]
    found = [*jobs(uses, known), *within]
    return Sheet(sorted(found, key=lambda job: job["first_ms"]), len(rows) > MOST)


def _outside(row: Record, openings: Mapping[bytes, bytes], known: Known) -> Job:
    entry, name = entry_of(bytes(row.envelope)), bytes(row.entry_hash)
    return outside(entry, opened(entry, name, openings.get(name)), row.leaf_index, known)


def _uses(rows: Sequence[Record], openings: Mapping[bytes, bytes]) -> list[Use]:
    entries = [entry_of(bytes(row.envelope)) for row in rows]
    ends = _ends(rows)
    found = []
    for row, entry in zip(rows, entries, strict=True):
        end = ends.get((row.device, row.seq))
        if end is None or end[0].kind == "aborted" or end[0].body.get("returned"):
            continue
        name = bytes(row.entry_hash)
        found.append(Use(entry, end[0], opened(entry, name, openings.get(name)), end[1]))
    return found


def _ends(rows: Sequence[Record]) -> Mapping[Place, tuple[Entry, int | None]]:
    """(device, seq of the opening) → its end, and the leaf of that."""
    seqs: dict[str, list[int]] = {}
    for row in rows:
        seqs.setdefault(row.device, []).append(row.seq)
    asked = Q(pk__in=[])
    for device, those in seqs.items():
        asked |= Q(device=device, seq__gt=min(those), seq__lte=max(those) + NEAR)
    found = {}
    for record in Record.objects.filter(asked, kind__in=ENDS):
        end = entry_of(bytes(record.envelope))
        found[record.device, end.body["authorised"]] = (end, record.leaf_index)
    return found


def _known(
    uses: Sequence[Use],
    notes: Sequence[Record],
    openings: Mapping[bytes, bytes],
    witness: Witnessed,
) -> Known:
    grants = {use.entry.body["grant"] for use in uses}
    subjects = Subject.objects.filter(hash__in=grants).values_list("hash", "data")
    crises = [row for row in notes if row.kind == "emergency"]
    return Known(
        applications={bytes(name): subject.decode(bytes(data)) for name, data in subjects},
        voids=notices.voids(_source(row) for row in notes if row.kind == "correction"),
        emergencies={
            (row.device, entry_of(bytes(row.envelope)).body["grant"]): notices.asked(
                openings.get(bytes(row.entry_hash))
            )
            for row in crises
        },
        items={one.id: one.zh for one in authority.catalogue().items.values()},
        seals={
            (machine.device, seal.id): seal.name
            for machine in authority.machines().values()
            for seal in machine.seals
        },
        names=roster.names(),
        witness=witness,
    )


def _beside(records: QuerySet[Record]) -> Mapping[bytes, bytes]:
    """What opens these records' entries, in one query."""
    found = Openings.objects.filter(entry_hash__in=records.values("entry_hash"))
    return {bytes(one.entry_hash): bytes(one.data) for one in found}


def _source(record: Record) -> Source:
    return Source(bytes(record.envelope), record.leaf_index)
