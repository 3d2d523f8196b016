"""Where the inspector's own computer remembers what was verified, never inside a bundle.

Calls `inspector`. A bundle may come from anybody: what it says about itself being verified is worth
nothing. So the ledger lies in the inspector's own folder, one for each bundle's place, policy and
scope, and is used only by the very software that made it.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

import inspector
import wire
from inspector.bundle import Bundle
from inspector.findings import UnusableError
from inspector.policy import Policy

FOLDER: Final = "sealinspect"


def default_folder() -> Path:
    """$XDG_STATE_HOME/sealinspect, or ~/.local/state/sealinspect."""
    home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(home) / FOLDER


@contextmanager
def ledger_path(folder: Path, bundle: Bundle, policy: Policy, *, again: bool) -> Iterator[Path]:
    """The ledger of that bundle, held by this process alone; a new one where `again` is set or
    other software made it. Raises UnusableError.
    """
    place = folder / _name(bundle, policy)
    path = place / f"{_software()}.sqlite3"
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (place / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for other in place.glob("*.sqlite3*"):
                if again or not other.name.startswith(path.name):
                    other.unlink()
            yield path
    except BlockingIOError as error:
        text = f"{bundle.folder}: 正在核验，请等它结束。 It is being verified already: wait for it."
        raise UnusableError(text) from error


def _name(bundle: Bundle, policy: Policy) -> str:
    told = (str(bundle.folder.resolve()), policy, bundle.scope)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


@cache
def _software() -> str:
    """A name for the very code that judges."""
    digest = hashlib.sha256()
    for package in (inspector, wire):
        folder = Path(str(package.__file__)).parent
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:32]
