"""Provisioning on loopback: from the token to the receipted boot entry, without the officers' part.

Calls `tests.provisioning.rig`.
"""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from bench.report import Line
from tests.provisioning.rig import Field

BUDGET_S = 3.0


def measure(folder: Path) -> Iterator[Line]:
    """Both halves of `sealctl provision`, each as a process of its own; the share of the budget."""
    field = Field.open(folder, "ingest", "work")
    try:
        words = field.words(field.token())
        began = time.perf_counter()
        _done(field.provision(*words))
        took = time.perf_counter() - began
        field.start("body", "lockd", "syncd")
        field.enlist(field.machine())
        began = time.perf_counter()
        _done(field.provision("--finish"))
        took += time.perf_counter() - began
    finally:
        field.close()
    yield Line("provisioning on loopback", took / BUDGET_S, 1.0, f"{took:.2f} s")


def _done(command: "subprocess.CompletedProcess[str]") -> None:
    if command.returncode:
        raise RuntimeError(command.stderr)
