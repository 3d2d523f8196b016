"""A log that follows one which lost leaves: what it says of that one, and what of it came again.

Calls `wire` and `inspector`. Leaves are recognised by their hashes, which lie in a file meanwhile:
memory does not grow with the logs.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Final

from inspector.bundle import Bundle
from inspector.findings import NotVerifiedError
from inspector.leaf import ENVELOPE, read
from inspector.policy import Policy
from inspector.tree import Growing
from wire.errors import WireError
from wire.lists import renewal
from wire.lists.renewal import FormerLog
from wire.tlog import tiles
from wire.tlog.checkpoint import Checkpoint
from wire.tlog.tree import leaf_hash

NAMED: Final = 20
"""So many lost leaves are named; the others are counted."""


@dataclass(frozen=True)
class Again:
    """Of a former log the bundle had `there` leaves; `again` of them stand in the new log, `lost`
    names some of those that do not.
    """

    there: int
    again: int
    lost: tuple[str, ...]


def past(bundle: Bundle, head: Checkpoint, policy: Policy) -> FormerLog | None:
    """The log that the first leaf names, where the bundle has that leaf and it names one.

    Raises NotVerifiedError('renewal') where the inspector's policy does not know that log's key, or
    its head was not signed by it and seen by the witnesses.
    """
    if not head.size or not bundle.wanted(0, min(tiles.WIDTH, head.size)):
        return None
    found = renewal.find(bundle.leaf(0, head.size))
    if found is None:
        return None
    if found.former not in policy.former:
        raise _unfit(f"the policy does not name {found.former}")
    try:
        return renewal.last_head(found.former, found.head, policy.witnesses, policy.quorum)
    except WireError as error:
        raise _unfit(error.detail) from error


def hold(named: Iterable[FormerLog], kept: Checkpoint) -> None:
    """A head that was kept of a former log is one of those before the end that officers named;
    raises NotVerifiedError('rolled_back').
    """
    for one in named:
        same = one.size == kept.size and one.root == kept.root.hex()
        if one.origin == kept.origin and (same or kept.size < one.size):
            return
    detail = f"{kept.origin} had {kept.size} leaves, and no later end of it is named"
    raise NotVerifiedError("rolled_back", "leaf 0", detail)


def came_again(former: Bundle, old: Checkpoint, later: Bundle, size: int) -> Again:
    """How much of the former log the later bundle, of `size` leaves, has; raises
    NotVerifiedError('tree') where the former's leaves are not those of its head.
    """
    there, count = 0, 0
    lost: list[str] = []
    with hashes(later, size) as has:
        tree = Growing()
        for index, data in former.leaves(old.size):
            digest = leaf_hash(data)
            tree.add(digest)
            if index == 0 and renewal.find(data) is not None:
                continue
            there += 1
            if has(digest):
                count += 1
            elif len(lost) < NAMED:
                lost.append(_told(index, data))
        if not former.scope.ranged and tree.root() != old.root:
            raise NotVerifiedError("tree", str(former.folder / "checkpoint"), "another root hash")
    return Again(there, count, tuple(lost))


class Hashes:
    """Whether a leaf of that hash was among them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __call__(self, digest: bytes) -> bool:
        found = self._connection.execute("SELECT 1 FROM leaf WHERE hash = ?", (digest,))
        return found.fetchone() is not None


@contextmanager
def hashes(bundle: Bundle, size: int) -> Iterator[Hashes]:
    """Those of all leaves of the bundle, in a file that nobody else sees."""
    with closing(sqlite3.connect("")) as connection:
        connection.execute("CREATE TABLE leaf (hash BLOB PRIMARY KEY) STRICT, WITHOUT ROWID")
        rows = ((leaf_hash(data),) for _, data in bundle.leaves(size))
        connection.executemany("INSERT OR IGNORE INTO leaf VALUES (?)", rows)
        yield Hashes(connection)


def verdict(former: FormerLog | Checkpoint, again: Again | None) -> str:
    """What a person reads."""
    size = former.size
    if again is None:
        return (
            f"这本日志接续 {former.origin}，后者丢失记录，到 {size} 条为止；"
            "丢了哪些，请加 --former 旧记录包。\n"
            f"This log follows {former.origin}, which lost leaves and ended at {size}; add "
            "--former with a bundle of it to see which."
        )
    gone = again.there - again.again
    text = (
        f"这本日志接续 {former.origin}，后者到 {size} 条为止：手上的旧记录包有 {again.there} 条，"
        f"{again.again} 条已在新日志里，{gone} 条没有。\n"
        f"This log follows {former.origin}, which ended at {size} leaves: of {again.there} in the "
        f"former bundle {again.again} stand in the new log, {gone} do not."
    )
    return "\n  ".join([text, *again.lost])


def _told(index: int, data: bytes) -> str:
    if not data.startswith(ENVELOPE):
        return f"leaf {index}: 清单 a list"
    try:
        return read(index, data).where
    except NotVerifiedError:
        return f"leaf {index}"


def check_named(named: Sequence[FormerLog], first: FormerLog | None) -> None:
    """The officers' list and the log's first leaf name the same end, or both none; raises
    NotVerifiedError('renewal').
    """
    if named[-1:] != ((first,) if first else ()):
        raise _unfit("the officers' list names another end of another log, or none")


def _unfit(detail: str) -> NotVerifiedError:
    return NotVerifiedError("renewal", "leaf 0", detail)
