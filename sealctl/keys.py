"""Which record key a machine has, by machine.toml: opened, or made where there is none yet.

Calls `sealctl.{config,signer}`, and of the other signers the one that is configured.
"""

from pathlib import Path

from sealctl import signer
from sealctl.config import MachineConfig
from sealctl.signer import CREDENTIAL, OWN, Signer


def credential_name(config: MachineConfig) -> str:
    """What systemd hands over to lockd (LoadCredential=): the key's file, or the token's PIN."""
    return {"file": "record.pem", "pkcs11": "token.pin"}[config.record.driver]


def load(config: MachineConfig, credential: Path | None = None) -> Signer:
    """The machine's key; `credential`: that file as systemd hands it over, instead of the machine
    folder's. Raises SignerError.
    """
    most = OWN if credential is None else CREDENTIAL
    if config.record.driver == "pkcs11":
        from sealctl import signer_pkcs11

        return signer_pkcs11.load(config, credential, most=most)
    path = credential or config.record_key
    if config.record.settings["suite"] == "SM2":
        from sealctl import signer_sm2

        return signer_sm2.load(path, most=most)
    return signer.load(path, most=most)


def create(config: MachineConfig) -> Signer:
    """Make the machine's key where machine.toml says; raises SignerError where there is one."""
    if config.record.driver == "pkcs11":
        from sealctl import signer_pkcs11

        return signer_pkcs11.create(config)
    if config.record.settings["suite"] == "SM2":
        from sealctl import signer_sm2

        return signer_sm2.create(config.record_key)
    return signer.create(config.record_key)
