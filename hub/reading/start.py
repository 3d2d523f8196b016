"""Starts the process that reads, and says what became of it. Calls `hub.reading.child` by name."""

import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hub.reading.child import MISSING, TEXT
from hub.reading.engine import EngineMissingError
from hub.reading.pages import PageText
from hub.reading.text import Line

log = logging.getLogger(__name__)

TIMEOUT_S: Final = 300.0
AT_ONCE: Final = 8
"""Pages that one child reads the text of."""


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
    said = _said([], (photo, *pages), timeout_s)
    if said is None:
        return Found("failed")
    pairs = tuple((one["approved"], one["photo"]) for one in said["differences"])
    return Found(said["word"], said["page"], pairs)


def texts(pages: Sequence[bytes], timeout_s: float = TIMEOUT_S) -> list[PageText | None]:
    """The text of each page, None where it could not be read. Raises EngineMissingError."""
    found: list[PageText | None] = []
    for first in range(0, len(pages), AT_ONCE):
        some = pages[first : first + AT_ONCE]
        said = _said([TEXT], some, timeout_s)
        found += [None] * len(some) if said is None else map(_page_text, said)
    return found


def by_hash(pages: Mapping[bytes, bytes]) -> dict[bytes, PageText | None]:
    """The text of pictures by their SHA-256; None for all where no engine is installed: somebody
    looks at them.
    """
    try:
        return dict(zip(pages, texts(list(pages.values())), strict=True))
    except EngineMissingError as error:
        log.warning("no text recognition is installed, pages are not read: %s", error)
        return dict.fromkeys(pages)


def _said(options: Sequence[str], pictures: Sequence[bytes], timeout_s: float) -> Any:
    """What the child says of these pictures; None where it broke down over one."""
    with tempfile.TemporaryDirectory(prefix="sealhub-read-") as folder:
        paths = [Path(folder) / str(number) for number in range(len(pictures))]
        for path, data in zip(paths, pictures, strict=True):
            path.write_bytes(data)
        command = [sys.executable, "-m", "hub.reading.child", *options, *map(str, paths)]
        try:
            done = subprocess.run(command, capture_output=True, timeout=timeout_s, check=False)
        except subprocess.TimeoutExpired:
            log.warning("reading took longer than %d s", timeout_s)
            return None
    if done.returncode == MISSING:
        raise EngineMissingError(done.stderr.decode("utf-8", "replace").strip())
    if done.returncode != 0:
        log.warning("reading ended with %d: %s", done.returncode, done.stderr[-300:])
        return None
    return json.loads(done.stdout)


def _page_text(said: dict[str, Any] | None) -> PageText | None:
    if said is None:
        return None
    return PageText(**said | {"lines": tuple(Line(**one) for one in said["lines"])})
