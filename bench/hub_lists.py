"""Lists, registers, first pages and the port of a hub with 100,000 records and as much beside them:
how long the server takes for one.

Calls `hub` in a process of its own. The limit is the same page of a hub that has 1,000 of each:
what it shows is the same, so that whatever is more comes from the length of the list.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.hub_pages import INSPECTOR, PAGES, PROGRAM, SEARCH
from bench.report import Line

MANY, FEW = 100_000, 1_000
ROUNDS = 15
BUDGET_MS = 150
BUDGET = 1.5
"""Of the limit. A list that counts, sorts or scans what it does not show is beyond it at once."""
ROW = re.compile(b'<li|<tr|\n|"zh"|"sha256"|"number"|"device"')
"""By which it is seen that both hubs show as many."""


def measure(folder: Path) -> Iterator[Line]:
    """The median time of each page, as a share of that of the hub with little in it."""
    many, few = (_asked(folder / str(count), count) for count in (MANY, FEW))
    for name, (took, rows) in many.items():
        least, shown = few[name]
        assert rows == shown, f"{name}: {rows} rows, {shown} of {FEW}"
        said = f"{took * 1e3:.0f} ms of {BUDGET_MS}; of {FEW}: {least * 1e3:.0f} ms"
        yield Line(f"{name}, of {MANY}", took / least, BUDGET, said)


def _asked(state: Path, count: int) -> dict[str, tuple[float, int]]:
    """(seconds, rows) by page."""
    state.mkdir()
    settings = {"SEALHUB_STATE": str(state), "DJANGO_SETTINGS_MODULE": "hub.settings"}
    command = [sys.executable, "-m", "bench.hub_lists", str(count)]
    done = subprocess.run(
        command, env={**os.environ, **settings}, check=True, stdout=subprocess.PIPE
    )
    found: dict[str, tuple[float, int]] = json.loads(done.stdout)
    return found


def _main(count: int) -> None:
    """Fill the hub of the environment and ask it for every page."""
    import django
    from django.core.management import call_command
    from django.test import Client

    django.setup()
    for database in ("default", "hotline"):
        call_command("migrate", database=database, verbosity=0)
    from bench import filled
    from hub.api.scopes import SCOPES
    from hub.api.tokens import create_token

    filled.fill(count)
    clients = {one.who: filled.client(one.who) for one in PAGES if one.who != PROGRAM}
    token = create_token(PROGRAM, person=INSPECTOR, may=SCOPES)
    clients[PROGRAM] = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {token}"})
    sought = clients[INSPECTOR].post("/records/search", {"person": "wu"})["Location"]
    took: dict[str, list[float]] = {one.name: [] for one in PAGES}
    rows: dict[str, int] = {}
    for turn in range(ROUNDS + 1):
        for one in PAGES:
            path = sought if one.path == SEARCH else one.path.format(middle=count // 2)
            began = time.perf_counter()
            reply = clients[one.who].get(path)
            spent = time.perf_counter() - began
            assert reply.status_code == 200, (path, reply.status_code)
            rows[one.name] = len(ROW.findall(reply.content))
            if turn:
                took[one.name].append(spent)
    made = {name: (statistics.median(some), rows[name]) for name, some in took.items()}
    print(json.dumps(made))


if __name__ == "__main__":
    _main(int(sys.argv[1]))
