"""A bar on the standard error, where that is a terminal. Calls nothing."""

import sys
import time
from typing import Final, TextIO

WIDTH: Final = 30
EVERY_S: Final = 0.1
ROUNDS: Final = {
    "leaves": "日志 leaves",
    "lists": "清单 lists",
    "entries": "记录 entries",
    "tiles": "日志 tiles",
    "files": "附件 files",
}


class Progress:
    """Told by `tell(round, done, of)`; `of` 0 where nobody knows."""

    def __init__(self, stream: TextIO = sys.stderr) -> None:
        self._stream = stream
        self._shown = stream.isatty()
        self._last = 0.0
        self._used = False

    def tell(self, name: str, done: int, of: int) -> None:
        now = time.monotonic()
        if not self._shown or (now - self._last < EVERY_S and done != of):
            return
        self._last, self._used = now, True
        full = WIDTH * done // of if of else 0
        bar = f"[{'#' * full}{'.' * (WIDTH - full)}] {100 * done // of:3d} % " if of else ""
        self._stream.write(f"\r\x1b[K{ROUNDS.get(name, name)} {bar}{done:,}")
        self._stream.flush()

    def clear(self) -> None:
        if self._used:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
