"""Who holds the machine's parts: one process for each, known by a lock on the folder that it alone
writes. Calls nothing of ours.

The kernel gives the lock back when its process ends, however that happens. A check of the parts
takes the same locks, so that neither can begin while the other is at work.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sealctl.errors import StartError


@contextmanager
def holding(folder: Path, unit: str) -> Iterator[None]:
    """Hold the parts of a systemd unit, by the folder that is its own; StartError('busy') names it
    where another process has them.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            detail = f"another process holds the parts of {unit}: systemctl stop {unit}"
            raise StartError("busy", detail) from error
        yield
    finally:
        os.close(handle)
