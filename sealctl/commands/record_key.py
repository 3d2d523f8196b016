"""`sealctl record-key [--new] [--next]`: a record key's public half, for the officers' list.

Calls `sealctl.{config,keys,show,signer}`. It opens the key itself, by its file or its token, and
asks lockd nothing.
"""

from sealctl import keys
from sealctl.config import ConfigError, MachineConfig
from sealctl.show import Shown
from sealctl.signer import Signer, SignerError


def show(config: MachineConfig, *, new: bool, following: bool) -> Shown:
    """`new`: make it where machine.toml says; `following`: the one that is to take over.

    Raises ConfigError for a key that cannot be used, or that is to be made and is there.
    """
    try:
        key = (_next(config, new=new) if following else _own(config, new=new)).public_key
    except SignerError as error:
        raise ConfigError(str(error)) from error
    data = {"alg": key.alg, "public_key": key.public, "kid": key.kid}
    lines = (
        f"套件 alg         {key.alg}",
        f"公钥 public_key  {key.public.hex()}",
        f"标识 kid         {key.kid.hex()}",
    )
    return Shown(data, "\n".join(lines))


def _own(config: MachineConfig, *, new: bool) -> Signer:
    return keys.create(config) if new else keys.load(config)


def _next(config: MachineConfig, *, new: bool) -> Signer:
    part = config.next_record
    if part is not None and new:
        return keys.create_next(config, part)
    found = keys.load_next(config)
    if found is None:
        raise ConfigError(f"{config.file}: 没有 [keys.next]。 It has no section [keys.next].")
    return found
