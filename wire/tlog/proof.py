"""Inclusion and consistency proofs (RFC 6962, 2.1.1 and 2.1.2; verification of RFC 9162).

Pure; calls only `wire.tlog.tree` and `wire.errors`.
"""

import hmac
from collections.abc import Sequence

from wire.errors import WireError
from wire.tlog.tree import Hashes, node_hash, range_hash

HASH_BYTES = 32


def inclusion(index: int, size: int, hashes: Hashes) -> list[bytes]:
    """The audit path of leaf `index` in the tree of `size` leaves, from the leaf upwards."""
    if not 0 <= index < size:
        raise WireError("tlog", f"leaf {index} of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range_hash(middle, end, hashes))
            end = middle
        else:
            path.append(range_hash(start, middle, hashes))
            start = middle
    return path[::-1]


def consistency(old: int, new: int, hashes: Hashes) -> list[bytes]:
    """The proof that the tree of `old` leaves is the beginning of the tree of `new` leaves."""
    if not 0 < old <= new:
        raise WireError("tlog", f"from {old} to {new} leaves")
    path: list[bytes] = []
    start, end, complete = 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(range_hash(middle, end, hashes))
            end = middle
        else:
            path.append(range_hash(start, middle, hashes))
            start, complete = middle, False
    if not complete:
        path.append(range_hash(start, end, hashes))
    return path[::-1]


def verify_inclusion(
    leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Raises WireError('tlog') unless the leaf stands at `index` in the tree of that root."""
    if not 0 <= index < size:
        raise WireError("tlog", f"leaf {index} of {size}")
    _check_hashes([leaf_hash, root, *proof])
    node, last, current = index, size - 1, leaf_hash
    for sibling in proof:
        if last == 0:
            raise WireError("tlog", "the proof is too long")
        if node & 1 or node == last:
            current = node_hash(sibling, current)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise WireError("tlog", "the proof is too short")
    _same(current, root, "the leaf is not in this tree")


def verify_consistency(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Raises WireError('tlog') unless the old tree is the beginning of the new one."""
    if not 0 < old <= new:
        raise WireError("tlog", f"from {old} to {new} leaves")
    _check_hashes([old_root, new_root, *proof])
    if old == new:
        if proof:
            raise WireError("tlog", "the proof is too long")
        _same(old_root, new_root, "two trees of one size")
        return
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        raise WireError("tlog", "the proof is too short")
    first, second = _climb(old, new, path)
    _same(first, old_root, "the old tree is not the beginning of the new one")
    _same(second, new_root, "the proof is of another new tree")


def _climb(old: int, new: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Both roots that the path leads to, from the last complete subtree of the old tree."""
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise WireError("tlog", "the proof is too long")
        if node & 1 or node == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise WireError("tlog", "the proof is too short")
    return first, second


def _split(size: int) -> int:
    """The largest power of two below size (size > 1)."""
    return 1 << ((size - 1).bit_length() - 1)


def _check_hashes(hashes: Sequence[bytes]) -> None:
    if any(len(one) != HASH_BYTES for one in hashes):
        raise WireError("tlog", "a hash of another length")


def _same(found: bytes, wanted: bytes, complaint: str) -> None:
    if not hmac.compare_digest(found, wanted):
        raise WireError("tlog", complaint)
