"""The folder of a new machine: record key, journal, counters; and the proof that the key is held.

Calls `sealctl.{journal,keys,signer}`, `hardware.tally` and `wire.provisioning`; no network.
"""

import sqlite3
from pathlib import Path
from typing import Any

from sealctl.config import MachineConfig
from wire.errors import WireError


def provision(folder: Path) -> bytes:
    """Make the machine's record key, an empty journal and counters at zero in its folder.

    The 32 public bytes are for the officers' list. Raises SignerError where a key exists.
    """
    from sealctl import signer

    made = signer.create(folder / "keys" / "record.pem")
    furnish(folder)
    return made.public_key.public


def furnish(folder: Path) -> None:
    """Everything of a new machine's folder but its record key."""
    from hardware.tally import Tally
    from sealctl.journal.schema import connect

    _make_folders(folder)
    connect(folder / "journal.sqlite3").close()
    Tally.create(folder / "tally")


def introduce(config: MachineConfig, challenge: bytes, request: bytes) -> dict[str, Any]:
    """Make what is missing of record key, journal and counters, and prove to hold the key. A key in
    a token was made before.

    `alg`, `public_key` and `proof`, as lockd's console answers `prove`. Raises NotProvisioned where
    the folder is another device's, or its key is gone or of no use.
    """
    from sealctl import keys, signer
    from wire.provisioning import proof
    from wire.provisioning.reasons import NotProvisioned

    try:
        in_file = config.record.driver == "file"
        if in_file and not config.record_key.exists() and not config.journal.exists():
            keys.create(config)
        signing = keys.load(config)
        owner = _complete(config)
    except (signer.SignerError, sqlite3.Error, OSError, WireError) as error:
        raise NotProvisioned("key_unusable", str(error)) from error
    if owner not in (None, config.device):
        raise NotProvisioned("token_other_device", f"the journal is {owner}'s")
    wanted = proof.encode(proof.Proof("join", config.device, challenge, request))
    public = signing.public_key
    return {"alg": public.alg, "public_key": public.public, "proof": signing.sign(wanted)}


def _complete(config: MachineConfig) -> str | None:
    """Whose journal it is. A making that the power cut short goes on; what was used is not touched:
    counters that are gone beside entries stay gone.
    """
    from hardware.tally import Tally
    from sealctl.journal import books
    from sealctl.journal.schema import connect

    _make_folders(config.folder)
    if not config.journal.exists():
        connect(config.journal).close()
    connection = connect(config.journal, read_only=True)
    try:
        owner = books.device(connection)
    finally:
        connection.close()
    if owner is None and not config.tally.exists():
        Tally.create(config.tally)
    return owner


def _make_folders(folder: Path) -> None:
    for name in ("photos", "pages", "run"):
        (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
