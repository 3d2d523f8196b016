"""The inspectors' lists over 100,000 records and as many alarms: how long the server takes for one.

Calls `hub` in a process of its own. The limit is the same page of a hub that has 1,000 of each:
what it shows is the same, so that whatever is more comes from the length of the list.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.report import Line

MANY, FEW = 100_000, 1_000
ROUNDS = 15
BUDGET_MS = 150
BUDGET = 1.5
"""Of the limit. A list that counts, sorts or scans what it does not show is beyond it at once."""
PERSON = "person"
"""Whom a search of its own looks for: no address has it."""
PAGES = {
    "records": "/records/",
    "records, in the middle": "/records/?after={middle}.{middle}",
    "records of a kind and machine": "/records/?kind=stamped&device=sunrise-1",
    "records of a village": "/records/?village=sunrise",
    "records of a machine": "/records/?device=sunrise-1",
    "records of a village and days": "/records/?village=sunrise&since=2026-01-01&until=2030-01-01",
    "records of an item": "/records/?item=residence",
    "records of a person": PERSON,
    "records that I did not review": "/records/?mine=todo",
    "alarms": "/alarms/",
    "alarms, all of a kind": "/alarms/?state=all&rule=machine",
}


def measure(folder: Path) -> Iterator[Line]:
    """The median time of each page, as a share of that of the short list."""
    many, few = (_asked(folder / str(count), count) for count in (MANY, FEW))
    for name, took in many.items():
        said = f"{took * 1e3:.0f} ms of {BUDGET_MS}; of {FEW}: {few[name] * 1e3:.0f} ms"
        yield Line(f"{name}, of {MANY}", took / few[name], BUDGET, said)


def _asked(state: Path, count: int) -> dict[str, float]:
    state.mkdir()
    settings = {"SEALHUB_STATE": str(state), "DJANGO_SETTINGS_MODULE": "hub.settings"}
    command = [sys.executable, "-m", "bench.hub_lists", str(count)]
    done = subprocess.run(
        command, env={**os.environ, **settings}, check=True, stdout=subprocess.PIPE
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _main(count: int) -> None:
    """Fill the hub of the environment and ask it for every page."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from bench import filled

    client = filled.fill(count)
    sought = client.post("/records/search", {"person": "wu"})["Location"]
    took: dict[str, list[float]] = {name: [] for name in PAGES}
    for turn in range(ROUNDS + 1):
        for name, path in PAGES.items():
            began = time.perf_counter()
            reply = client.get(sought if path == PERSON else path.format(middle=count // 2))
            spent = time.perf_counter() - began
            assert reply.status_code == 200, path
            assert reply.content.count(b"rec-row") == 30, path
            if turn:
                took[name].append(spent)
    print(json.dumps({name: statistics.median(some) for name, some in took.items()}))


if __name__ == "__main__":
    _main(int(sys.argv[1]))
