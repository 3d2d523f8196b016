"""`sealctl record-key [--new]`: the record key's public half, for the officers' list.

Calls `sealctl.{config,keys,show,signer}`. It opens the key itself, by its file or its token, and
asks lockd nothing.
"""

from sealctl import keys
from sealctl.config import ConfigError, MachineConfig
from sealctl.show import Shown
from sealctl.signer import SignerError


def show(config: MachineConfig, *, new: bool) -> Shown:
    """`new`: make it where machine.toml says; raises ConfigError where there is one already."""
    try:
        key = (keys.create(config) if new else keys.load(config)).public_key
    except SignerError as error:
        raise ConfigError(str(error)) from error
    data = {"alg": key.alg, "public_key": key.public, "kid": key.kid}
    lines = (
        f"套件 alg         {key.alg}",
        f"公钥 public_key  {key.public.hex()}",
        f"标识 kid         {key.kid.hex()}",
    )
    return Shown(data, "\n".join(lines))
