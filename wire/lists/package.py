"""The authority's package: what the officers signed for a whole township, handed to its hub.

Calls only `wire.shape`. The hub cuts each machine's bundle out of it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from wire import shape

CODE: Final = "list"
LIMIT: Final = 64 << 20


@dataclass(frozen=True)
class AuthorityPackage:
    """The chain of county roots, the officers' targets, and all files those name, by path."""

    roots: tuple[bytes, ...]
    targets: bytes
    files: Mapping[str, bytes]


def encode(package: AuthorityPackage) -> bytes:
    """Deterministic CBOR {v, type, roots, targets, files}; raises WireError('list')."""
    return shape.encode(_PACKAGE, package, CODE)


def decode(data: bytes) -> AuthorityPackage:
    """Strict inverse of encode; raises WireError('list' or 'cbor'). Proves nothing by itself."""
    return shape.decode(_PACKAGE, data, CODE, limit=LIMIT)


_PATH: Final = shape.matching(
    re.compile(r"([a-z0-9][a-z0-9._-]{0,63}/)?[a-z]+\.cbor").fullmatch, "file name"
)
_METADATA: Final = shape.octets(2, 4 << 20)

_PACKAGE: Final = shape.record(
    AuthorityPackage,
    {
        "roots": shape.array(_METADATA, 64, least=1),
        "targets": _METADATA,
        "files": shape.table(_PATH, shape.octets(1, 4 << 20), 2000),
    },
    fixed={"v": 1, "type": "authority"},
)
