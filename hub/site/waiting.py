"""Which villages may lack files that take seconds to make, in a file beside the site, by their ids.

Calls only `hub.site.folder`.
"""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Final

from hub.site.folder import replace

_FILE: Final = "waiting"


class Waiting:
    """One process writes. Those whose pages changed last come first."""

    def __init__(self, beside: Path) -> None:
        self._path = beside / _FILE

    def names(self) -> list[str]:
        try:
            return list(json.loads(self._path.read_bytes()))
        except FileNotFoundError:
            return []

    def add(self, some: Collection[str]) -> None:
        """Before all others."""
        before = self.names()
        self._write([*sorted(some), *(one for one in before if one not in some)], before)

    def done(self, name: str) -> None:
        before = self.names()
        self._write([one for one in before if one != name], before)

    def _write(self, now: list[str], before: list[str]) -> None:
        if now != before:
            replace(self._path, json.dumps(now).encode())
