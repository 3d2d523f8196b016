"""The log as files for everybody (C2SP tlog-tiles). Calls only `wire.tlog`.

Tiles come first, the checkpoint last, each at once or not at all: whoever holds a checkpoint
finds its tiles.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from wire.tlog import tiles
from wire.tlog.tiles import HEIGHT, WIDTH
from wire.tlog.tree import Hashes, leaf_hash

CHECKPOINT: Final = "checkpoint"
COSIGNED: Final = "checkpoint.cosigned"
"""The newest head that a quorum of witnesses has seen; `checkpoint` may be newer and pending."""
Leaves = Callable[[int, int], list[bytes]]
"""(first, end) → those leaves."""


def publish(
    folder: Path, checkpoint: bytes, old: int, new: int, hashes: Hashes, leaves: Leaves
) -> None:
    """Write what a log of `new` leaves has beyond one of `old`, then its checkpoint."""
    for level, index, width in _grown(old, new):
        first = index * WIDTH
        if level == 0:
            held = leaves(first, first + width)
            write(folder / tiles.entries_path(index, width), tiles.encode_entries(held))
            data = b"".join(leaf_hash(leaf) for leaf in held)
        else:
            data = b"".join(hashes(level * HEIGHT, at) for at in range(first, first + width))
        write(folder / tiles.hash_path(level, index, width), data)
        if width == WIDTH and index:
            _forget_partials(folder, level, index - 1)
    write(folder / CHECKPOINT, checkpoint)


def read_checkpoint(folder: Path) -> bytes | None:
    """What was published last."""
    try:
        return (folder / CHECKPOINT).read_bytes()
    except FileNotFoundError:
        return None


def write(path: Path, data: bytes, *, durable: bool = True) -> None:
    """A file that is seen whole or not at all, and outlives a power cut where it is `durable`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    with beside.open("wb") as file:
        file.write(data)
        if durable:
            file.flush()
            os.fsync(file.fileno())
    beside.replace(path)


def sync_folder(folder: Path) -> None:
    """What was renamed in it is durable when this returns."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _grown(old: int, new: int) -> Iterator[tuple[int, int, int]]:
    """(level, index, width) of each tile of the new tree that the old one did not have so wide."""
    level = 0
    while new:
        for index in range(old // WIDTH, -(-new // WIDTH)):
            width = min(WIDTH, new - index * WIDTH)
            if index * WIDTH + width > old:
                yield level, index, width
        level, old, new = level + 1, old // WIDTH, new // WIDTH


def _forget_partials(folder: Path, level: int, index: int) -> None:
    """Drop the narrower forms of a full tile, one tile late for those who still read them."""
    for path in (tiles.hash_path(level, index), tiles.entries_path(index)):
        shutil.rmtree(folder / (path + ".p"), ignore_errors=True)
