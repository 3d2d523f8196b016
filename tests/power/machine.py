"""What a machine makes durable, and what of it must be there after a power cut.

Calls `sealctl.{main,journal,camerad.store}`, `hardware` and `wire`: the real writers, the real
start. A promise is a line `kind:…`, given once the writer has said that its work is on disk.
"""

import random
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from hardware.clock import SystemClock
from hardware.ports import HardwareError
from hardware.tally import Tally
from sealctl import signer
from sealctl.camerad import store
from sealctl.journal import books
from sealctl.journal.schema import connect
from sealctl.journal.store import Journal
from sealctl.moment import Timekeeper
from wire.errors import WireError

DEVICE = "sunrise-1"
RESTART = 70
"""Rounds between two starts."""


def work(
    folder: Path,
    promise: Callable[[str], None],
    rounds: int,
    chance: random.Random,
    synchronous: str = "FULL",
) -> None:
    """Rounds of a photo, a count and a journal entry, in a provisioned folder."""
    tally = Tally(folder / "tally")
    journal = None
    for number in range(rounds):
        if number % RESTART == 0:
            if journal is not None:
                journal.connection.close()
            journal = _start(folder)
            journal.connection.execute(f"PRAGMA synchronous = {synchronous}")
        assert journal is not None
        photo = store.keep(folder / "photos", chance.randbytes(chance.randrange(2_000, 20_000)))
        promise(f"photo:{photo.hex()}")
        tally.add(unlatches=1)
        promise(f"tally:{tally.counts.unlatches}")
        body = {"method": "pin"}
        written = journal.append("authenticated", body, committed={"operator": f"wu {number}"})
        promise(f"entry:{written.seq}:{written.hash.hex()}")
    if journal is not None:
        journal.connection.close()


def broken(folder: Path, promises: Iterable[str]) -> list[str]:
    """Start a machine over what a cut has left, and go on: what it lost, or why it cannot."""
    try:
        store.prepare(folder / "photos")
        journal = _start(folder)
        try:
            found = [*_lost(folder, journal.connection, promises)]
            journal.append("authenticated", {"method": "pin"}, committed={"operator": "wu"})
            check = journal.connection.execute("PRAGMA integrity_check").fetchone()[0]
            books.verify(journal.connection, DEVICE, journal.key)
        finally:
            journal.connection.close()
    except (sqlite3.Error, WireError, HardwareError, OSError, signer.SignerError) as error:
        return [f"does not start: {error}"]
    return found if check == "ok" else [*found, f"integrity: {check}"]


def _start(folder: Path) -> Journal:
    key = signer.load(folder / "keys" / "record.pem")
    connection = connect(folder / "journal.sqlite3")
    try:
        books.verify(connection, DEVICE, key.public_key)
    except (sqlite3.Error, WireError):
        connection.close()
        raise
    time = Timekeeper(SystemClock(), books.newest_wall(connection))
    return Journal(
        connection, device=DEVICE, signer=key, time=time, random=random.Random(1).randbytes
    )


def _lost(folder: Path, connection: sqlite3.Connection, promises: Iterable[str]) -> Iterator[str]:
    unlatches = Tally(folder / "tally").counts.unlatches
    for line in promises:
        kind, first, *rest = line.split(":")
        if kind == "photo":
            sha256 = bytes.fromhex(first)
            kept = store.read(store.photo_path(folder / "photos", sha256), sha256) != b""
        elif kind == "tally":
            kept = unlatches >= int(first)
        else:
            kept = books.hash_at(connection, int(first)) == bytes.fromhex(rest[0])
        if not kept:
            yield line
