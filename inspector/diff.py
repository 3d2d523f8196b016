"""What a later bundle of a log has that an earlier one had not, and whether it continues it.

Calls `wire` and `inspector`. Memory does not grow with the log. Each bundle's contents are verified
by `inspector.verify`, not here.
"""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from inspector.bundle import Bundle
from inspector.findings import NotVerifiedError
from inspector.head import open_head
from inspector.leaf import ENVELOPE, Leaf, read
from inspector.nodes import Nodes
from inspector.policy import Policy
from wire.errors import WireError
from wire.lists.leaf import ListLeaf, decode_list_leaf
from wire.tlog import proof, tree
from wire.tlog.checkpoint import Checkpoint

FOLDERS: Final = ("openings", "photos", "lists")
NAMED: Final = 20
"""So many files of a kind are named; the others are counted."""


@dataclass
class Files:
    """Files beside the log: `gone` are in the earlier bundle only, `changed` are other bytes."""

    new: int = 0
    gone: int = 0
    changed: int = 0
    named: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Fork:
    """The first leaf at which the two logs differ; None where one of them has no such leaf."""

    leaf: int
    former: bytes | None
    later: bytes | None


@dataclass(frozen=True)
class Diff:
    """`fork` is None where the later log continues the earlier one. `kinds` counts new entries,
    `machines` has the first and last new seq of each device, `lists` new versions by device.
    """

    former: Checkpoint
    later: Checkpoint
    fork: Fork | None
    kinds: Counter[str]
    machines: dict[str, tuple[int, int]]
    lists: Counter[str]
    files: dict[str, Files]

    @property
    def good(self) -> bool:
        """A continuation in which nothing was exchanged; what is gone is shown."""
        return self.fork is None and not any(one.changed for one in self.files.values())


def diff(former: Bundle, later: Bundle, policy: Policy) -> Diff:
    """Compare; raises NotVerifiedError for a head not signed by the log, or unreadable leaves."""
    first = _head(former, policy)
    second = _head(later, policy)
    fork = _fork(former, later, first, second)
    kinds: Counter[str] = Counter()
    machines: dict[str, tuple[int, int]] = {}
    lists: Counter[str] = Counter()
    for found in new_leaves(later, first, second):
        if isinstance(found, ListLeaf):
            lists[found.device] += 1
        else:
            entry = found.entry
            kinds[entry.kind] += 1
            machines[entry.device] = machines.get(entry.device, (entry.seq,))[0], entry.seq
    files = {name: _files(former.folder / name, later.folder / name) for name in FOLDERS}
    return Diff(first, second, fork, kinds, machines, lists, files)


def new_leaves(later: Bundle, first: Checkpoint, second: Checkpoint) -> Iterator[Leaf | ListLeaf]:
    """Entries and lists beyond the earlier head; raises NotVerifiedError."""
    nodes = Nodes(later, second)
    for index in range(first.size, second.size):
        data = nodes.leaf(index)
        if data.startswith(ENVELOPE):
            yield read(index, data)
            continue
        try:
            yield decode_list_leaf(data)
        except WireError as error:
            raise NotVerifiedError("leaf", f"leaf {index}", error.detail) from error


def _head(bundle: Bundle, policy: Policy) -> Checkpoint:
    where = str(bundle.folder / "checkpoint")
    return open_head(bundle.read("checkpoint", "checkpoint"), policy, where).checkpoint


def _fork(former: Bundle, later: Bundle, first: Checkpoint, second: Checkpoint) -> Fork | None:
    old, new = Nodes(former, first), Nodes(later, second)
    if first.size <= second.size and _continues(new, first, second):
        return None
    common = min(first.size, second.size)
    for index in range(common):
        left, right = old.leaf(index), new.leaf(index)
        if left != right:
            return Fork(index, left, right)
    if first.size > second.size:
        return Fork(common, old.leaf(common), None)
    raise NotVerifiedError("tree", "checkpoint", "the same leaves under another root")


def _continues(new: Nodes, first: Checkpoint, second: Checkpoint) -> bool:
    if first.size == 0:
        return first.root == tree.EMPTY_ROOT
    try:
        path = proof.consistency(first.size, second.size, new.hash)
        proof.verify_consistency(first.size, second.size, path, first.root, second.root)
    except (WireError, NotVerifiedError):
        return False
    return True


def _files(former: Path, later: Path) -> Files:
    found = Files()
    for name in _names(former):
        other = later / name
        if not other.exists():
            found.gone += 1
        elif former.name == "openings" and other.read_bytes() != (former / name).read_bytes():
            found.changed += 1
        else:
            continue
        if len(found.named) < NAMED:
            found.named.append(f"{former.name}/{name}")
    found.new = sum(not (former / name).exists() for name in _names(later))
    return found


def _names(folder: Path) -> Iterator[str]:
    """Names of a folder's files, in no order; none where there is no folder."""
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        for one in entries:
            if one.is_file():
                yield one.name
