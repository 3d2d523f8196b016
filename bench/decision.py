"""Decision to unlock: rules, signature and durable commit, against one signature and one row.

Calls `tests.support.machine`, `sealctl` and the standard library's sqlite3.
"""

import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.report import Line
from sealctl.rules import decide
from sealctl.session.model import Mode
from tests.support.machine import Rig

ROUNDS = 200
BUDGET = 2.0


def measure(folder: Path) -> Iterator[Line]:
    """The ratio in a young journal and in one of 20,000 entries."""
    rig = Rig.build(folder, policy={"receipts_max_count": 1_000_000})
    grant = rig.grant()
    rig.ready_to_stamp(grant)
    for entries in (1_000, 20_000):
        _fill(rig, entries)
        took = _median(lambda: _decide_and_commit(rig))
        limit = _median(_bare(rig, folder / f"bare-{entries}.sqlite3"))
        yield Line(
            f"decision to unlock, {entries} entries", took / limit, BUDGET, f"{took * 1e3:.2f} ms"
        )


def _fill(rig: Rig, entries: int) -> None:
    counters = rig.core.journal_counters()
    connection = rig.core.journal.connection
    connection.execute("PRAGMA synchronous = OFF")
    while rig.core.journal.last_seq < entries:
        rig.core.journal.append("heartbeat", counters)
    connection.execute("PRAGMA synchronous = FULL")


def _decide_and_commit(rig: Rig) -> None:
    assert rig.core.session.mode is Mode.PHOTOGRAPHED
    permit = decide(rig.core.facts())
    rig.core.journal.append(
        "refused",
        {"code": "busy", "action": "bench", "grant": permit.grant, "detail": ""},
        committed={"operator": permit.operator},
    )


def _bare(rig: Rig, path: Path) -> Callable[[], None]:
    """One signature and one committed row of the same size."""
    signer = rig.core.journal._signer  # noqa: SLF001
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE row (data BLOB)")
    payload = bytes(400)

    def once() -> None:
        connection.execute("INSERT INTO row VALUES (?)", (signer.sign(payload),))

    return once


def _median(call: Callable[[], None]) -> float:
    """Seconds."""
    took = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        call()
        took.append(time.perf_counter() - started)
    return statistics.median(took)
