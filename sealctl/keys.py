"""Which record key a machine has, by machine.toml, and which is to follow it: opened, or made.

Calls `sealctl.{config,signer}`, and of the other signers the one that is configured.
"""

from collections.abc import Callable
from pathlib import Path

from sealctl import signer
from sealctl.config import MachineConfig, Part
from sealctl.signer import CREDENTIAL, OWN, Signer

Handed = Callable[[str], Path | None]
"""The name of a file with a secret → where systemd put it (LoadCredential=), or None."""


def not_handed(_: str) -> None:
    """No secret is handed over: all lie in the machine's folder."""


def load(config: MachineConfig, handed: Handed = not_handed) -> Signer:
    """The machine's key; raises SignerError."""
    return _load(config.record, _secret(config, config.record, config.record_key), handed)


def load_next(config: MachineConfig, handed: Handed = not_handed) -> Signer | None:
    """The key that takes over with the list that names it, if there is one; raises SignerError."""
    part = config.next_record
    return None if part is None else _load(part, _secret(config, part, config.next_key), handed)


def create(config: MachineConfig) -> Signer:
    """Make the machine's key where machine.toml says; raises SignerError where there is one."""
    return _create(config.record, _secret(config, config.record, config.record_key))


def create_next(config: MachineConfig, part: Part) -> Signer:
    """Make the key that is to take over, likewise."""
    return _create(part, _secret(config, part, config.next_key))


def _secret(config: MachineConfig, part: Part, file: Path) -> Path:
    """The file of the key, or of its token's PIN."""
    return file if part.driver == "file" else config.folder / str(part.settings["pin_file"])


def _load(part: Part, secret: Path, handed: Handed) -> Signer:
    given = handed(secret.name)
    path, most = (secret, OWN) if given is None else (given, CREDENTIAL)
    if part.driver == "pkcs11":
        from sealctl import signer_pkcs11

        return signer_pkcs11.load(part, path, most=most)
    if part.settings["suite"] == "SM2":
        from sealctl import signer_sm2

        return signer_sm2.load(path, most=most)
    return signer.load(path, most=most)


def _create(part: Part, secret: Path) -> Signer:
    if part.driver == "pkcs11":
        from sealctl import signer_pkcs11

        return signer_pkcs11.create(part, secret)
    if part.settings["suite"] == "SM2":
        from sealctl import signer_sm2

        return signer_sm2.create(secret)
    return signer.create(secret)
