"""From a machine that was started again to what does not hold of it.

Calls `sealctl.journal`, `wire` and `tests.faults`.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sealctl.journal import books
from tests.faults import invariants
from tests.faults.chain import maintained, unfinished, words
from tests.faults.invariants import Evidence
from tests.faults.people import stamp_all
from tests.faults.world import World
from tests.support import contents
from wire.approval import subject
from wire.errors import WireError
from wire.lists.content import Grant
from wire.record import commitment, envelope
from wire.record.entry import Entry, decode

TABLES: Final = {
    "receipt": "SELECT seq FROM receipt",
    "authorised": "SELECT * FROM authorised",
    "note": "SELECT * FROM note",
    "operator": "SELECT person, coalesce(failures, 0), coalesce(locked_ms, 0) FROM pin "
    "LEFT JOIN attempt ON subject = 'person ' || person",
}


@dataclass(frozen=True)
class Told:
    """What people and courier had been told before the fault; see Evidence."""

    promised: Sequence[bytes]
    receipts: int
    attempts: Mapping[str, int]


def at_start(world: World, told: Told) -> list[str]:
    """What does not hold as soon as the machine has started."""
    return invariants.broken(_evidence(world, told, None), invariants.AT_START)


def restarted(world: World, acked: int, *, starts: int = 1) -> list[str]:
    """Whether the first entries after the fault are those that follow from what was on the disk.

    One entry that nobody was told of may stand before them. Of more starts than one, only the last
    one is sure to be recorded, and any of them may have ended the opening.
    """
    entries = journal(world.core.journal.connection)
    kept = acked + ([one.kind for one in entries[acked : acked + 1]] != ["boot"])
    ends = ["interrupted"] if unfinished(entries[:kept]) else []
    said = [one.kind for one in entries[kept:]]
    one = [["boot"] * number + ends for number in range(1, starts + 1)]
    if said in one or (starts > 1 and said == ["boot", *ends, "boot"]):
        return []
    return [f"after the start {said}, not boot {ends}"]


def finished(
    world: World, told: Told, *, last: str = "grant_spent", grant: Grant | None = None
) -> list[str]:
    """What does not hold when an operator has tried to get the rest of the job stamped.

    `last`: what he is to hear in the end; `grant`: another one than the job's.
    """
    world.hand, world.camerad = True, True
    answer = stamp_all(world, grant or world.stage.job)
    world.run(lambda: world.body.bolt_engaged)
    wrong = invariants.broken(_evidence(world, told, answer), invariants.AT_END)
    begun = maintained(journal(world.core.journal.connection))
    expected = "maintenance" if begun else last
    if answer != expected:
        wrong.append(f"the rest of the job: {answer}, not {expected}")
    return wrong


def journal(connection: sqlite3.Connection) -> list[Entry]:
    """All entries; that they verify is another question."""
    rows = connection.execute("SELECT envelope FROM entry ORDER BY seq")
    return [decode(envelope.parse(row[0]).payload) for row in rows]


def chain(world: World, after: int) -> str:
    """The entries after that seq, in words."""
    return words(journal(world.core.journal.connection)[after:])


def _evidence(world: World, told: Told, answer: str | None) -> Evidence:
    run = world.core.journal.connection.execute
    tables = {name: run(query).fetchall() for name, query in TABLES.items()}
    lists = world.core.lists
    tables["trusted"] = [] if lists is None else [(lists.version,)]
    memory, stage = world.body.memory, world.stage
    entries = journal(world.core.journal.connection)
    return Evidence(
        entries=entries,
        hashes=[row[0] for row in run("SELECT hash FROM entry ORDER BY seq")],
        tables=tables,
        verified=_verify(world),
        enrolled=_enrolled(world, entries),
        granted={
            **{one.id: subject.decode(one.subject).presses for one in (stage.job, stage.book)},
            **{
                one.body["grant"]: one.body["impressions"]
                for one in entries
                if one.kind == "emergency"
            },
        },
        cap=contents.policy().emergency_presses,
        impressions=len(memory.impressions),
        presses=memory.presses,
        unlatches=memory.unlatches,
        engaged=world.body.bolt_engaged,
        promised=told.promised,
        receipts=told.receipts,
        attempts=told.attempts,
        answer=answer,
    )


def _verify(world: World) -> str | None:
    connection, journal_ = world.core.journal.connection, world.core.journal
    try:
        books.verify(connection, journal_.device, journal_.key)
    except WireError as error:
        return str(error)
    whole = connection.execute("PRAGMA integrity_check").fetchone()[0]
    return None if whole == "ok" else str(whole)


def _enrolled(world: World, entries: Sequence[Entry]) -> frozenset[str]:
    """Whom the `enrolled` entries name, by their openings."""
    seqs = {one.seq for one in entries if one.kind == "enrolled"}
    rows = world.core.journal.connection.execute("SELECT seq, data FROM opening").fetchall()
    return frozenset(
        str(one.value)
        for seq, data in rows
        if seq in seqs
        for one in commitment.decode(data).openings
        if one.field == "operator"
    )
