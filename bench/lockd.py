"""lockd as a process: how soon it serves, how much memory it takes.

Calls `tests.support.office`.
"""

import time
from collections.abc import Iterator
from pathlib import Path

from bench.report import Line
from demo.processes import Process
from tests.support.office import Office

READY_S = 1.0
MEGABYTES = 60.0


def measure(folder: Path) -> Iterator[Line]:
    """Ready after exec, and resident memory at rest; the share of each budget."""
    office = Office.open(folder)
    try:
        office.kill("lockd")
        started = time.perf_counter()
        office.start("lockd")
        took = time.perf_counter() - started
        process = next(one for one in office.house.processes if one.name == "lockd")
        rss = resident(process)
    finally:
        office.close()
    yield Line("lockd ready after exec", took / READY_S, 1.0, f"{took:.2f} s")
    yield Line("lockd resident memory", rss / MEGABYTES, 1.0, f"{rss:.0f} MB")


def resident(process: Process) -> float:
    """Megabytes of memory that a process holds now."""
    status = Path(f"/proc/{process.pid}/status").read_text("ascii")
    kilobytes = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(kilobytes.split()[1]) / 1024
