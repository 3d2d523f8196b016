"""The log of a disk's writes and flushes, and what the disk can hold after a power cut. Pure.

Calls nothing. The format is that of the kernel's dm-log-writes target, version 1
(Documentation/admin-guide/device-mapper/log-writes.rst): it logs a write when the next flush shows
which writes that flush covered, so all that stands between two flushes lay in the drive's cache at
the same time.
"""

import random
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

MAGIC: Final = 0x6A736677736872
SECTOR: Final = 512
"""What a drive writes whole."""
REACHED: Final = (0.0, 0.3, 0.7, 1.0)
"""With which chance a sector of an unflushed write reached the medium; drawn for each write."""

_FLUSH, _FUA, _DISCARD, _MARK = 1, 2, 4, 8
_END: Final = b"dm-log-writes-end"
_HEAD: Final = struct.Struct("<QQQI")
_ENTRY: Final = struct.Struct("<QQQQ")


@dataclass(frozen=True)
class Entry:
    """One event. `flush`: all logged before it is on the medium. `durable`: so is this write
    itself (FUA). `mark`: the program had been told by now that something is safe.
    """

    offset: int = 0
    data: bytes = b""
    flush: bool = False
    durable: bool = False
    mark: str | None = None


@dataclass(frozen=True)
class Cut:
    """The disk after a cut, in a buffer that the next cut uses again, and the marks of all that was
    acknowledged before it.
    """

    disk: bytearray
    marks: tuple[str, ...]


def parse(log: BinaryIO) -> list[Entry]:
    """The entries of a log device, without the kernel's own last mark. ValueError: it is no log, or
    one with discards.
    """
    magic, version, count, size = _HEAD.unpack_from(log.read(SECTOR))
    if (magic, version, size) != (MAGIC, 1, SECTOR):
        raise ValueError("no log of this format")
    found = []
    for _ in range(count):
        head = log.read(SECTOR)
        sector, sectors, flags, length = _ENTRY.unpack_from(head)
        text = head[_ENTRY.size : _ENTRY.size + length] if flags & _MARK else None
        if flags & _DISCARD:
            raise ValueError("a discard: mount without it")
        if text == _END:
            continue
        data = log.read(sectors * SECTOR)
        found.append(
            Entry(
                sector * SECTOR,
                data,
                flush=bool(flags & _FLUSH),
                durable=bool(flags & _FUA),
                mark=None if text is None else text.decode(),
            )
        )
    return found


def moments(entries: Sequence[Entry], count: int, chance: random.Random) -> list[int]:
    """So many moments drawn by chance, for `cuts`."""
    return [chance.randrange(len(entries) + 1) for _ in range(count)]


def cuts(
    base: bytes, entries: Sequence[Entry], at: Iterable[int], chance: random.Random
) -> Iterator[Cut]:
    """Cuts before the entries `at` those places, earliest first, of a disk that began as `base`.

    What was flushed, or written with FUA, by the moment of the cut is there. Of every other write
    before the next flush any sectors may be there, and all else of it is not.
    """
    flushes = [place for place, entry in enumerate(entries) if entry.flush]
    safe, disk, flushed = bytearray(base), bytearray(base), 0
    for moment in sorted(at):
        last = max((place for place in flushes if place < moment), default=0)
        for entry in entries[flushed:last]:
            _write(safe, entry)
        flushed = last
        end = min((place for place in flushes if place >= moment), default=len(entries))
        disk[:] = safe
        for place, entry in enumerate(entries[last:end], last):
            if entry.durable and place < moment:
                _write(disk, entry)
            else:
                _tear(disk, entry, chance)
        marks = (entry.mark for entry in entries[:moment])
        yield Cut(disk, tuple(mark for mark in marks if mark is not None))


def _write(disk: bytearray, entry: Entry) -> None:
    disk[entry.offset : entry.offset + len(entry.data)] = entry.data


def _tear(disk: bytearray, entry: Entry, chance: random.Random) -> None:
    reached = chance.choice(REACHED)
    for at in range(0, len(entry.data), SECTOR):
        if chance.random() < reached:
            start = entry.offset + at
            disk[start : start + SECTOR] = entry.data[at : at + SECTOR]
