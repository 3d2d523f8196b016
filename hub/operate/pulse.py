"""The sign of life that each process leaves in the state folder, with what it has counted.

Calls only `hub.log.published`. Counts are of things, never of persons, and begin anew with the
process.
"""

import json
import logging
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hub.clock import now_ms
from hub.log.published import write

log = logging.getLogger(__name__)

FOLDER: Final = "alive"
EVERY_S: Final = 5.0
SILENT_MS: Final = 60_000
"""So long without a sign of life, a process counts as dead."""


@dataclass(frozen=True)
class Beat:
    """The last sign of life of one process; times in ms since 1970 UTC."""

    at_ms: int
    started_ms: int
    counts: dict[str, float]


class Pulse:
    """One process's; threads may count at once."""

    def __init__(self, state: Path, name: str) -> None:
        self._path = state / FOLDER / f"{name}.json"
        self._started_ms = now_ms()
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._due = 0.0

    def count(self, name: str, by: float = 1) -> None:
        with self._lock:
            self._counts[name] += by  # type: ignore[assignment]

    def beat(self) -> None:
        """To be called in each round; writes every EVERY_S at most."""
        if time.monotonic() < self._due:
            return
        self._due = time.monotonic() + EVERY_S
        with self._lock:
            counts = dict(self._counts)
        said = {"at_ms": now_ms(), "started_ms": self._started_ms, "counts": counts}
        try:
            write(self._path, json.dumps(said).encode(), durable=False)
        except OSError as error:
            log.warning("no sign of life could be left: %s", error)


def beats(state: Path) -> dict[str, Beat]:
    """By process; whoever never ran is not in it."""
    found = {}
    for path in sorted((state / FOLDER).glob("*.json")):
        try:
            found[path.stem] = Beat(**json.loads(path.read_bytes()))
        except (OSError, ValueError, TypeError):
            continue
    return found
