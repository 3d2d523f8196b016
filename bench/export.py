"""A bulk export of ten times as many records: how much memory it takes.

Calls `hub` in a process of its own. What Python holds at its most while the archive goes out,
against that of a hub with a tenth of the records, measured in the same run.
"""

import json
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

from bench.report import Line

FEW, MANY = 3_000, 30_000
BUDGET = 1.1
MIB = 1 << 20


def measure(folder: Path) -> Iterator[Line]:
    """The most memory, as a share of that of the short export."""
    (few, _), (many, size) = (_asked(folder / str(count), count) for count in (FEW, MANY))
    said = f"{many / MIB:.1f} MiB for {size / MIB:.0f}; of {FEW}: {few / MIB:.1f} MiB"
    yield Line(f"memory of a bulk export of {MANY}", many / few, BUDGET, said)


def _asked(state: Path, count: int) -> tuple[int, int]:
    """(bytes held at the most, bytes that went out)."""
    state.mkdir()
    settings = {"SEALHUB_STATE": str(state), "DJANGO_SETTINGS_MODULE": "hub.settings"}
    command = [sys.executable, "-m", "bench.export", str(count)]
    done = subprocess.run(
        command, env={**os.environ, **settings}, check=True, stdout=subprocess.PIPE
    )
    most, size = json.loads(done.stdout)
    return most, size


def _main(count: int) -> None:
    """Fill the hub of the environment and its log, and take all of it out."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from bench import filled
    from hub.exports import archive
    from hub.exports.scope import Wanted

    filled.logged(count)
    archive_of = archive.take(Wanted(), person="ren")
    tracemalloc.start()
    size = sum(map(len, archive_of))
    print(json.dumps([tracemalloc.get_traced_memory()[1], size]))


if __name__ == "__main__":
    _main(int(sys.argv[1]))
