"""What the journal says: questions to its tables, and notes of progress beside the entries.

Calls only `sealctl.journal.{store,succession}` and `wire`. Nothing here touches an entry.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sealctl.journal import succession
from sealctl.journal.derived import Derived
from sealctl.journal.store import note, transaction
from wire.errors import WireError
from wire.record import chain
from wire.record.entry import NO_PREV, Entry, decode, open_entry
from wire.record.envelope import entry_hash, parse
from wire.sig import PublicKey

LATELY: Final = 10_000
"""Entries that are looked at for what was opened lately: more than hours can hold."""


@dataclass(frozen=True)
class Row:
    """One entry as it lies on disk, with its openings where they were not erased."""

    seq: int
    envelope: bytes
    openings: bytes | None


@dataclass(frozen=True)
class Opened:
    """One opening of the lock: `wall` (ms), envelope and openings of its `authorised`, and how it
    ended.
    """

    seq: int
    wall: int
    envelope: bytes
    openings: bytes | None
    end: str
    ended: int


@dataclass(frozen=True)
class Standing:
    """What every decision asks of the journal: each field as the question of its name answers it.

    `oldest` is the signed time (ms) of the first entry without a receipt, None where all have one.
    """

    broken: str | None
    maintenance: bool
    counters: tuple[int, int] | None
    unfinished: bool
    worn: frozenset[str]
    oldest: int | None


def entries(connection: sqlite3.Connection, after: int, limit: int) -> list[Row]:
    """Entries with seq > after, in order."""
    rows = connection.execute(
        "SELECT e.seq, e.envelope, o.data FROM entry e LEFT JOIN opening o USING (seq) "
        "WHERE e.seq > ? ORDER BY e.seq LIMIT ?",
        (after, limit),
    )
    return [Row(*row) for row in rows]


def standing(connection: sqlite3.Connection, receipted: int) -> Standing:
    """All of it in one statement: a decision waits for every single one."""
    row = connection.execute(_STANDING, (receipted + 1,)).fetchone()
    reason, state, counted, open_seq, oldest, worn_seals = row
    return Standing(
        broken=None if reason is None else reason.decode(),
        maintenance=state == _BEGUN,
        counters=_pair(counted),
        unfinished=open_seq is not None,
        oldest=oldest,
        worn=frozenset((worn_seals or "").split()),
    )


def continued(connection: sqlite3.Connection) -> str | None:
    """The device whose journal this one continues, by its first entry."""
    first = entries(connection, 0, 1)
    found = decode(parse(first[0].envelope).payload) if first else None
    return str(found.body["device"]) if found and found.kind == "continued" else None


def counters(connection: sqlite3.Connection) -> tuple[int, int] | None:
    """The head's (unlatches, presses) as last signed; None in a new journal."""
    return _pair(read_note(connection, "counters"))


def read_note(connection: sqlite3.Connection, name: str) -> bytes | None:
    row = connection.execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
    return None if row is None else bytes(row[0])


def maintenance(connection: sqlite3.Connection) -> bool:
    """Whether maintenance was begun and not ended."""
    return read_note(connection, "maintenance") == _BEGUN


def out(connection: sqlite3.Connection) -> frozenset[int]:
    """Slots whose seal was taken out by entry and not put back."""
    rows = connection.execute(
        "SELECT name FROM note WHERE name > 'slot ' AND name < 'slot!' AND value = ?",
        (b"seal_out",),
    )
    return frozenset(int(row[0].split()[1]) for row in rows)


def worn(connection: sqlite3.Connection) -> frozenset[str]:
    """Ids of the seals whose successors were put in."""
    rows = connection.execute("SELECT name FROM note WHERE name > 'worn ' AND name < 'worn!'")
    return frozenset(str(row[0]).removeprefix("worn ") for row in rows)


def spent(connection: sqlite3.Connection, grant: bytes) -> int:
    """Openings of the grant that were not returned; one that is under way counts."""
    row = connection.execute(
        'SELECT count(*) FROM authorised WHERE "grant" = ? AND returned = 0', (grant,)
    )
    return int(row.fetchone()[0])


def opened_since(connection: sqlite3.Connection, since_ms: int) -> frozenset[bytes]:
    """Grants with an opening that was authorised at that time or later, and not returned."""
    rows = connection.execute(
        'SELECT DISTINCT a."grant" FROM authorised a JOIN entry e USING (seq) '
        "WHERE a.returned = 0 AND a.seq > (SELECT coalesce(max(seq), 0) FROM entry) - ? "
        "AND e.wall >= ?",
        (LATELY, since_ms),
    )
    return frozenset(bytes(row[0]) for row in rows)


def unfinished(connection: sqlite3.Connection) -> int | None:
    """The seq of the `authorised` that has no end yet."""
    row = connection.execute("SELECT seq FROM authorised WHERE ended IS NULL").fetchone()
    return None if row is None else int(row[0])


def entry_at(connection: sqlite3.Connection, seq: int, key: PublicKey) -> Entry:
    """The entry of that seq; raises WireError where it is missing or does not verify by the key in
    use or a former one.
    """
    row = connection.execute("SELECT envelope FROM entry WHERE seq = ?", (seq,)).fetchone()
    if row is None:
        raise WireError("chain", f"entry {seq} is missing")
    known = succession.keys(connection, key)
    return open_entry(row[0], known[succession.opener(known, row[0], 0)])


def device(connection: sqlite3.Connection) -> str | None:
    """Whose journal this is, as its last entry says; None before the first. Raises WireError."""
    row = connection.execute("SELECT envelope FROM entry ORDER BY seq DESC LIMIT 1").fetchone()
    return None if row is None else decode(parse(row[0]).payload).device


def hash_at(connection: sqlite3.Connection, seq: int) -> bytes | None:
    row = connection.execute("SELECT hash FROM entry WHERE seq = ?", (seq,)).fetchone()
    return None if row is None else bytes(row[0])


def wall_at(connection: sqlite3.Connection, seq: int) -> int:
    """The signed time of an entry, ms since 1970 UTC; 0 where there is none."""
    row = connection.execute("SELECT wall FROM entry WHERE seq = ?", (seq,)).fetchone()
    return 0 if row is None else int(row[0])


def newest_wall(connection: sqlite3.Connection) -> int:
    """The signed time of the last entry; 0 in a new journal."""
    row = connection.execute("SELECT wall FROM entry ORDER BY seq DESC LIMIT 1").fetchone()
    return 0 if row is None else int(row[0])


def receipted(connection: sqlite3.Connection, known: int = 0) -> int:
    """The highest seq up to which every entry has its receipt; all up to `known` are known to."""
    known = max(known, int(read_note(connection, "receipted") or 0))
    row = connection.execute(
        "SELECT min(e.seq) FROM entry e LEFT JOIN receipt r USING (seq) "
        "WHERE e.seq > ? AND r.seq IS NULL",
        (known,),
    ).fetchone()
    if row[0] is not None:
        return int(row[0]) - 1
    highest = connection.execute("SELECT coalesce(max(seq), 0) FROM entry").fetchone()
    return int(highest[0])


def add_receipts(connection: sqlite3.Connection, proofs: Sequence[tuple[int, bytes]]) -> None:
    """Keep verified receipts, and how far they go; one that is there already stays as it is."""
    with transaction(connection):
        connection.executemany("INSERT OR IGNORE INTO receipt VALUES (?, ?)", proofs)
        note(connection, "receipted", str(receipted(connection)).encode())


def add_pending(connection: sqlite3.Connection, proofs: Sequence[tuple[int, bytes]]) -> None:
    """Keep what the log answered and no quorum of witnesses has seen; a receipt is better."""
    with transaction(connection):
        connection.executemany(
            "INSERT OR IGNORE INTO pending SELECT ?, ? WHERE NOT EXISTS "
            "(SELECT 1 FROM receipt WHERE seq = ?)",
            [(seq, proof, seq) for seq, proof in proofs],
        )


def pending(connection: sqlite3.Connection, seq: int) -> bytes | None:
    """What the log answered for an entry before witnesses saw it."""
    row = connection.execute("SELECT proof FROM pending WHERE seq = ?", (seq,)).fetchone()
    return None if row is None else bytes(row[0])


def forget_pending(connection: sqlite3.Connection, seqs: Sequence[int]) -> None:
    """Their receipts replace them."""
    rows = [(seq,) for seq in seqs]
    with transaction(connection):
        connection.executemany("DELETE FROM pending WHERE seq = ?", rows)


def answered(connection: sqlite3.Connection, known: int) -> int:
    """The highest seq up to which the log answered for every entry, by a receipt or one that waits
    for witnesses; all up to `known` are known to.
    """
    row = connection.execute(
        "SELECT min(e.seq) FROM entry e LEFT JOIN receipt r USING (seq) "
        "LEFT JOIN pending p USING (seq) WHERE e.seq > ? AND r.seq IS NULL AND p.seq IS NULL",
        (known,),
    ).fetchone()
    if row[0] is not None:
        return int(row[0]) - 1
    highest = connection.execute("SELECT coalesce(max(seq), 0) FROM entry").fetchone()
    return int(highest[0])


def mono_at(connection: sqlite3.Connection, seq: int) -> int:
    """The running time at which an entry was made, ms since its boot; 0 where there is none."""
    row = connection.execute("SELECT mono FROM entry WHERE seq = ?", (seq,)).fetchone()
    return 0 if row is None else int(row[0])


def receipt(connection: sqlite3.Connection, seq: int) -> bytes | None:
    row = connection.execute("SELECT proof FROM receipt WHERE seq = ?", (seq,)).fetchone()
    return None if row is None else bytes(row[0])


def photos_to_send(connection: sqlite3.Connection, limit: int = 4096) -> list[bytes]:
    """Hashes of photos that the township has not acknowledged, oldest first."""
    rows = connection.execute(
        "SELECT sha256 FROM photo WHERE sent = 0 ORDER BY seq LIMIT ?", (limit,)
    )
    return [bytes(row[0]) for row in rows]


def photo_sent(connection: sqlite3.Connection, sha256: bytes) -> None:
    connection.execute("UPDATE photo SET sent = 1 WHERE sha256 = ?", (sha256,))


def trusted(connection: sqlite3.Connection) -> tuple[bytes, bytes] | None:
    """Root and bundle adopted last."""
    row = connection.execute("SELECT root, bundle FROM trusted WHERE id = 1").fetchone()
    return None if row is None or row[1] is None else (bytes(row[0]), bytes(row[1]))


def subject_of(connection: sqlite3.Connection, grant: bytes) -> bytes | None:
    """The application that the machine saw approved under that grant."""
    return read_note(connection, f"subject {grant.hex()}")


def openings_between(
    connection: sqlite3.Connection, from_ms: int, to_ms: int, most: int
) -> list[Opened]:
    """Openings authorised in [from_ms, to_ms) under which the seal came down, or may have."""
    rows = connection.execute(
        "SELECT a.seq, e.wall, e.envelope, o.data, f.kind, f.seq FROM authorised a "
        "JOIN entry e ON e.seq = a.seq JOIN entry f ON f.seq = a.ended "
        "LEFT JOIN opening o ON o.seq = a.seq "
        "WHERE a.returned = 0 AND f.kind <> 'aborted' AND e.wall >= ? AND e.wall < ? "
        "ORDER BY a.seq LIMIT ?",
        (from_ms, to_ms, most),
    )
    return [Opened(*row) for row in rows]


def outside(connection: sqlite3.Connection) -> list[Row]:
    """Every line of the paper register that was entered, in that order."""
    rows = connection.execute(
        "SELECT e.seq, e.envelope, o.data FROM note n "
        "JOIN entry e ON e.seq = CAST(n.value AS INTEGER) LEFT JOIN opening o ON o.seq = e.seq "
        "WHERE n.name > 'register ' AND n.name < 'register!' ORDER BY e.seq"
    )
    return [Row(*row) for row in rows]


def recent(connection: sqlite3.Connection, kind: str, since_ms: int, look: int = 256) -> int:
    """How many of the last `look` entries are of that kind and not older than `since_ms`."""
    row = connection.execute(
        "SELECT count(*) FROM (SELECT kind, wall FROM entry ORDER BY seq DESC LIMIT ?) "
        "WHERE kind = ? AND wall >= ?",
        (look, kind, since_ms),
    ).fetchone()
    return int(row[0])


def mark_broken(connection: sqlite3.Connection, reason: str) -> None:
    """From now on this journal permits no stamp."""
    note(connection, "broken", reason.encode())


def broken(connection: sqlite3.Connection) -> str | None:
    """Why this journal permits no stamp, if it does not."""
    value = read_note(connection, "broken")
    return None if value is None else value.decode()


def verify(connection: sqlite3.Connection, device: str, key: PublicKey, *, after: int = 0) -> int:
    """Hold the chain from the entry after `after` on, and the tables that follow from it; the
    number of entries held.

    `key` is the one in use; a former one signs nothing after its successor did. Raises WireError
    for the first that does not hold: hash, signature, seq, link or table.
    """
    known, number = succession.keys(connection, key), 0
    seq, derived = after, Derived()
    prev = NO_PREV if after == 0 else hash_at(connection, after)
    if prev is None:
        raise WireError("chain", f"entry {after} is missing")
    rows = connection.execute(
        "SELECT seq, hash, envelope FROM entry WHERE seq > ? ORDER BY seq", (after,)
    )
    for _, stored, envelope in rows:
        number = succession.opener(known, envelope, number)
        entry = open_entry(envelope, known[number])
        chain.check_next(entry, device=device, seq=seq, prev=prev)
        if entry_hash(envelope) != stored:
            raise WireError("chain", f"entry {entry.seq} lies under another hash")
        derived.look(entry)
        seq, prev = entry.seq, stored
    derived.check(connection, after, known)
    return seq - after


def _pair(value: bytes | None) -> tuple[int, int] | None:
    if value is None:
        return None
    unlatches, presses = value.split()
    return int(unlatches), int(presses)


_BEGUN: Final = b"begin"
_STANDING: Final = """
SELECT
  (SELECT value FROM note WHERE name = 'broken'),
  (SELECT value FROM note WHERE name = 'maintenance'),
  (SELECT value FROM note WHERE name = 'counters'),
  (SELECT seq FROM authorised WHERE ended IS NULL),
  (SELECT wall FROM entry WHERE seq = ?),
  (SELECT group_concat(substr(name, 6), ' ') FROM note WHERE name > 'worn ' AND name < 'worn!')
"""
