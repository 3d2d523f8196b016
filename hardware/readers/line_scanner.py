"""QR and bar code scanners that send each code as a line (GM6x and the like). Calls nothing.

9600 baud; a line ends with CR, LF or both; the text is given as it stands. Only UTF-8 is taken,
without control, format or line-separating characters, up to 512 bytes; anything else is dropped as
a whole line. Other encodings are not guessed: a scanner is set to UTF-8.

The line has no checksum and no start mark. A disturbed one can arrive as another text, so that a
text is only ever looked up, and one that is unknown is refused. Whoever can print can make a code:
a code says what somebody asks for, and proves nothing.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

BAUD: Final = 9600
MAX_BYTES: Final = 512
STALL_MS: Final = 1_000
"""A line that stops for so long has lost its end; what comes is dropped up to the next one."""

ENDS: Final = re.compile(rb"[\r\n]")
REFUSED: Final = frozenset({"Cc", "Cf", "Zl", "Zp"})  # Unicode general categories


@dataclass(frozen=True)
class Partial:
    """A line without its end so far. spoilt: whatever it becomes is dropped."""

    line: bytes = b""
    spoilt: bool = False


class LineScanner:
    """An Ear for line-mode scanners."""

    def __init__(self) -> None:
        self._partial = Partial()
        self._heard_ms = 0

    def hear(self, data: bytes, now_ms: int) -> Sequence[str]:
        if self._partial.line and now_ms - self._heard_ms > STALL_MS:
            self._partial = Partial(spoilt=True)
        texts, self._partial = parse(self._partial, data)
        if data:
            self._heard_ms = now_ms
        return texts

    def forget(self) -> None:
        self._partial = Partial()


def parse(partial: Partial, data: bytes) -> tuple[list[str], Partial]:
    """The texts of all lines that end in `data`, and what is left for the next bytes."""
    *lines, last = ENDS.split(partial.line + data)
    texts = [text for line in lines[partial.spoilt :] if (text := _text(line))]
    spoilt = partial.spoilt and not lines
    if spoilt or len(last) > MAX_BYTES:
        return texts, Partial(spoilt=True)
    return texts, Partial(last)


def _text(line: bytes) -> str | None:
    """A whole line's text; None when it is not to be believed."""
    if len(line) > MAX_BYTES:
        return None
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if any(unicodedata.category(sign) in REFUSED for sign in text) else text
