"""How examples are written down, and put into a document. Calls only `wire.cbor`.

An example stands in a document as a comment `<!-- example: NAME -->` above a fenced block.
"""

import json
import re
from collections.abc import Mapping
from typing import Final

from wire import cbor

_PER_LINE: Final = 40
_WIDTH: Final = 88
_BLOCK: Final = re.compile(
    r"<!-- example: ([a-z0-9.-]+) -->\n```([a-z]+)\n(.*?)\n?```\n", re.DOTALL
)


def hexadecimal(data: bytes) -> str:
    """Lowercase, 40 bytes a line."""
    return "\n".join(data[at : at + _PER_LINE].hex() for at in range(0, len(data), _PER_LINE))


def diagnostic(data: bytes) -> str:
    """Deterministic CBOR in diagnostic notation (RFC 8949, section 8), wrapped."""
    return _notation(cbor.decode(data), "")


def blocks(document: str) -> dict[str, str]:
    """The examples that stand in a document, by name."""
    return {name: text for name, _, text in _BLOCK.findall(document)}


def embed(document: str, examples: Mapping[str, str]) -> str:
    """The document with every named block as it should be; KeyError for an unknown name."""

    def fresh(found: re.Match[str]) -> str:
        name, kind = found[1], found[2]
        return f"<!-- example: {name} -->\n```{kind}\n{examples[name].rstrip()}\n```\n"

    return _BLOCK.sub(fresh, document)


def _notation(value: object, margin: str) -> str:
    line = _plain(value)
    if len(margin) + len(line) <= _WIDTH or not isinstance(value, dict | list) or not value:
        return line
    inner = margin + "  "
    if isinstance(value, dict):
        rows = [f"{_plain(key)}: {_notation(value[key], inner)}" for key in value]
        opened, closed = "{", "}"
    else:
        rows = [_notation(one, inner) for one in value]
        opened, closed = "[", "]"
    body = ",\n".join(inner + row for row in rows)
    return f"{opened}\n{body}\n{margin}{closed}"


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return f"h'{value.hex()}'"
    if isinstance(value, list):
        return f"[{', '.join(_plain(one) for one in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_plain(key)}: {_plain(value[key])}' for key in value)}}}"
    return json.dumps(value, ensure_ascii=False)
