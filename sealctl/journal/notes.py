"""Small values that follow from entries, kept in the journal's table of notes in their transaction.

Calls only `wire.record`. By them the machine knows without reading all its entries: when it last
heard of the township, which emergency codes are spent, which stamps were corrected, which lines of
the paper register were entered, where its seals are, and whether it is under maintenance.
"""

import sqlite3
from collections.abc import Iterator

from wire.record.entry import Entry


def of(made: Entry) -> Iterator[tuple[str, bytes]]:
    """(name, value) of every note that this entry leaves."""
    body, seq = made.body, str(made.seq).encode()
    if made.kind == "list_adopted":
        yield "heard", f"{made.seq} {made.time.mono}".encode()
    elif made.kind == "emergency":
        yield f"emergency {made.seq}", body["grant"]
        for verifier in body["verifiers"]:
            yield f"code {verifier.hex()}", seq
    elif made.kind == "correction":
        yield f"corrected {body['stamped']}", seq
    elif made.kind == "outside_use":
        yield f"register {body['register']}", seq
    else:
        yield from _custody(made)


def _custody(made: Entry) -> Iterator[tuple[str, bytes]]:
    """What two people said of the machine and its seals."""
    body = made.body
    if made.kind == "maintenance":
        yield "maintenance", str(body["state"]).encode()
    elif made.kind in ("seal_out", "seal_in"):
        yield f"slot {body['slot']}", made.kind.encode()
    elif made.kind == "seal_replaced":
        yield f"slot {body['slot']}", b"seal_in"
        yield f"worn {body['replaces']}", str(body["seal"]).encode()


def seen(connection: sqlite3.Connection) -> bytes | None:
    """The text of the newest checkpoint that the machine holds."""
    row = connection.execute("SELECT value FROM note WHERE name = 'seen'").fetchone()
    return None if row is None else bytes(row[0])
