"""The register of seal use (用印登记簿), as far as the machine knows it: from its own journal.

Calls `sealctl.journal`, `sealctl.lockd.core` and `wire`; changes nothing. One row is one job of one
operator on one day: its openings that were not given back; or a use outside the machine. Only
somebody logged in reads it.
"""

from collections.abc import Iterable
from typing import Final

from sealctl.journal import books
from sealctl.journal.books import Opened
from sealctl.lockd.core import Core
from wire.approval import subject
from wire.approval.subject import Application
from wire.beijing import at
from wire.errors import WireError
from wire.record import commitment, entry, envelope
from wire.record.entry import Entry
from wire.refusals import Refused
from wire.seal_register import Job, outside

MOST: Final = 5_000
"""Openings of one month that are read; a machine makes a few hundred."""

Pressed = tuple[Opened, Entry, str]


def rows(core: Core, from_ms: int, to_ms: int) -> list[Job]:
    """The jobs of [from_ms, to_ms) in the order of their times."""
    if core.session.logged_in is None:
        raise Refused("operator_unknown")
    found = books.openings_between(core.journal.connection, from_ms, to_ms, MOST)
    jobs: dict[tuple[object, ...], list[Pressed]] = {}
    for one in found:
        made = entry.decode(envelope.parse(one.envelope).payload)
        operator = _told(one.openings, "operator")
        day = at(one.wall).date()
        jobs.setdefault((made.body["grant"], day, operator), []).append((one, made, operator))
    uses = (_outside(core, one) for one in books.outside(core.journal.connection))
    within = [one for one in uses if from_ms <= one["first_ms"] < to_ms]
    every = [*(_row(core, job) for job in jobs.values()), *within]
    return sorted(every, key=lambda one: one["first_ms"])


def _outside(core: Core, one: books.Row) -> Job:
    made = entry.decode(envelope.parse(one.envelope).payload)
    return outside(
        made,
        seal=_seal(core, made.body["seal"]),
        matter=_told(one.openings, "matter"),
        operator=_name(core, _told(one.openings, "operator")),
        receipted=one.seq <= core.receipted,
        answered=one.seq <= max(core.answered, core.receipted),
    )


def _row(core: Core, job: list[Pressed]) -> Job:
    opened = [one for one, _, _ in job]
    first, operator = job[0][1], job[0][2]
    grant = first.body["grant"]
    application = _application(core, grant)
    return {
        "grant": grant,
        "item_zh": _item(core, first.body["item"]),
        "seal_name": _seal(core, first.body["seal"]),
        "title": application.title if application else "",
        "applicant_name": application.applicant_name if application else "",
        "sheets": _count(job, "full"),
        "seams": _count(job, "seam"),
        "operator_name": _name(core, operator),
        "first_ms": opened[0].wall,
        "last_ms": opened[-1].wall,
        "first_seq": opened[0].seq,
        "interrupted": any(one.end == "interrupted" for one in opened),
        "receipted": opened[-1].ended <= core.receipted,
        "answered": opened[-1].ended <= max(core.answered, core.receipted),
    }


def _count(job: Iterable[Pressed], use: str) -> int:
    return sum(made.body["use"] == use for _, made, _ in job)


def _told(openings: bytes | None, field: str) -> str:
    """What the opening beside the entry tells of that field; empty where it was erased."""
    if openings is None:
        return ""
    values = {each.field: each.value for each in commitment.decode(openings).openings}
    return str(values.get(field, ""))


def _application(core: Core, grant: bytes) -> Application | None:
    data = books.subject_of(core.journal.connection, grant)
    try:
        return None if data is None else subject.decode(data)
    except WireError:
        return None


def _item(core: Core, item: str) -> str:
    known = core.lists.catalogue.items.get(item) if core.lists else None
    return known.zh if known else item


def _seal(core: Core, seal: str) -> str:
    known = core.lists.machine.seal(seal) if core.lists else None
    return known.name if known else seal


def _name(core: Core, person: str) -> str:
    known = core.lists.roster.persons.get(person) if core.lists else None
    return known.name if known else person
