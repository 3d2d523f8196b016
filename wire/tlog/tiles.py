"""Where a log's tiles lie and what is in them (C2SP tlog-tiles). Pure; calls only `wire.errors`."""

import struct
from collections.abc import Iterator, Sequence
from typing import Final

from wire.errors import WireError

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT
LIMIT: Final = 64 << 20


def hash_path(level: int, index: int, width: int = WIDTH) -> str:
    """`tile/L/NNN[.p/W]`: hashes of subtrees of height 8·L."""
    return f"tile/{level}/{_number(index)}{_partial(width)}"


def entries_path(index: int, width: int = WIDTH) -> str:
    """`tile/entries/NNN[.p/W]`: the leaves themselves."""
    return f"tile/entries/{_number(index)}{_partial(width)}"


def hash_tiles(size: int) -> Iterator[tuple[int, int, int]]:
    """(level, index, width) of every hash tile of a tree of that size."""
    level, count = 0, size
    while count:
        for index in range(count // WIDTH):
            yield level, index, WIDTH
        if count % WIDTH:
            yield level, count // WIDTH, count % WIDTH
        level, count = level + 1, count // WIDTH


def entry_tiles(size: int) -> Iterator[tuple[int, int]]:
    """(index, width) of every bundle of leaves of a tree of that size."""
    for level, index, width in hash_tiles(size):
        if level == 0:
            yield index, width


def encode_entries(leaves: Sequence[bytes]) -> bytes:
    """Up to 256 leaves, each with its length in two bytes; raises WireError('tlog')."""
    if len(leaves) > WIDTH or any(len(leaf) > 0xFFFF for leaf in leaves):
        raise WireError("tlog", "too many leaves, or one too long")
    return b"".join(struct.pack(">H", len(leaf)) + leaf for leaf in leaves)


def decode_entries(data: bytes) -> list[bytes]:
    """Strict inverse of encode_entries; raises WireError('tlog')."""
    leaves: list[bytes] = []
    at = 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2])
        if at + 2 > len(data) or end > len(data) or len(leaves) == WIDTH:
            raise WireError("tlog", "a cut or overlong bundle of leaves")
        leaves.append(data[at + 2 : end])
        at = end
    return leaves


def _number(index: int) -> str:
    if index < 0:
        raise WireError("tlog", f"tile {index}")
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03d}")
    return "/".join(reversed(groups))


def _partial(width: int) -> str:
    if not 1 <= width <= WIDTH:
        raise WireError("tlog", f"a tile of {width}")
    return "" if width == WIDTH else f".p/{width}"
