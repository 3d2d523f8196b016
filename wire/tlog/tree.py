"""Merkle tree hashes of a log (RFC 6962, section 2.1). Pure; calls only `wire.errors`.

A tree is read through `Hashes`: (level, index) → hash of the complete subtree over the leaves
index·2^level … (index+1)·2^level − 1; level 0 are the leaf hashes.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from wire.errors import WireError

Hashes = Callable[[int, int], bytes]
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 || data)."""
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\1" + left + right).digest()


def root(size: int, hashes: Hashes) -> bytes:
    """The root of the first `size` leaves."""
    if size < 0:
        raise WireError("tlog", f"a tree of {size} leaves")
    return EMPTY_ROOT if size == 0 else range_hash(0, size, hashes)


def root_of(leaf_hashes: Sequence[bytes]) -> bytes:
    """The root over leaf hashes held in memory."""
    level = list(leaf_hashes)
    if not level:
        return EMPTY_ROOT
    while len(level) > 1:
        paired = [node_hash(*level[i : i + 2]) for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(paired) * 2 :]
    return level[0]


def new_nodes(size: int, leaf: bytes, hashes: Hashes) -> list[tuple[int, int, bytes]]:
    """(level, index, hash) of all subtrees that leaf hash number `size` completes, itself first."""
    made = [(0, size, leaf)]
    level, index, current = 0, size, leaf
    while index & 1:
        current = node_hash(hashes(level, index - 1), current)
        level, index = level + 1, index >> 1
        made.append((level, index, current))
    return made


def range_hash(start: int, end: int, hashes: Hashes) -> bytes:
    """The hash of leaves start … end−1, where the tree splits there (RFC 6962's MTH)."""
    combined: bytes | None = None
    for level, index in reversed(list(subtrees(start, end))):
        part = hashes(level, index)
        combined = part if combined is None else node_hash(part, combined)
    if combined is None:
        raise WireError("tlog", "an empty range")
    return combined


def subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The complete subtrees, largest first, of which [start, end) consists."""
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        yield level, start >> level
        start += 1 << level
