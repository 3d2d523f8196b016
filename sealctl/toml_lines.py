"""On which line of a TOML file a key stands, so that a message can name it. Pure; calls nothing.

tomllib does not tell. Only what a settings file needs: `[section]` headers and `key = value`.
"""

import re
from typing import Final

_HEADER: Final = re.compile(r"\s*\[\s*([A-Za-z0-9_.\-]+)\s*\]\s*(#.*)?")
_KEY: Final = re.compile(r"\s*([A-Za-z0-9_.\-]+)\s*=")


def line_of(text: str, path: str) -> int:
    """Line (from 1) of a dotted `path`; where it is missing, of the section it belongs to, or 1."""
    found = _lines(text)
    while path:
        if path in found:
            return found[path]
        path = path.rpartition(".")[0]
    return 1


def _lines(text: str) -> dict[str, int]:
    found: dict[str, int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.fullmatch(line):
            section = header[1]
            found.setdefault(section, number)
        elif key := _KEY.match(line):
            found.setdefault(f"{section}.{key[1]}".lstrip("."), number)
    return found
