"""Lines of the register of seal use: from openings, and what later entries say of them. Pure.

Calls `hub.cosign.shown` and `hub.records` (their types) and `wire`. A line is what it is on the
machine's own print: a job of one operator on one day, of openings that were not given back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hub.cosign.shown import Witnessed
from hub.records.notices import Void
from hub.records.read import Opened
from wire import seal_register
from wire.approval.subject import Application
from wire.beijing import at
from wire.record.entry import Entry
from wire.record.words import EMERGENCY
from wire.seal_register import Job

Place = tuple[str, int]


@dataclass(frozen=True)
class Use:
    """One opening that was not given back, how it ended, and which leaf of the log says so."""

    entry: Entry
    end: Entry
    opened: Opened
    leaf: int | None


@dataclass(frozen=True)
class Known:
    """What explains the uses: applications, later entries, names, and what witnesses have seen."""

    applications: Mapping[bytes, Application]
    voids: Mapping[Place, Void]
    emergencies: Mapping[tuple[str, bytes], str]
    items: Mapping[str, str]
    seals: Mapping[tuple[str, str], str]
    names: Mapping[str, str]
    witness: Witnessed = field(default_factory=lambda: Witnessed(False))


def jobs(uses: Sequence[Use], known: Known) -> list[Job]:
    """One line a job, in the order of the first openings. Pure."""
    found: dict[tuple[object, ...], list[Use]] = {}
    for use in uses:
        entry = use.entry
        day = at(entry.time.wall).date()
        key = (entry.device, entry.body["grant"], day, use.opened.operator)
        found.setdefault(key, []).append(use)
    several = len({use.entry.device for use in uses}) > 1
    return [_job(job, known, several=several) for job in found.values()]


def outside(entry: Entry, values: Opened, leaf: int | None, known: Known) -> Job:
    """The line of a use outside the machine. Pure."""
    person, seal = values.operator or "", entry.body["seal"]
    return seal_register.outside(
        entry,
        seal=known.seals.get((entry.device, seal), seal),
        matter=str(values.values.get("matter", "")),
        operator=known.names.get(person, person),
        receipted=_seen(leaf, known.witness),
        answered=leaf is not None,
    )


def _job(job: Sequence[Use], known: Known, *, several: bool) -> Job:
    first, last = job[0].entry, job[-1].entry
    grant, device = first.body["grant"], first.device
    application = known.applications.get(grant)
    crisis = known.emergencies.get((device, grant))
    person = job[0].opened.operator or ""
    leaves = [use.leaf for use in job]
    return {
        "grant": grant,
        "item_zh": known.items.get(first.body["item"], first.body["item"]),
        "seal_name": known.seals.get((device, first.body["seal"]), first.body["seal"]),
        "title": application.title if application else crisis or "",
        "applicant_name": application.applicant_name if application else "",
        "sheets": sum(use.entry.body["use"] == "full" for use in job),
        "seams": sum(use.entry.body["use"] == "seam" for use in job),
        "operator_name": known.names.get(person, person),
        "first_ms": first.time.wall,
        "last_ms": last.time.wall,
        "first_seq": first.seq,
        "interrupted": any(use.end.kind == "interrupted" for use in job),
        "receipted": all(_seen(leaf, known.witness) for leaf in leaves),
        "answered": all(leaf is not None for leaf in leaves),
        "notes": (
            *((EMERGENCY[0],) if crisis is not None else ()),
            *_voids(job, known),
            *((device,) if several else ()),
        ),
    }


def _voids(job: Sequence[Use], known: Known) -> list[str]:
    """Each way in which stamps of the job were declared void, with how many."""
    found = [known.voids.get((use.end.device, use.end.seq)) for use in job]
    words = [
        void.words[0] + (f"，改用 {void.instead}" if void.instead else "") for void in found if void
    ]
    several = len(job) > 1
    return [f"其中 {words.count(one)} 次{one}" if several else one for one in dict.fromkeys(words)]


def _seen(leaf: int | None, witness: Witnessed) -> bool:
    return leaf is not None and (not witness.needed or leaf < witness.size)
