"""Trees and proofs, held against the definitions of RFC 6962 written out naively."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.errors import WireError
from wire.tlog import proof, tree


def mth(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\1" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def stored(leaves: list[bytes]) -> dict[tuple[int, int], bytes]:
    nodes: dict[tuple[int, int], bytes] = {}
    for size, leaf in enumerate(leaves):
        made = tree.new_nodes(size, tree.leaf_hash(leaf), _reader(nodes))
        nodes.update({(level, index): value for level, index, value in made})
    return nodes


def _reader(nodes: dict[tuple[int, int], bytes]) -> tree.Hashes:
    return lambda level, index: nodes[level, index]


def leaves_of(size: int) -> list[bytes]:
    return [f"leaf {number}".encode() for number in range(size)]


@given(st.integers(0, 70))
def test_roots_are_those_of_the_definition(size: int) -> None:
    leaves = leaves_of(size)
    nodes = stored(leaves)
    assert tree.root(size, _reader(nodes)) == mth(leaves)
    assert tree.root_of([tree.leaf_hash(leaf) for leaf in leaves]) == mth(leaves)


@given(st.data())
def test_each_leaf_is_proved_and_no_other(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 70))
    index = data.draw(st.integers(0, size - 1))
    leaves = leaves_of(size)
    nodes = stored(leaves)
    path = proof.inclusion(index, size, _reader(nodes))
    root = mth(leaves)
    proof.verify_inclusion(tree.leaf_hash(leaves[index]), index, size, path, root)
    for bad in (
        (tree.leaf_hash(b"other"), index, size, path, root),
        (tree.leaf_hash(leaves[index]), index, size, [*path, bytes(32)], root),
        (tree.leaf_hash(leaves[index]), index, size, path, bytes(32)),
        (tree.leaf_hash(leaves[index]), index + size, size, path, root),
    ):
        with pytest.raises(WireError):
            proof.verify_inclusion(*bad)
    if path:
        with pytest.raises(WireError):
            proof.verify_inclusion(tree.leaf_hash(leaves[index]), index, size, path[:-1], root)


@given(st.data())
def test_a_longer_log_begins_with_the_shorter(data: st.DataObject) -> None:
    new = data.draw(st.integers(1, 70))
    old = data.draw(st.integers(1, new))
    leaves = leaves_of(new)
    nodes = stored(leaves)
    path = proof.consistency(old, new, _reader(nodes))
    proof.verify_consistency(old, new, path, mth(leaves[:old]), mth(leaves))
    forked = [*leaves[: old - 1], b"forked", *leaves[old:]]
    with pytest.raises(WireError):
        proof.verify_consistency(old, new, path, mth(leaves[:old]), mth(forked))
    with pytest.raises(WireError):
        proof.verify_consistency(old, new, [*path, bytes(32)], mth(leaves[:old]), mth(leaves))
