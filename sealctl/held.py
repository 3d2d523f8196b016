"""Who holds the machine's parts: one process for each, known by a lock on the folder that it alone
writes. Calls only `sealctl.{config,errors}`.

The kernel gives the lock back when its process ends, however that happens. A check of the parts
takes the same locks, so that neither can begin while the other is at work.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TypeVar

from sealctl.config import MachineConfig
from sealctl.errors import StartError

T = TypeVar("T")


def held(
    unit: str, folder: str
) -> Callable[[Callable[[MachineConfig], T]], Callable[[MachineConfig], T]]:
    """The decorated process holds the parts of its unit, by that folder of the machine's."""

    def alone(run: Callable[[MachineConfig], T]) -> Callable[[MachineConfig], T]:
        @wraps(run)
        def running(config: MachineConfig) -> T:
            with holding(getattr(config, folder), unit):
                return run(config)

        return running

    return alone


@contextmanager
def holding(folder: Path, unit: str) -> Iterator[None]:
    """Hold the parts of a systemd unit, by the folder that is its own.

    StartError('busy') names the unit where another process has them; StartError('not_permitted')
    the user whose folder it is: what another wrote beside it, counters or a journal's own files,
    that user's process could never replace.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        owner = os.fstat(handle).st_uid
        if owner != os.geteuid():
            detail = f"{folder} is user {owner}'s: run this as that user (sudo -u '#{owner}')"
            raise StartError("not_permitted", detail)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            detail = f"another process holds the parts of {unit}: systemctl stop {unit}"
            raise StartError("busy", detail) from error
        yield
    finally:
        os.close(handle)
