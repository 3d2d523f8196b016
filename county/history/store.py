"""The index over one township's copy: passkeys, what they signed, what became of it, how far.

Calls only `wire.sig` and `county.history`. One SQLite file that can be made anew from the copy at
any time; what it says was verified when it was written.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, Final

from county.history.schema import opened
from county.history.signed import Key, Signed
from county.history.trust import HistoryError
from wire.sig import PublicKey


@dataclass(frozen=True)
class Known:
    """A passkey as the index has it; `current`: on the newest roster, and not taken back."""

    village: str
    person: str
    name: str
    public_key: bytes
    current: bool


class Store:
    """One township's index; `making` puts an empty file where there is none."""

    def __init__(self, path: Path, *, making: bool = False) -> None:
        if not making and not path.exists():
            text = "还没有做过索引。 Nothing was taken yet: sealcounty history take."
            raise HistoryError(f"{path}: {text}")
        try:
            self._connection = opened(path, making=making)
        except sqlite3.Error as error:
            text = "索引不能用，请删除后重做。 Unusable: delete it and take again"
            raise HistoryError(f"{path}: {text}: {error}") from error
        self._run = self._connection.execute

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction, kept as a whole or not at all."""
        self._run("BEGIN IMMEDIATE")
        try:
            yield
            self._run("COMMIT")
        finally:
            if self._connection.in_transaction:
                self._run("ROLLBACK")

    def note(self, **values: int | str | bytes | None) -> None:
        rows = list(values.items())
        self._connection.executemany("INSERT OR REPLACE INTO note VALUES (?, ?)", rows)

    def notes(self) -> Mapping[str, Any]:
        """size, root, seen_s, trouble (None where the last taking held), origins."""
        return dict(self._run("SELECT name, value FROM note"))

    def put_tile(self, number: int, root: bytes) -> None:
        self._run("INSERT INTO tile VALUES (?, ?)", (number, root))

    def tile_roots(self) -> list[bytes]:
        """Of the full tiles, in order."""
        return [root for (root,) in self._run("SELECT root FROM tile ORDER BY number")]

    def put_list(self, digest: bytes, village: str, name: str, roster: int) -> None:
        self._run("INSERT OR IGNORE INTO list (sha256) VALUES (?)", (digest,))
        self._run(
            "INSERT INTO roster VALUES (?, ?, ?) ON CONFLICT (village) DO UPDATE SET"
            " name = excluded.name, version = max(version, excluded.version)",
            (village, name, roster),
        )

    def put_machine(self, key: PublicKey) -> None:
        self._run("INSERT OR IGNORE INTO machine VALUES (?, ?, ?)", (key.kid, key.alg, key.public))

    def machine(self, kid: bytes) -> PublicKey | None:
        row = self._run("SELECT alg, public FROM machine WHERE kid = ?", (kid,)).fetchone()
        return None if row is None else PublicKey(*row)

    def put_key(self, key: Key, roster: int) -> None:
        self._run(
            "INSERT INTO key VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (credential, village, person, public) DO UPDATE SET"
            " name = excluded.name, office = excluded.office, revoked = excluded.revoked,"
            " roster = max(roster, excluded.roster)",
            (*astuple(key), roster),
        )

    def public_keys(self, credential: bytes, village: str, person: str) -> list[bytes]:
        query = "SELECT public FROM key WHERE (credential, village, person) = (?, ?, ?)"
        return [public for (public,) in self._run(query, (credential, village, person))]

    def owners(self, credential: bytes) -> list[Known]:
        """Whose passkey that is or was."""
        query = f"{_KNOWN} WHERE credential = ?"
        rows = self._run(query, (credential,))
        return [
            Known(village, person, name, public, bool(current))
            for village, person, name, public, current in rows
        ]

    def credentials(self, village: str, person: str, *, listed: bool = False) -> list[bytes]:
        """Every key that a person ever had; `listed`: passkeys alone, and none of somebody who is
        not listed.
        """
        where = "WHERE (village, person) = (?, ?)"
        query = f"SELECT DISTINCT credential FROM key {where}"  # noqa: S608
        if listed:
            query += (
                f" AND {_PASSKEY} AND EXISTS (SELECT 1 {_LISTED} AND (village, person) = (?, ?))"
            )
        rows = self._run(query, (village, person) * (1 + listed))
        return [credential for (credential,) in rows]

    def villages(self) -> list[dict[str, Any]]:
        """Who is listed: persons of the newest rosters with a passkey and an office."""
        query = f"SELECT DISTINCT village, roster.name, person, key.name {_LISTED} ORDER BY 2, 4"
        made: dict[str, dict[str, Any]] = {}
        for village, village_name, person, name in self._run(query):
            entry = made.setdefault(village, {"id": village, "name": village_name, "people": []})
            entry["people"].append({"id": person, "name": name})
        return list(made.values())

    def has_signed(self, credential: bytes, subject: bytes, step: str, decision: str) -> bool:
        query = "SELECT 1 FROM signed WHERE (credential, subject, step, decision) = (?, ?, ?, ?)"
        return self._run(query, (credential, subject, step, decision)).fetchone() is not None

    def put_signed(self, one: Signed, leaf: int, listed: bytes) -> None:
        fact = json.dumps(one.fact, ensure_ascii=False)
        named = (one.credential, one.subject, one.step, one.decision)
        self._run("INSERT INTO signed VALUES (?, ?, ?, ?, ?, ?, ?)", (*named, leaf, listed, fact))

    def signed(self, credentials: list[bytes], most: int) -> tuple[int, list[dict[str, Any]]]:
        """How many there are, and the newest ones by their place in the log."""
        marks = ", ".join("?" * len(credentials))
        where = f"FROM signed WHERE credential IN ({marks})"
        total = self._run(f"SELECT count(*) {where}", credentials).fetchone()[0]
        rows = self._run(
            f"SELECT credential, subject, leaf, list, fact {where}"
            " ORDER BY leaf DESC, subject LIMIT ?",
            [*credentials, most],
        ).fetchall()
        return total, [self._row(*row) for row in rows]

    def _row(
        self, credential: bytes, subject: bytes, leaf: int, listed: bytes, fact: str
    ) -> dict[str, Any]:
        query = "SELECT wall FROM list WHERE sha256 = ?"
        (reached,) = self._run(query, (listed,)).fetchone()
        done = self._run("SELECT wall FROM done WHERE subject = ? ORDER BY leaf", (subject,))
        return {
            **json.loads(fact),
            "credential": credential.hex(),
            "subject": subject.hex(),
            "leaf": leaf,
            "reached": reached,
            "done": [wall for (wall,) in done],
        }

    def put_done(self, subject: bytes, leaf: int, wall: int) -> None:
        self._run("INSERT INTO done VALUES (?, ?, ?)", (leaf, subject, wall))

    def put_reached(self, digest: bytes, wall: int) -> bool:
        """A machine took that list; False where the log does not name it."""
        query = "UPDATE list SET wall = coalesce(wall, ?) WHERE sha256 = ?"
        return self._run(query, (wall, digest)).rowcount == 1


_KNOWN: Final = (
    "SELECT village, person, key.name, public, NOT revoked AND key.roster = roster.version"
    " FROM key JOIN roster USING (village)"
)
_PASSKEY: Final = "substr(public, 1, 1) <> x'04'"
"""A point of SM2 begins with 4, a COSE_Key, which is a map, never."""
_LISTED: Final = (
    "FROM key JOIN roster USING (village)"
    f" WHERE office AND key.roster = roster.version AND {_PASSKEY}"
)
