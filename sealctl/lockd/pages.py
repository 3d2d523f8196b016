"""Approved pages: bytes that a list's grants name by hash, kept for camerad to compare with.

Calls only `wire`. They come through the courier, are hashed here and never decoded here.
"""

import hashlib
import os
from pathlib import Path

from wire.approval import subject
from wire.lists.content import ApprovalList
from wire.refusals import Refused


class Pages:
    """`folder` holds one file per page, named by its SHA-256."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._held = {path.name for path in folder.iterdir()}

    def missing(self, lists: ApprovalList | None) -> list[bytes]:
        """Hashes of pages that the list's grants name and that are not here."""
        return [page for page in _named(lists) if page.hex() not in self._held]

    def keep(self, lists: ApprovalList | None, data: bytes) -> None:
        """Keep a page; raises Refused('grant_unknown') for one that no grant names."""
        digest = hashlib.sha256(data).digest()
        if digest not in _named(lists):
            raise Refused("grant_unknown", "a page that no grant names")
        beside = self._folder / f".{digest.hex()}"
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._folder / digest.hex())
        self._held.add(digest.hex())


def _named(lists: ApprovalList | None) -> list[bytes]:
    if lists is None:
        return []
    pages = [page for grant in lists.grants.grants for page in subject.decode(grant.subject).pages]
    return list(dict.fromkeys(pages))
