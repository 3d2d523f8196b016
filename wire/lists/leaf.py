"""The leaf under which a published list version stands in the township's log.

Calls only `wire.shape`.
"""

from dataclasses import dataclass
from typing import Final

from wire import shape

CODE: Final = "list"


@dataclass(frozen=True)
class ListLeaf:
    """That this bundle (by SHA-256) is the device's list of this version."""

    device: str
    version: int
    sha256: bytes


def list_leaf(device: str, version: int, sha256: bytes) -> bytes:
    """Deterministic CBOR {v, type: 'list', device, version, sha256}; raises WireError('list')."""
    return shape.encode(_LEAF, ListLeaf(device, version, sha256), CODE)


def decode_list_leaf(data: bytes) -> ListLeaf:
    """Strict inverse of list_leaf; raises WireError('list' or 'cbor')."""
    return shape.decode(_LEAF, data, CODE, limit=256)


_LEAF: Final = shape.record(
    ListLeaf,
    {"device": shape.DEVICE, "version": shape.integer(1), "sha256": shape.octets(32)},
    fixed={"v": 1, "type": "list"},
)
