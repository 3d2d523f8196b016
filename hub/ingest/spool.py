"""Messages that reached the township on foot: a folder from which ingest takes them.

Calls only `hub.log.published` and `wire`. Whoever may write here is the hub's own operator; what a
message says is judged by the machine's signatures all the same. A file is there whole or not at
all, and goes only when ingest has answered for it.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hub.log.published import write
from wire import topics
from wire.errors import WireError

MOST_BYTES: Final = 4 << 20
WHAT: Final = ("entry", "opening")
"""A status is not carried: nobody signs it."""


@dataclass(frozen=True)
class Spooled:
    """One waiting message."""

    path: Path
    topic: str
    payload: bytes


def folder(state: Path) -> Path:
    """Where they wait, below the hub's state folder."""
    return state / "spool"


def put(state: Path, device: str, what: str, payload: bytes, number: int) -> Path:
    """Hand a message to ingest; `number` orders those of one carrier."""
    if what not in WHAT:
        raise WireError("topic", what)
    path = folder(state) / f"{number:020d}.{device}.{what}"
    write(path, payload)
    return path


def waiting(state: Path) -> Iterator[Spooled]:
    """The oldest messages, together not much more than MOST_BYTES."""
    size = 0
    for path in sorted(folder(state).glob("*.*.*")) if folder(state).is_dir() else ():
        _, device, what = path.name.split(".", 2)
        if what not in WHAT or not path.is_file():
            continue
        payload = path.read_bytes()
        yield Spooled(path, topics.up(device, what), payload)
        size += len(payload)
        if size >= MOST_BYTES:
            return


def done(spooled: Spooled) -> None:
    """Ingest has committed it."""
    spooled.path.unlink(missing_ok=True)
    handle = os.open(spooled.path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
