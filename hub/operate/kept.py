"""What of a hub's state folder a backup has to hold besides database, photos and log.

Calls nothing of ours. Certificates and public keys are kept as they are, private keys are named
apart. What makes itself again (tiles, queued messages, releases, the log-in secret) is not kept.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hub.config import FILE

FOLDERS: Final = ("keys", "tls")
FORMER: Final = ("public/former", "second/former")
"""Logs that ended when they lost leaves: nobody makes them again."""
DATA: Final = (
    "redaction.toml", "services.toml", "services.csv", "*.pub", "disclosure/*.csv",
    "recordings/*.mp3",
)  # fmt: skip
"""The township's own rules, words and voices, and keys of others, where it has any."""
_PRIVATE: Final = b"PRIVATE KEY"


class BusyError(Exception):
    """Another upkeep is under way; the text says so, in Chinese and English."""


@dataclass(frozen=True)
class Kept:
    """Paths below the state folder."""

    open: tuple[str, ...]
    private: tuple[str, ...]


def kept(state: Path) -> Kept:
    """All small files that must be kept."""
    found = [path for one in FOLDERS for path in sorted((state / one).rglob("*")) if path.is_file()]
    private = {path for path in found if _PRIVATE in path.read_bytes()}
    names = [str(path.relative_to(state)) for path in found if path not in private]
    data = [str(path.relative_to(state)) for one in DATA for path in sorted(state.glob(one))]
    return Kept(
        (FILE, *data, *names), tuple(sorted(str(one.relative_to(state)) for one in private))
    )


def former(state: Path) -> Iterator[str]:
    """Paths of the files of former logs; they never change."""
    for one in FORMER:
        for path in sorted((state / one).rglob("*")):
            if path.is_file():
                yield str(path.relative_to(state))


@contextmanager
def alone(state: Path) -> Iterator[None]:
    """While nobody else copies or clears away; raises BusyError."""
    handle = os.open(state / "upkeep.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise BusyError(
            "另一个备份或清理正在进行，请稍后再试。 Another backup or retention run is under way."
        ) from error
    try:
        yield
    finally:
        os.close(handle)
