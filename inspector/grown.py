"""The log's tiles in a bundle, brought from one size to a larger one, never rewritten.

Calls `wire.tlog` and `inspector`. A tile that grew begins with what the bundle had of it: so the
proof that a log was rewritten is not overwritten by the rewritten log.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from inspector.findings import NotVerifiedError, UnusableError
from inspector.source import Source
from inspector.store import keep
from wire.errors import WireError
from wire.tlog import tiles, tree
from wire.tlog.checkpoint import Checkpoint

HASH_BYTES: Final = 32
INCOMING: Final = ".incoming"


def pull_tiles(public: Source, out: Path, former: int, head: Checkpoint) -> None:
    """Fetch what the tree of that head has beyond that of `former` leaves.

    Nothing is put into the bundle before all of it makes the head's root. Raises UnusableError,
    NotVerifiedError('rolled_back' for a tile that was rewritten, 'tree').
    """
    incoming = out / INCOMING
    shutil.rmtree(incoming, ignore_errors=True)
    for level, index, width in _all(head.size):
        path = _path(level, index, width)
        if (out / path).exists():
            continue
        data = _fetch(public, level, index, width)
        before = out / _path(level, index, _width(level, index, former) or width)
        if before.exists() and not data.startswith(before.read_bytes()):
            raise NotVerifiedError("rolled_back", path, "this part of the log was rewritten")
        keep(incoming / path, data)
    if _root(out, head.size) != head.root:
        raise NotVerifiedError("tree", "/log/checkpoint", "not the root of its tiles")
    for new in [path for path in incoming.rglob("*") if path.is_file()]:
        place = out / new.relative_to(incoming)
        place.parent.mkdir(parents=True, exist_ok=True)
        new.replace(place)
    shutil.rmtree(incoming, ignore_errors=True)


def forget_partials(out: Path, former: int, size: int) -> None:
    """Remove the narrower forms of tiles that have grown since."""
    for level, index, width in _all(former):
        if width != tiles.WIDTH and _width(level, index, size) != width:
            (out / _path(level, index, width)).unlink(missing_ok=True)


def _root(out: Path, size: int) -> bytes:
    """The root of the first `size` leaves by the hash tiles, old and new."""

    def hashes(level: int, index: int) -> bytes:
        height, within = divmod(level, tiles.HEIGHT)
        number, first = divmod(index << within, tiles.WIDTH)
        path = _path(height, number, _width(height, number, size))
        new = out / INCOMING / path
        data = (new if new.exists() else out / path).read_bytes()
        nodes = [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]
        return tree.root_of(nodes[first : first + (1 << within)])

    return tree.root(size, hashes)


def _all(size: int) -> Iterator[tuple[int | None, int, int]]:
    """(level, index, width) of hash tiles, and of bundles of leaves under level None."""
    yield from tiles.hash_tiles(size)
    for index, width in tiles.entry_tiles(size):
        yield None, index, width


def _path(level: int | None, index: int, width: int) -> str:
    if level is None:
        return tiles.entries_path(index, width)
    return tiles.hash_path(level, index, width)


def _width(level: int | None, index: int, size: int) -> int:
    """How wide that tile is in a tree of `size` leaves; 0 where it is not there yet."""
    count = size >> (tiles.HEIGHT * (level or 0))
    return max(0, min(tiles.WIDTH, count - index * tiles.WIDTH))


def _fetch(public: Source, level: int | None, index: int, width: int) -> bytes:
    """The tile, or the beginning of the full one where the narrow one is no longer given."""
    path = _path(level, index, width)
    found = public.find(f"/log/{path}", tiles.LIMIT)
    if found is not None:
        return found
    full = public.get(f"/log/{_path(level, index, tiles.WIDTH)}", tiles.LIMIT)
    if level is not None:
        return full[: width * HASH_BYTES]
    try:
        return tiles.encode_entries(tiles.decode_entries(full)[:width])
    except WireError as error:
        raise UnusableError(f"{path}: {error}") from error
