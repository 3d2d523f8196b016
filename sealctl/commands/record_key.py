"""`sealctl record-key [--new] [--next]`: a record key's public half, for the officers' list.

Calls `sealctl.{config,keys,show,signer}`. It opens the key itself, by its file or its token, and
asks lockd nothing.
"""

import argparse
from typing import Any

from sealctl import keys
from sealctl.commands import parts
from sealctl.config import ConfigError, MachineConfig
from sealctl.show import Shown
from sealctl.signer import Signer, SignerError


def add(commands: Any) -> None:
    """The verb."""
    words = "签名密钥的公钥 the record key's public half"
    record = parts.verb(commands, "record-key", _record_key, words)
    record.add_argument("--new", action="store_true", help="先生成 make the key first")
    record.add_argument("--next", action="store_true", help="接替的密钥 the one to take over")


def _record_key(config: MachineConfig, options: argparse.Namespace) -> Shown:
    """Raises ConfigError for a key that cannot be used, or that is to be made and is there."""
    try:
        chosen = _next if options.next else _own
        key = chosen(config, new=options.new).public_key
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
