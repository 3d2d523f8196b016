"""Files of a new backup, linked to those of the backup before where they are the same.

Calls `hub.log.published` and `hub.operate.manifest`. A file stands whole under its name or not at
all; what a run that was broken off has left is taken over once its hash is right.
"""

import hashlib
import os
import shutil
from pathlib import Path

from hub.log.published import write
from hub.operate import manifest
from hub.operate.manifest import Manifest


class Copies:
    """Into `target`; `files` is what it holds so far, `fresh` how many of them are new."""

    def __init__(self, target: Path, before: tuple[Path, Manifest] | None) -> None:
        self._target = target
        self._before = before
        self.files: dict[str, str] = {}
        self.fresh = 0

    def has(self, path: str, sha256: str) -> bool:
        """Take it from this folder or the backup before; whether it is here now."""
        held = self._target / path
        if self._linked(path, sha256) or (held.exists() and manifest.hashed(held) == sha256):
            self.files[path] = sha256
            return True
        return False

    def put(self, path: str, data: bytes) -> None:
        """These bytes under that name."""
        sha256 = hashlib.sha256(data).hexdigest()
        if not self.has(path, sha256):
            write(self._target / path, data, durable=False)
            (self._target / path).chmod(0o600)
            self.took(path, sha256)

    def copy(self, path: str, source: Path) -> None:
        """That file, however large it is, under that name."""
        sha256 = manifest.hashed(source)
        if not self.has(path, sha256):
            target = self._target / path
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copyfile(source, target)
            target.chmod(0o600)
            self.took(path, manifest.hashed(target))

    def took(self, path: str, sha256: str) -> None:
        """A file that was written there."""
        self.files[path] = sha256
        self.fresh += 1

    def drop_others(self) -> None:
        """Remove what a broken run has left and this one does not hold."""
        for path in self._target.rglob("*"):
            if path.is_file() and str(path.relative_to(self._target)) not in self.files:
                path.unlink()

    def _linked(self, path: str, sha256: str) -> bool:
        if self._before is None or self._before[1].files.get(path) != sha256:
            return False
        held = self._target / path
        held.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        held.unlink(missing_ok=True)
        try:
            os.link(self._before[0] / path, held)
        except OSError:
            return False
        return True
