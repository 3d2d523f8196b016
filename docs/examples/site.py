"""The example's public site: two files of a village, their list and its signature.

Calls `docs.examples.cast` and `wire`.
"""

from hashlib import sha256
from typing import Final

from docs.examples import cast
from wire import site_manifest
from wire.site_manifest import SiteFile
from wire.tlog import note
from wire.tlog.note import Signature

NAME: Final = "seal.example/site"
PATH: Final = f"v/sunrise/{site_manifest.LIST}"
FILES: Final = tuple(
    SiteFile(path, len(data), sha256(data).hexdigest())
    for path, data in (
        ("v/sunrise/index.html", b"<!doctype html>"),
        ("v/sunrise/qr.svg", b"<svg/>"),
    )
)
VKEY: Final = note.vkey(NAME, cast.LOG.public_key().public_bytes_raw())


def manifest() -> bytes:
    """The list."""
    return site_manifest.encode(FILES)


def signature() -> bytes:
    """The note beside it."""
    text = site_manifest.text(PATH, manifest())
    key_id = note.verifier(VKEY).key_id
    return note.assemble(text, [Signature(NAME, key_id, cast.LOG.sign(text))])
