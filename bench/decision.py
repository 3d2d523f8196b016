"""Decision to unlock: rules, signature and durable commit, against one signature and one row.

Calls `bench.aged`, `tests.support.machine`, `sealctl` and the standard library's sqlite3.
"""

import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from bench.aged import age
from bench.report import Line
from sealctl.rules import decide
from sealctl.session.model import Mode
from tests.support.machine import Rig

ROUNDS = 200
BUDGET = 2.0
FLAT = 1.5
START_S = 1.0
YOUNG, OLD = 1_000, 1_000_000


def measure(folder: Path) -> Iterator[Line]:
    """The ratio in a young journal and in an old one, the old one's start, and how flat it is."""
    young, _ = _machine(folder / "young", YOUNG)
    old, started = _machine(folder / "old", OLD)
    took = interleaved(
        {
            "limit": _bare(young, folder / "bare.sqlite3"),
            "young": lambda: _decide_and_commit(young),
            "old": lambda: _decide_and_commit(old),
        }
    )
    for name, entries in (("young", YOUNG), ("old", OLD)):
        said = f"{took[name] * 1e3:.2f} ms"
        ratio = took[name] / took["limit"]
        yield Line(f"decision to unlock, {entries:,} entries", ratio, BUDGET, said)
    yield Line("the same, old journal against young", took["old"] / took["young"], FLAT)
    yield Line(f"lockd's start over {OLD:,} entries", started / START_S, 1.0, f"{started:.2f} s")


def _machine(folder: Path, entries: int) -> tuple[Rig, float]:
    """Ready to stamp over a journal of that age, and how many seconds its start took."""
    rig = Rig.build(folder, policy={"receipts_max_count": 1_000_000})
    grant = rig.grant()
    age(rig, entries)
    began = time.perf_counter()
    rig.restart()
    started = time.perf_counter() - began
    rig.ready_to_stamp(grant)
    return rig, started


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


def interleaved(calls: Mapping[str, Callable[[], None]]) -> dict[str, float]:
    """Median seconds of each, taken in turns: what else the computer does meets all alike."""
    took: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            started = time.perf_counter()
            call()
            took[name].append(time.perf_counter() - started)
    return {name: statistics.median(some) for name, some in took.items()}
