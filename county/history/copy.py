"""The county's copy of one township's log, read from its folder. Calls only `wire`.

Every leaf is hashed: what is given out makes the root that the log signed and that as many of the
county's witnesses cosigned as it wants, or there is a HistoryError.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from county.history.trust import HistoryError, Trust
from wire.errors import WireError
from wire.lists import bundle as bundles
from wire.tlog import cosignature, note, tiles
from wire.tlog.checkpoint import Checkpoint, open_checkpoint
from wire.tlog.tree import leaf_hash, root_of


@dataclass(frozen=True)
class Head:
    """A checkpoint; `seen_s` is when the last witness of the quorum saw it, 0 without any."""

    checkpoint: Checkpoint
    seen_s: int


@dataclass(frozen=True)
class Tile:
    """Up to 256 leaves and what they hash to."""

    number: int
    leaves: list[bytes]
    hashes: list[bytes]

    @property
    def start(self) -> int:
        return self.number * tiles.WIDTH

    @property
    def full(self) -> bool:
        return len(self.leaves) == tiles.WIDTH

    def root(self, leaves: int | None = None) -> bytes:
        """Of all its leaves, or of the first ones."""
        return root_of(self.hashes[:leaves])


def head(trust: Trust) -> Head:
    """The copy's checkpoint; raises HistoryError."""
    data = _read(trust.copy, "checkpoint", note.LIMIT)
    try:
        found = open_checkpoint(data, trust.log)
        times = sorted(cosignature.count(note.parse(data), trust.witnesses), reverse=True)
    except WireError as error:
        raise failed("检查点的签名不对", "The head is not signed", error) from error
    if len(times) < trust.quorum:
        raise failed("县见证还没有见过这一页", f"{len(times)} of {trust.quorum} witnesses")
    return Head(found, times[trust.quorum - 1] if trust.quorum else 0)


def grown(trust: Trust, size: int, first: int) -> Iterator[Tile]:
    """The tiles of a log of that size, from the one that holds leaf `first` on."""
    for number, width in tiles.entry_tiles(size):
        if number < first // tiles.WIDTH:
            continue
        path = tiles.entries_path(number, width)
        try:
            leaves = tiles.decode_entries(_read(trust.copy, path, tiles.LIMIT))
        except WireError as error:
            raise failed(f"{path} 读不懂", "Not a tile", error) from error
        if len(leaves) != width:
            raise failed(f"{path} 条数不对", f"{len(leaves)} leaves, not {width}")
        yield Tile(number, leaves, [leaf_hash(leaf) for leaf in leaves])


def list_file(trust: Trust, digest: bytes) -> bytes:
    """The list of that SHA-256; raises HistoryError where the township withheld it."""
    path = f"lists/{digest.hex()}.cbor"
    data = _read(trust.copy, path, bundles.LIMIT)
    if sha256(data).digest() != digest:
        raise failed(f"{path} 不是日志里登记的清单", "Not the list that the log names")
    return data


def failed(zh: str, en: str, detail: object = "") -> HistoryError:
    """What does not hold, in one sentence."""
    return HistoryError(f"{zh}。 {en}{f': {detail}' if detail else ''}.")


def _read(folder: Path, name: str, limit: int) -> bytes:
    try:
        with (folder / name).open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise failed(f"副本里没有 {name}", "Missing from the copy", error.strerror) from error
    if len(data) > limit:
        raise failed(f"{name} 过大", "Too large")
    return data
