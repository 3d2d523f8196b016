"""Whether anybody has seen more of the log than a restored hub has.

Calls `hub.cosign.asking`, `hub.devices.authority`, `hub.log` and `wire.tlog`. The surviving second
store knows, because every leaf is there before its head is signed; the county's witnesses know,
because a head counts only when they have seen it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import httpx

from hub.cosign.asking import Asking
from hub.devices import authority
from hub.devices.authority import NoAuthorityError
from hub.log.second import SecondStore
from wire.errors import WireError
from wire.tlog import cosignature, note, tree
from wire.tlog.checkpoint import Checkpoint, open_checkpoint
from wire.tlog.note import Verifier


@dataclass(frozen=True)
class Seen:
    """A witness's newest head of this log, a signed note."""

    witness: str
    checkpoint: bytes
    head: Checkpoint


@dataclass(frozen=True)
class Heard:
    """What the policy's witnesses answered, and how many of them must have."""

    seen: tuple[Seen, ...]
    quorum: int

    @property
    def enough(self) -> bool:
        return 0 < self.quorum <= len(self.seen)


def ask(urls: Mapping[str, str]) -> Heard:
    """Every witness that the officers' policy names and whose address is known."""
    try:
        policy = authority.policy()
    except NoAuthorityError:
        return Heard((), 0)
    log = note.verifier(policy.log_key)
    named = [note.verifier(key) for key in policy.witnesses]
    seen = [_seen(one, urls[one.name], log) for one in named if one.name in urls]
    return Heard(tuple(one for one in seen if one is not None), policy.quorum)


def contradicted(second: Path, seen: Iterator[Seen] | tuple[Seen, ...]) -> Seen | None:
    """The first head that the leaves of the second store do not lead to."""
    for one in seen:
        if root(second, one.head.size) != one.head.root:
            return one
    return None


def root(second: Path, size: int) -> bytes | None:
    """The root over the first leaves of that file; None where it has fewer."""
    held: list[tuple[int, bytes]] = []
    count = 0
    for leaf in islice(SecondStore(second, 0).leaves(), size):
        held.append((0, tree.leaf_hash(leaf)))
        count += 1
        while len(held) > 1 and held[-1][0] == held[-2][0]:
            (level, left), (_, right) = held[-2:]
            held[-2:] = [(level + 1, tree.node_hash(left, right))]
    if count < size:
        return None
    found = tree.EMPTY_ROOT if not held else held.pop()[1]
    while held:
        found = tree.node_hash(held.pop()[1], found)
    return found


def _seen(witness: Verifier, url: str, log: Verifier) -> Seen | None:
    """Its newest head, where it answers with one that both signed."""
    asking = Asking(url, log.name)
    try:
        data = asking.shown()
        if data is None or not cosignature.count(note.parse(data), [witness]):
            return None
        return Seen(witness.name, data, open_checkpoint(data, log))
    except (httpx.HTTPError, httpx.InvalidURL, WireError, ValueError):
        return None
    finally:
        asking.close()
