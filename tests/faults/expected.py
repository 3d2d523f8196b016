"""What the journal is to say, by (fault, mode, how long). Reads `expected.txt`, calls nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

PLAIN: Final = "authenticated stamp stamp stamp refused:grant_spent"
TABLE: Final = Path(__file__).with_name("expected.txt")


def _rows() -> Iterator[tuple[tuple[str, str, str], str]]:
    for line in TABLE.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            fault, lasts, modes, chain = line.split(" | ")
            for mode in modes.split():
                yield (fault, mode, lasts), chain


CHAINS: Final = dict(_rows())
