"""The log's tiles in a bundle, brought from one size to a larger one, never rewritten.

Calls `wire.tlog` and `inspector`. A tile that grew begins with what the bundle had of it: so the
proof that a log was rewritten is not overwritten by the rewritten log. What was fetched before a
break is not fetched again.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from inspector.bundle import Bundle
from inspector.findings import NotVerifiedError, UnusableError
from inspector.scope import Scope
from inspector.store import keep
from inspector.supply import Supply
from wire.errors import WireError
from wire.tlog import tiles, tree
from wire.tlog.checkpoint import Checkpoint

HASH_BYTES: Final = 32
INCOMING: Final = ".incoming"
Tell = Callable[[str, int, int], None]


def pull_tiles(
    supply: Supply, out: Path, former: int, head: Checkpoint, scope: Scope, tell: Tell
) -> None:
    """Fetch what the scope needs of the tree of that head beyond that of `former` leaves.

    Nothing is put into the bundle before all of it makes the head's root. Raises UnusableError,
    NotVerifiedError('rolled_back' for a tile that was rewritten, 'tree').
    """
    incoming = out / INCOMING
    for level, index, width in _needed(head.size, scope):
        path = _path(level, index, width)
        if level in (None, 0):
            tell("tiles", min(head.size, (index + 1) * tiles.WIDTH), head.size)
        if (out / path).exists():
            continue
        new = incoming / path
        data = new.read_bytes() if new.exists() else fetch_tile(supply, level, index, width)
        before = out / _path(level, index, _width(level, index, former) or width)
        if before.exists() and not data.startswith(before.read_bytes()):
            shutil.rmtree(incoming, ignore_errors=True)
            raise NotVerifiedError("rolled_back", path, "this part of the log was rewritten")
        if not new.exists():
            keep(new, data)
    if _root(out, head.size) != head.root:
        shutil.rmtree(incoming, ignore_errors=True)
        raise NotVerifiedError("tree", "/log/checkpoint", "not the root of its tiles")
    for folder, _, names in os.walk(incoming):
        place = out / Path(folder).relative_to(incoming)
        place.mkdir(parents=True, exist_ok=True)
        for name in names:
            (Path(folder) / name).replace(place / name)
    shutil.rmtree(incoming, ignore_errors=True)


def peek(supply: Supply, bundle: Bundle, size: int, index: int) -> list[bytes]:
    """The leaves of a tile that the bundle may lack."""
    width = min(tiles.WIDTH, size - index * tiles.WIDTH)
    if bundle.has(_path(None, index, width)):
        return bundle.tile(index, width)
    try:
        return tiles.decode_entries(fetch_tile(supply, None, index, width))
    except WireError as error:
        raise UnusableError(f"{_path(None, index, width)}: {error}") from error


def pull_more(supply: Supply, bundle: Bundle, size: int, index: int) -> None:
    """One more tile of leaves with its hashes, in the bundle whose tree is there."""
    width = min(tiles.WIDTH, size - index * tiles.WIDTH)
    for level in (0, None):
        path = _path(level, index, width)
        if not bundle.has(path):
            keep(bundle.folder / path, fetch_tile(supply, level, index, width))


def fetch_tile(supply: Supply, level: int | None, index: int, width: int) -> bytes:
    """The tile, or the beginning of the full one where the narrow one is no longer given."""
    path = _path(level, index, width)
    found = supply.tile(path)
    if found is not None:
        return found
    full = supply.tile(_path(level, index, tiles.WIDTH))
    if full is None:
        raise UnusableError(f"{path}: 没有给出。 Not given.")
    if level is not None:
        return full[: width * HASH_BYTES]
    try:
        return tiles.encode_entries(tiles.decode_entries(full)[:width])
    except WireError as error:
        raise UnusableError(f"{path}: {error}") from error


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


def _needed(size: int, scope: Scope) -> Iterator[tuple[int | None, int, int]]:
    """Leaves and hashes of the scope's tiles, all hashes above them, and the log's last tile."""
    for level, index, width in _all(size):
        start = index * tiles.WIDTH
        if level or scope.overlaps(start, start + width) or (level == 0 and width < tiles.WIDTH):
            yield level, index, width


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
