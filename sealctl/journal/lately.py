"""The newest entries of some kinds, with their openings. Calls `sealctl.journal.books`, `wire`."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sealctl.journal.books import LATELY
from wire.record import commitment
from wire.record.entry import Entry, decode
from wire.record.envelope import parse


@dataclass(frozen=True)
class Told:
    """An entry, its hash, and the values behind its commitments as far as they are kept."""

    entry: Entry
    hash: bytes
    values: Mapping[str, str | bytes]


def newest(connection: sqlite3.Connection, *kinds: str) -> Iterator[Told]:
    """Those among the last LATELY entries, the newest first."""
    rows = connection.execute(
        "SELECT e.envelope, e.hash, o.data FROM entry e LEFT JOIN opening o USING (seq) "
        "WHERE e.seq > (SELECT coalesce(max(seq), 0) FROM entry) - ? "
        "AND e.kind IN (SELECT value FROM json_each(?)) ORDER BY e.seq DESC",
        (LATELY, json.dumps(kinds)),
    )
    for envelope, hash_, data in rows:
        opened = () if data is None else commitment.decode(bytes(data)).openings
        values = {one.field: one.value for one in opened}
        yield Told(decode(parse(bytes(envelope)).payload), bytes(hash_), values)
