"""Import of an officers' package from a file, as the township's operator does it.

Calls `hub.devices.{authority,succession}`, `hub.log.keys`, `hub.renew` and `hub.config`.
"""

from pathlib import Path

from django.db import transaction

from hub import renew
from hub.config import Config
from hub.devices import authority, succession
from hub.log.keys import LogKey
from wire.lists.policy import device_cas
from wire.refusals import Refused


def import_file(path: Path, config: Config) -> int:
    """Its version, now in force; raises Refused, also where the policy names another log, or
    another one before it, and CertificateError where it names another CA.
    """
    if config.root_sha256 is None:
        raise Refused("list_invalid", "no county root is pinned: give --root-sha256")
    with transaction.atomic():
        version = authority.import_package(path.read_bytes(), root_sha256=config.root_sha256)
        found, key = authority.policy(), LogKey.load(config.log_name, config.log_key)
        if found is None or (found.log_origin, found.log_key) != (key.name, key.vkey):
            raise Refused("list_invalid", f"the policy names another log than {key.vkey}")
        if found.former_logs[-1:] != tuple(filter(None, [renew.follows()])):
            raise Refused("list_invalid", "the policy names another past of the log")
        succession.check_named(config.broker.ca.parent, device_cas(found))
    return version
