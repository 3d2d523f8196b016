"""`sealhub receipt export`: receipts for other systems. Calls `hub.log`."""

import argparse
from pathlib import Path
from typing import Any, Final

from hub.commands import parts

ERRORS: Final[parts.Errors] = (("hub.log.export", "ExportError"),)


def add(commands: Any) -> None:
    """The verb."""
    receipts = parts.group(commands, "receipt", "收据 receipts for other systems")
    made = parts.add(receipts, "export", _export, "导出 COSE 收据 a COSE receipt (RFC 9942)")
    made.add_argument("entry", type=parts.sha256, help="记录指纹 entry hash")
    made.add_argument("out", type=Path)


def _export(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub.config import config
    from hub.log.export import receipt
    from hub.log.keys import LogKey

    made = receipt(arguments.entry, LogKey.load(config().log_name, config().log_key))
    arguments.out.write_bytes(made)
    print(f"{arguments.out}: {len(made)} 字节 bytes")
