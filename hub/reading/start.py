"""Starts the process that reads, and says what became of it. Calls `hub.reading.child` by name."""

import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hub.reading.child import MISSING
from hub.reading.engine import EngineMissingError

log = logging.getLogger(__name__)

TIMEOUT_S: Final = 300.0


@dataclass(frozen=True)
class Found:
    """`word`: same, differs, unreadable, or failed where the process broke down over a picture.

    `page`: index of the page compared; `differences`: pairs of approved text and photo's text.
    """

    word: str
    page: int | None = None
    differences: tuple[tuple[str, str], ...] = ()


def read(photo: bytes, pages: Sequence[bytes], timeout_s: float = TIMEOUT_S) -> Found:
    """Compare in a child with bounded memory and time. Raises EngineMissingError."""
    with tempfile.TemporaryDirectory(prefix="sealhub-read-") as folder:
        paths = [Path(folder) / str(number) for number in range(len(pages) + 1)]
        for path, data in zip(paths, (photo, *pages), strict=True):
            path.write_bytes(data)
        command = [sys.executable, "-m", "hub.reading.child", *map(str, paths)]
        try:
            done = subprocess.run(command, capture_output=True, timeout=timeout_s, check=False)
        except subprocess.TimeoutExpired:
            log.warning("reading took longer than %d s", timeout_s)
            return Found("failed")
    if done.returncode == MISSING:
        raise EngineMissingError(done.stderr.decode("utf-8", "replace").strip())
    if done.returncode != 0:
        log.warning("reading ended with %d: %s", done.returncode, done.stderr[-300:])
        return Found("failed")
    said = json.loads(done.stdout)
    pairs = tuple((one["approved"], one["photo"]) for one in said["differences"])
    return Found(said["word"], said["page"], pairs)
