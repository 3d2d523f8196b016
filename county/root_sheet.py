"""The county root on its own medium: a sheet to print, and files for a stick.

Calls `county.{days,root_reading}`, `wire.lists` and `segno`. The QR code holds the SHA-256 as 64
hexadecimal digits in capitals, which machines read like the small ones.
"""

import html
from hashlib import sha256
from pathlib import Path
from string import Template
from typing import Final

import segno

from county import days
from county.difference_words import ROLES
from county.root_reading import grouped
from wire.lists import metadata

SHEET: Final = "root.html"
HASH: Final = "root-sha256.txt"
ROOT: Final = "root.json"
_PAGE: Final = Path(__file__).with_name("root_sheet.html")


def made_of(root: bytes) -> dict[str, bytes]:
    """File name → bytes: the sheet, the hash as text, and the root itself."""
    digest = sha256(root).hexdigest()
    return {
        SHEET: _sheet(root, digest).encode(),
        HASH: f"{digest}\n".encode(),
        ROOT: root,
    }


def svg(digest: str) -> str:
    """The QR code of a hash, for a scanner on paper."""
    code = segno.make(digest.upper(), error="m", micro=False)
    return str(code.svg_inline(scale=6, border=4))


def _sheet(root: bytes, digest: str) -> str:
    opened = metadata.read_root(root)
    rows = "".join(
        f"<tr><th>{html.escape(zh)} <small>{html.escape(en)}</small></th>"
        f"<td>{opened.signed.roles[name].threshold} / {len(opened.signed.roles[name].keyids)}</td>"
        f"<td>{'<br>'.join(key[:16] for key in opened.signed.roles[name].keyids)}</td></tr>"
        for name, (zh, en) in ROLES.items()
    )
    return Template(_PAGE.read_text("utf-8")).substitute(
        version=opened.signed.version,
        ends=days.shown(metadata.expires_ms(opened)),
        digest="<br>".join(_lines(grouped(digest))),
        code=svg(digest),
        rows=rows,
    )


def _lines(text: str) -> list[str]:
    """Four groups a line."""
    words = text.split(" ")
    return [" ".join(words[at : at + 4]) for at in range(0, len(words), 4)]
