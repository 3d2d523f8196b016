"""`sealctl acceptance`: the sheet that a machine signs where it is to work, as file and as page.

Calls `sealctl.{doctor,link,sheet}`, `sealctl.commands.{board,parts}` and `wire`. Whatever is
missing is said, on the page too, and the exit status is 1.
"""

import argparse
import hashlib
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from sealctl.commands import board, parts
from sealctl.commands.installed import write
from sealctl.config import MachineConfig
from sealctl.doctor import gather
from sealctl.doctor.examine import examine
from sealctl.link import ask
from sealctl.show import Shown
from wire import acceptance
from wire.acceptance import Acceptance
from wire.acceptance_words import sentence
from wire.record import envelope

PRIVATE: Final = 0o600


def add(commands: Any) -> None:
    """The verb."""
    made = parts.verb(commands, "acceptance", _accept, "现场验收单 the signed acceptance sheet")
    made.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="存放处 where to")
    made.add_argument("--serial", metavar="TEXT", help="主板序列号 the board's serial number")


def _accept(config: MachineConfig, options: argparse.Namespace) -> Shown:
    from sealctl.sheet.page import render

    console = config.socket("console")
    found = examine(gather.look(config, now_ms=time.time_ns() // 1_000_000))
    told = {
        "serial": board.serial() if options.serial is None else options.serial,
        "certificate": _certificate(config),
        "findings": {name: one.level for name, one in found.items()},
    }
    sheet: bytes = ask(console, "accept", **told)["sheet"]
    made = acceptance.read(sheet)
    items = {row["id"]: row["zh"] for row in ask(console, "items")}
    page = render(sheet, made, photos=_photos(config, made), items=items)
    signed, printed = (options.out / f"{made.device}.{kind}" for kind in ("acceptance", "html"))
    write(signed, sheet, PRIVATE)
    write(printed, page.encode(), PRIVATE)
    return _shown(made, sheet, signed, printed)


def _shown(made: Acceptance, sheet: bytes, signed: Path, printed: Path) -> Shown:
    lacking = acceptance.missing(made)
    digest = hashlib.sha256(sheet).hexdigest()
    lines = [f"✗ {sentence(code, about)}" for code, about in lacking]
    lines += [] if lacking else ["✓ 各项齐备，可以验收 everything is there"]
    lines += [f"打印 print: {printed}", f"签名文件 signed: {signed}", f"SHA-256: {digest}"]
    data = {
        "device": made.device,
        "missing": [{"code": code, "about": about} for code, about in lacking],
        "sheet": str(signed),
        "page": str(printed),
        "sha256": digest,
        "kid": envelope.parse(sheet).kid,
    }
    return Shown(data, "\n".join(lines), ok=not lacking)


def _photos(config: MachineConfig, made: Acceptance) -> Mapping[bytes, bytes]:
    """The pictures that are still here, and are what their names say."""
    found: dict[bytes, bytes] = {}
    for sha256 in (one.photo for one in made.seals if one.photo is not None):
        path = config.photos / f"{sha256.hex()}.jpg"
        data = path.read_bytes() if path.exists() else b""
        if hashlib.sha256(data).digest() == sha256:
            found[sha256] = data
    return found


def _certificate(config: MachineConfig) -> bytes | None:
    """SHA-256 of the TLS certificate in use; None where the machine has none."""
    held = [config.folder / name for name in gather.CERTIFICATES]
    newest = max(filter(os.path.exists, held), key=lambda path: path.stat().st_mtime, default=None)
    if newest is None:
        return None
    return x509.load_pem_x509_certificate(newest.read_bytes()).fingerprint(hashes.SHA256())
