"""One look at the machine: files, sockets and the kernel's own figures.

Calls `sealctl.{config,link,journal}`, `sealctl.doctor.board` and `wire`. Reads only; the journal is
verified here, in the operator's process and not in lockd's.
"""

import shutil
import sqlite3
from datetime import UTC
from pathlib import Path
from typing import Any, Final

from cryptography import x509

from sealctl.config import MachineConfig
from sealctl.doctor import board
from sealctl.doctor.model import Health
from sealctl.journal import books
from sealctl.journal.schema import connect
from sealctl.link import LinkError, ask
from wire.errors import WireError
from wire.sig import PublicKey

CERTIFICATES: Final = ("tls/device.pem", "tls/renewed/device.pem")
"""The one installed, and one that the courier has renewed since."""


def look(config: MachineConfig, *, now_ms: int, root: Path = Path("/")) -> Health:
    """Everything the checks need; what cannot be learnt is None. `root`: where /sys hangs."""
    disk = shutil.disk_usage(config.folder)
    state, why = _asked(config, "console", "state")
    inside, _ = _asked(config, "console", "health")
    _, camera = _asked(config, "preview", "preview")
    return Health(
        now_ms=now_ms,
        free_bytes=disk.free,
        total_bytes=disk.total,
        state=state,
        inside=inside,
        why=why or "",
        camera=camera,
        journal=_journal(config, inside),
        certificate_ms=max(
            filter(None, (_certificate(config.folder / one) for one in CERTIFICATES)), default=None
        ),
        temperature_c=board.temperature_c(root),
        throttled=board.throttled(root),
    )


def _asked(config: MachineConfig, role: str, verb: str) -> tuple[Any, str | None]:
    try:
        return ask(config.socket(role), verb), None
    except LinkError as error:
        return None, f"{error.refusal['code']}: {error.refusal['detail']}"


def _journal(config: MachineConfig, inside: Any) -> tuple[int, str | None] | None:
    if inside is None:
        return None
    key = PublicKey(inside["alg"], inside["public_key"])
    try:
        connection = connect(config.journal, read_only=True)
        try:
            return _held(connection, config.device, key)
        finally:
            connection.close()
    except (WireError, sqlite3.Error) as error:
        return 0, str(error)


def _held(connection: sqlite3.Connection, device: str, key: PublicKey) -> tuple[int, str | None]:
    sound = str(connection.execute("PRAGMA integrity_check").fetchone()[0])
    held = books.verify(connection, device, key)
    return held, books.broken(connection) or (None if sound == "ok" else sound)


def _certificate(path: Path) -> int | None:
    try:
        found = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError):
        return None
    return int(found.not_valid_after_utc.astimezone(UTC).timestamp() * 1000)
