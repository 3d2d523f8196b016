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
from inspector.findings import NotVerifiedError, UnusableError
from inspector.head import open_head
from inspector.leaf import ENVELOPE, Leaf, listed, read
from inspector.nodes import Nodes
from inspector.policy import Policy
from inspector.renewed import Again, came_again, hashes, hold, past
from wire.errors import WireError
from wire.lists.leaf import ListLeaf
from wire.tlog import proof, tree
from wire.tlog.checkpoint import Checkpoint
from wire.tlog.tree import leaf_hash

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
    `machines` has the first and last new seq of each device, `lists` new versions by device. Where
    the later log follows one that lost leaves, `again` says what of that stands in it.
    """

    former: Checkpoint
    later: Checkpoint
    fork: Fork | None
    kinds: Counter[str]
    machines: dict[str, tuple[int, int]]
    lists: Counter[str]
    files: dict[str, Files]
    again: Again | None = None

    @property
    def good(self) -> bool:
        """A continuation in which nothing was exchanged; what is gone is shown."""
        return self.fork is None and not any(one.changed for one in self.files.values())


def diff(former: Bundle, later: Bundle, policy: Policy) -> Diff:
    """Compare; raises NotVerifiedError for a head not signed by the log, or unreadable leaves."""
    first = _kept(former, policy)
    second = _head(later, policy)
    again = fork = None
    if first.origin == second.origin:
        fork = _fork(former, later, first, second)
    else:
        again = _renewed(former, later, first, second, policy)
    kinds: Counter[str] = Counter()
    machines: dict[str, tuple[int, int]] = {}
    lists: Counter[str] = Counter()
    for found in new_leaves(former, later, first, second):
        if isinstance(found, ListLeaf):
            lists[found.device] += 1
        else:
            entry = found.entry
            kinds[entry.kind] += 1
            machines[entry.device] = machines.get(entry.device, (entry.seq,))[0], entry.seq
    files = {name: _files(former.folder / name, later.folder / name) for name in FOLDERS}
    return Diff(first, second, fork, kinds, machines, lists, files, again)


def new_leaves(
    former: Bundle, later: Bundle, first: Checkpoint, second: Checkpoint
) -> Iterator[Leaf | ListLeaf]:
    """Entries and lists beyond the earlier head, or that the former log had not; raises
    NotVerifiedError.
    """
    for index, data in _new(former, later, first, second):
        found = read(index, data) if data.startswith(ENVELOPE) else listed(index, data)
        if found is not None:
            yield found


def _new(
    former: Bundle, later: Bundle, first: Checkpoint, second: Checkpoint
) -> Iterator[tuple[int, bytes]]:
    nodes = Nodes(later, second)
    if first.origin == second.origin:
        yield from ((index, nodes.leaf(index)) for index in range(first.size, second.size))
        return
    with hashes(former, first.size) as known:
        for index in range(second.size):
            data = nodes.leaf(index)
            if not known(leaf_hash(data)):
                yield index, data


def _renewed(
    former: Bundle, later: Bundle, first: Checkpoint, second: Checkpoint, policy: Policy
) -> Again:
    """The later log follows the earlier one's; raises NotVerifiedError, UnusableError."""
    follows = past(later, second, policy)
    if follows is None or follows.origin != first.origin:
        raise UnusableError("这是两本互不接续的日志。 Neither log follows the other.")
    hold([follows], first)
    return came_again(former, first, later, second.size)


def _kept(bundle: Bundle, policy: Policy) -> Checkpoint:
    """The earlier bundle's head, by the key of its time."""
    data = bundle.read("checkpoint", "checkpoint")
    try:
        if policy.open_kept(data).origin != policy.log.name:
            return policy.open_kept(data)
    except WireError:
        pass
    return _head(bundle, policy)


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
