"""`sealhub machine certificate`: a machine's request, signed by hand. Calls `hub.devices`."""

import argparse
from pathlib import Path
from typing import Any, Final

from hub.commands import parts

ERRORS: Final[parts.Errors] = ()


def add(commands: Any) -> None:
    """The verb."""
    machine = parts.group(commands, "machine", "印章机 machines")
    made = parts.add(machine, "certificate", _certificate, "签发证书 sign a machine's request")
    made.add_argument("device")
    made.add_argument("csr", type=Path)
    made.add_argument("out", type=Path)


def _certificate(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub.clock import now_ms
    from hub.config import config
    from hub.devices import certificates

    authority = certificates.Authority(config().broker.ca.parent, config().machines.machine_days)
    device, csr = arguments.device, arguments.csr.read_bytes()
    arguments.out.write_bytes(certificates.issue(authority, device, csr, now_ms()))
    print(f"{arguments.out}: {device}")
