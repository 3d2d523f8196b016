"""What a signed manifest of the public site says: every file of a village, by path, size, SHA-256.

Pure; calls only `wire.tlog.note` and `wire.errors`. `manifest.json` lists the files,
`manifest.sig` beside it is a signed note (C2SP signed-note) over three lines: its kind, where the
list stands in the site, and the list's SHA-256. Same files, same bytes: no time stands in it.
"""

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from wire.errors import WireError
from wire.tlog import note
from wire.tlog.note import Verifier

CODE: Final = "site"
KIND: Final = "sealctl/site-manifest/1"
LIST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
LIMIT: Final = 64 << 20
_PATH: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*", re.ASCII)
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class SiteFile:
    """One file: where it lies below the site's root, how long it is, its SHA-256 in hex."""

    path: str
    bytes: int
    sha256: str


def encode(files: Sequence[SiteFile]) -> bytes:
    """The list's bytes, one file a line, by path."""
    rows = [
        json.dumps({"path": one.path, "bytes": one.bytes, "sha256": one.sha256})
        for one in sorted(files, key=lambda one: one.path)
    ]
    return ('{"v": 1, "type": "site-manifest", "files": [\n' + ",\n".join(rows) + "\n]}\n").encode()


def text(path: str, manifest: bytes) -> bytes:
    """What is signed of the list that stands at that path of the site."""
    digest = base64.b64encode(hashlib.sha256(manifest).digest()).decode()
    return f"{KIND}\n{path}\n{digest}\n".encode()


def opened(
    path: str, manifest: bytes, signature: bytes, verifier: Verifier
) -> tuple[SiteFile, ...]:
    """The files of the list at that path, if that key signed it; raises WireError."""
    signed = note.open_note(signature, verifier)
    if signed.text != text(path, manifest):
        raise WireError(CODE, "another list than the one that was signed")
    return decode(manifest)


def decode(manifest: bytes) -> tuple[SiteFile, ...]:
    """Strict inverse of encode; raises WireError('site')."""
    try:
        raw: Any = json.loads(manifest) if len(manifest) <= LIMIT else None
        files = tuple(_file(one) for one in raw["files"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise WireError(CODE, "not a list of files") from error
    if encode(files) != manifest or len({one.path for one in files}) < len(files):
        raise WireError(CODE, "a list in another form")
    return files


def _file(raw: Any) -> SiteFile:
    made = SiteFile(raw["path"], raw["bytes"], raw["sha256"])
    if not _PATH.fullmatch(made.path) or not _SHA256.fullmatch(made.sha256):
        raise ValueError("not a file of the site")
    if type(made.bytes) is not int or made.bytes < 0:
        raise ValueError("not a size")
    return made
