"""First round of a verification: the leaves make the head's tree, and continue every earlier one.

Calls `wire` and `inspector`. All tiles are hashed, on all cores; of what they hold only the lists,
and what was erased, are named to the ledger. Where a bundle holds a range, the tiles outside it are
taken by their hashes, which the tree vouches for.
"""

from collections.abc import Callable, Iterator
from typing import Final

from inspector.bundle import Bundle
from inspector.findings import NotVerifiedError
from inspector.heavy import Run
from inspector.leaf import listed
from inspector.ledger import Ledger
from inspector.pool import Pool
from inspector.tree import Growing, HashedTile, UpperTiles, stored_hashes
from wire.lists import erased
from wire.tlog import tiles
from wire.tlog.checkpoint import Checkpoint
from wire.tlog.tree import root_of

TILES: Final = 16
"""In one job."""
Tell = Callable[[int], None]


def runs(size: int, start: int = 0) -> Iterator[Run]:
    """Jobs for the leaves from `start` on; they end at the same places for every start."""
    count = -(-size // tiles.WIDTH)
    for first in range(start // tiles.WIDTH // TILES * TILES, count, TILES):
        yield Run(first, min(first + TILES, count), size, start)


class Leaves:
    """The tree of a head, and of every earlier size that is asked for."""

    def __init__(self, bundle: Bundle, head: Checkpoint, earlier: tuple[Checkpoint, ...]) -> None:
        self._bundle = bundle
        self._head = head
        self._earlier = earlier
        self._tree = Growing()
        self._lie: NotVerifiedError | None = None
        self.roots: dict[int, bytes] = {}
        """The root of the tree after each job."""

    def check(self, pool: Pool, ledger: Ledger, tell: Tell) -> None:
        """Raises NotVerifiedError: tree, missing, rolled_back, leaf, list."""
        size = self._head.size
        for one in self._earlier:
            if one.size > size:
                detail = f"{size} leaves after {one.size}"
                raise NotVerifiedError("rolled_back", "checkpoint", detail)
        upper = UpperTiles(self._bundle, self._lied)
        named: list[tuple[int, bytes]] = []
        for run, hashed in zip(runs(size), pool.run("hash", runs(size)), strict=True):
            for index, tile in enumerate(hashed, run.first):
                width = min(tiles.WIDTH, size - index * tiles.WIDTH)
                root = self._grow(index, width, tile)
                if width == tiles.WIDTH:
                    upper.add(root)
                named += () if tile is None else tile.lists
            for number, leaf in named:
                _name(number, leaf, ledger)
            named.clear()
            self.roots[min(size, run.end * tiles.WIDTH)] = self._tree.root()
            tell(min(size, run.end * tiles.WIDTH))
        self._finish(upper)

    def _finish(self, upper: UpperTiles) -> None:
        for one in self._earlier:
            if one.size == 0:
                _same(Growing().root(), one.root, "rolled_back")
        _same(self._tree.root(), self._head.root, "tree")
        upper.finish()
        if self._lie is not None:
            raise self._lie

    def _grow(self, index: int, width: int, tile: HashedTile | None) -> bytes:
        """Add a tile to the tree; its root."""
        start = index * tiles.WIDTH
        cuts = [one for one in self._earlier if start < one.size <= start + width]
        if tile is not None:
            self._lied(tile.lie)
        if width == tiles.WIDTH and not [one for one in cuts if one.size != start + width]:
            root = self._tile_root(index) if tile is None else tile.root
            self._tree.add(root, tiles.HEIGHT)
            self._compare(cuts)
            return root
        hashes = stored_hashes(self._bundle, 0, index, width) if tile is None else tile.hashes
        for number, hashed in enumerate(hashes, start + 1):
            self._tree.add(hashed)
            self._compare([one for one in cuts if one.size == number])
        return root_of(hashes)

    def _compare(self, cuts: list[Checkpoint]) -> None:
        for one in cuts:
            _same(self._tree.root(), one.root, "rolled_back")

    def _tile_root(self, index: int) -> bytes:
        """Of a tile that the bundle does not hold, by the hash tile above it."""
        number, place = divmod(index, tiles.WIDTH)
        width = min(tiles.WIDTH, (self._head.size >> tiles.HEIGHT) - number * tiles.WIDTH)
        return stored_hashes(self._bundle, 1, number, width)[place]

    def _lied(self, lie: NotVerifiedError | None) -> None:
        """The first hash tile that differs is told last, when the leaves themselves are known to
        hold.
        """
        self._lie = self._lie or lie


def _name(number: int, leaf: bytes, ledger: Ledger) -> None:
    named = listed(number, leaf)
    if named is not None:
        ledger.name_list(number, named)
        return
    gone = erased.find(leaf)
    if gone is not None:
        ledger.name_erased(number, gone)


def _same(found: bytes, wanted: bytes, code: str) -> None:
    if found != wanted:
        raise NotVerifiedError(code, "checkpoint", "another root hash")
