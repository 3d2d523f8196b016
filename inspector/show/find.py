"""One entry of a bundle by the names that people have for it. Calls `wire` and `inspector`.

DEVICE/SEQ (or DEVICE#SEQ), the number of its leaf, or at least eight digits of its hash.
"""

import re
from typing import Final

from inspector.bundle import Bundle
from inspector.findings import UnusableError
from inspector.leaf import ENVELOPE, Leaf, read
from inspector.nodes import Nodes, present
from wire.tlog.tree import leaf_hash

_NAMED: Final = re.compile(r"([a-z0-9][a-z0-9-]{2,31})\s*[/#]\s*([1-9][0-9]{0,15})")
_NUMBER: Final = re.compile(r"[0-9]{1,16}")
_HASH: Final = re.compile(r"[0-9a-f]{8,64}")


def find(text: str, bundle: Bundle, nodes: Nodes, size: int) -> Leaf:
    """The entry's leaf; raises UnusableError where there is none, more than one, or no such name.

    Raises NotVerifiedError for a leaf that cannot be read.
    """
    text = text.strip().lower()
    named = _NAMED.fullmatch(text)
    if named is not None:
        return _by_seq(named[1], int(named[2]), bundle, size)
    if _NUMBER.fullmatch(text) and int(text) < size:
        return _entry(int(text), nodes)
    if _HASH.fullmatch(text):
        return _by_hash(text, nodes, size)
    raise UnusableError(
        f"{text}: 请写 机器/记录号、叶号，或记录指纹的前 8 位以上。 "
        "Give DEVICE/SEQ, a leaf number, or 8 digits of the entry's hash."
    )


def _by_seq(device: str, seq: int, bundle: Bundle, size: int) -> Leaf:
    for index, data in present(bundle, size):
        if data.startswith(ENVELOPE) and device.encode() in data:
            leaf = read(index, data)
            if (leaf.entry.device, leaf.entry.seq) == (device, seq):
                return leaf
    raise _nothing(f"{device} #{seq}")


def _by_hash(prefix: str, nodes: Nodes, size: int) -> Leaf:
    found = [index for index in range(size) if nodes.hash(0, index).hex().startswith(prefix)]
    if len(found) > 1:
        places = "、".join(map(str, found[:8]))
        raise UnusableError(f"{prefix}: 不止一条，叶号 {places}。 More than one leaf.")
    if not found:
        raise _nothing(prefix)
    leaf = _entry(found[0], nodes)
    if not leaf_hash(leaf.data).hex().startswith(prefix):
        raise _nothing(prefix)
    return leaf


def _entry(index: int, nodes: Nodes) -> Leaf:
    data = nodes.leaf(index)
    if not data.startswith(ENVELOPE):
        raise UnusableError(f"{index}: 这一叶是清单，不是记录。 That leaf is a list, no entry.")
    return read(index, data)


def _nothing(name: str) -> UnusableError:
    return UnusableError(f"{name}: 记录包里没有这条记录。 No such entry in the bundle.")
