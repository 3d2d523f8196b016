"""The journal's only writer: appends signed entries with everything that must stand or fall with
them in one transaction. Calls only `sealctl.{moment,signer}`, `sealctl.journal` and `wire`.

`append` returns after the commit is durable (WAL, synchronous=FULL). What it was given is either on
disk whole or not at all.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sealctl.journal import notes, succession
from sealctl.moment import Timekeeper
from sealctl.signer import Signer, SignerError
from wire.approval import draft
from wire.record import commitment, entry
from wire.record.commitment import Opening, OpeningSet
from wire.record.entry import NO_PREV, Entry
from wire.record.envelope import entry_hash
from wire.record.kinds import PHOTOS

Random = Callable[[int], bytes]
"""n → n random bytes."""

ENDS: Final = ("stamped", "aborted", "interrupted")


@dataclass(frozen=True)
class Written:
    """An entry that is on disk."""

    seq: int
    hash: bytes
    entry: Entry


class Journal:
    """`boot` is random per start. One object and one thread write the file.

    `successor`: the key that takes over with the list that names it. `unsigned`: why the key
    failed; a process that sees it has to start anew.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        device: str,
        signer: Signer,
        successor: Signer | None = None,
        time: Timekeeper,
        random: Random,
    ) -> None:
        self.connection = connection
        self.device = device
        self.key = signer.public_key
        self._signer = signer
        self.successor = successor
        self.unsigned: SignerError | None = None
        self._time = time
        self.random = random
        self._boot = random(16)
        held = notes.seen(connection)
        self.seen = None if held is None else hashlib.sha256(held).digest()
        last = connection.execute("SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1")
        self.last_seq: int
        self._prev: bytes
        self.last_seq, self._prev = last.fetchone() or (0, NO_PREV)

    def append(
        self,
        kind: str,
        body: Mapping[str, Any],
        *,
        committed: Mapping[str, str | bytes | None] | None = None,
        trusted: tuple[bytes, bytes] | None = None,
        also: Callable[[], None] | None = None,
        subjects: Mapping[bytes, bytes] | None = None,
    ) -> Written:
        """Sign and commit one entry.

        `committed`: plain values of the fields that go into the entry as commitments (None stays
        None). In the same transaction `trusted`, root and bundle, become the trusted list,
        `subjects` of its grants are kept by id (the register needs them once a list has dropped
        them), and `also` writes whatever else must stand or fall with the entry.
        Raises WireError for a body that does not fit its kind, SignerError where the key is gone,
        sqlite3.Error where it cannot be written; nothing is written then.
        """
        openings = [
            Opening(field, self.random(commitment.SALT_BYTES), value)
            for field, value in (committed or {}).items()
            if value is not None
        ]
        hidden: dict[str, bytes | None] = dict.fromkeys(committed or {})
        hidden |= {one.field: commitment.commit(kind, one) for one in openings}
        made = Entry(
            device=self.device,
            seq=self.last_seq + 1,
            prev=self._prev,
            boot=self._boot,
            time=self._time.now(),
            kind=kind,
            body={**body, **hidden},
            seen=self.seen,
        )
        envelope = self._sign(entry.encode(made))
        written = Written(made.seq, entry_hash(envelope), made)
        with transaction(self.connection):
            self._insert(written, envelope, openings)
            if trusted is not None:
                self.connection.execute("INSERT OR REPLACE INTO trusted VALUES (1, ?, ?)", trusted)
            for grant, data in (subjects or {}).items():
                named = (f"subject {grant.hex()}", data)
                self.connection.execute("INSERT OR IGNORE INTO note VALUES (?, ?)", named)
            if also is not None:
                also()
        self.last_seq, self._prev = written.seq, written.hash
        self._time.signed(made.time.wall)
        return written

    def attest(self, payload: bytes) -> bytes:
        """The envelope of a payload that no entry can have, and that stands in no journal."""
        return self._sign(payload)

    def vouch(self) -> None:
        """Within the transaction of the old key's last entry: the successor vouches for it."""
        if self.successor is None:
            return
        try:
            succession.vouch(self.connection, self.key, self.successor)
        except SignerError as error:
            self.unsigned = error
            raise

    def hand_over(self) -> None:
        """After that entry: from now on the successor signs."""
        if self.successor is not None:
            self._signer, self.successor = self.successor, None
            self.key = self._signer.public_key

    def _sign(self, payload: bytes) -> bytes:
        try:
            return self._signer.sign(payload)
        except SignerError as error:
            self.unsigned = error
            raise

    def _insert(self, written: Written, envelope: bytes, openings: list[Opening]) -> None:
        made, run = written.entry, self.connection.execute
        run(
            "INSERT INTO entry (seq, hash, kind, wall, mono, envelope) VALUES (?,?,?,?,?,?)",
            (made.seq, written.hash, made.kind, made.time.wall, made.time.mono, envelope),
        )
        if openings:
            opened = OpeningSet(self.device, made.seq, written.hash, tuple(openings))
            run("INSERT INTO opening VALUES (?, ?)", (made.seq, commitment.encode(opened)))
        self._keep_books(made, openings)

    def _keep_books(self, made: Entry, openings: list[Opening]) -> None:
        """The tables that follow from entries: openings of the lock, photos, counters."""
        run, body = self.connection.execute, made.body
        if made.kind == "authorised":
            run("INSERT INTO authorised VALUES (?, ?, NULL, 0)", (made.seq, body["grant"]))
        if made.kind in ENDS:
            returned = int(bool(body.get("returned", False)))
            run(
                "UPDATE authorised SET ended = ?, returned = ? WHERE seq = ? AND ended IS NULL",
                (made.seq, returned, body["authorised"]),
            )
        for one in openings:
            if one.field in PHOTOS:
                run("INSERT OR IGNORE INTO photo VALUES (?, ?, 0)", (one.value, made.seq))
            if one.field == "draft" and isinstance(one.value, bytes):
                rows = [(page, made.seq) for page in draft.decode(one.value).pages]
                self.connection.executemany("INSERT OR IGNORE INTO photo VALUES (?, ?, 0)", rows)
        for name, value in notes.of(made):
            note(self.connection, name, value)
        if "unlatches" in body and self._may_count(made.kind):
            note(self.connection, "counters", f"{body['unlatches']} {body['presses']}".encode())

    def _may_count(self, kind: str) -> bool:
        """Whether an entry's counters are the signed ones from now on.

        Those of a `boot` are only read: what they say beside the signed ones is judged after it.
        """
        if kind != "boot":
            return True
        row = self.connection.execute("SELECT 1 FROM note WHERE name = 'counters'").fetchone()
        return row is None


def note(connection: sqlite3.Connection, name: str, value: bytes) -> None:
    """Keep one small value by name."""
    connection.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, value))


class transaction:  # noqa: N801
    """BEGIN IMMEDIATE … COMMIT, or ROLLBACK where anything failed."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._connection.execute("COMMIT")
        elif self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
