"""What a cut leaves on the disk, by hand-made logs."""

import io
import random
import struct
from dataclasses import replace

import pytest

from tests.power.log import MAGIC, SECTOR, Cut, Entry, cuts, moments, parse

BASE = bytes(8 * SECTOR)
FLUSH, FUA, DISCARD, MARK = 1, 2, 4, 8


def _block(letter: str, sectors: int = 1) -> bytes:
    return letter.encode() * SECTOR * sectors


def _log(*entries: tuple[int, int, bytes], magic: int = MAGIC) -> bytes:
    """(sector, flags, data or mark), as the kernel lays them out."""
    made = struct.pack("<QQQI", magic, 1, len(entries), SECTOR).ljust(SECTOR, b"\0")
    for sector, flags, data in entries:
        sectors = 0 if flags & MARK else len(data) // SECTOR
        head = struct.pack("<QQQQ", sector, sectors, flags, len(data) if flags & MARK else 0)
        made += (head + data if flags & MARK else head).ljust(SECTOR, b"\0")
        made += b"" if flags & MARK else data
    return made


def _many(entries: list[Entry], count: int = 300) -> list[Cut]:
    chance = random.Random(1)
    found = cuts(BASE, entries, moments(entries, count, chance), chance)
    return [replace(cut, disk=cut.disk[:]) for cut in found]


def _sector(cut: Cut, number: int) -> str:
    content = {*cut.disk[number * SECTOR : (number + 1) * SECTOR]}
    assert len(content) == 1, "a sector is never torn"
    return chr(content.pop()).replace("\0", "-")


def test_a_log_is_read_as_the_kernel_writes_it() -> None:
    log = _log(
        (3, 0, _block("a", 2)),
        (0, FLUSH, b""),
        (0, MARK, b"entry 7"),
        (1, FUA, _block("b")),
        (0, MARK, b"dm-log-writes-end"),
    )
    assert parse(io.BytesIO(log)) == [
        Entry(3 * SECTOR, _block("a", 2)),
        Entry(flush=True),
        Entry(mark="entry 7"),
        Entry(SECTOR, _block("b"), durable=True),
    ]


@pytest.mark.parametrize(
    "log",
    [_log(magic=1), bytes(SECTOR), _log((0, DISCARD, b""))],
    ids=["magic", "empty", "discard"],
)
def test_a_log_that_cannot_be_replayed_is_an_error(log: bytes) -> None:
    with pytest.raises(ValueError, match=r"format|discard"):
        parse(io.BytesIO(log))


def test_what_was_flushed_is_there_and_what_was_not_may_be() -> None:
    entries = [
        Entry(0, _block("a")),
        Entry(flush=True),
        Entry(mark="a"),
        Entry(SECTOR, _block("b")),
    ]
    found = _many(entries)
    assert {_sector(cut, 0) for cut in found if cut.marks} == {"a"}
    assert {_sector(cut, 0) for cut in found if not cut.marks} == {"a", "-"}
    assert {_sector(cut, 1) for cut in found if cut.marks} == {"b", "-"}


def test_a_mark_without_a_flush_promises_what_may_be_gone() -> None:
    found = _many([Entry(mark="a"), Entry(0, _block("a"))])
    assert {_sector(cut, 0) for cut in found if cut.marks} == {"a", "-"}


def test_a_later_unflushed_write_may_be_there_without_an_earlier_one() -> None:
    found = _many([Entry(0, _block("a")), Entry(SECTOR, _block("b"))])
    assert {(_sector(cut, 0), _sector(cut, 1)) for cut in found} == {
        (a, b) for a in "a-" for b in "b-"
    }


def test_a_write_of_many_sectors_tears_between_them() -> None:
    found = _many([Entry(0, _block("a", 3))])
    shapes = {"".join(_sector(cut, number) for number in range(4)) for cut in found}
    assert {"----", "aaa-", "a---", "--a-", "a-a-"} <= shapes


def test_a_write_through_the_cache_is_there_from_its_end_on() -> None:
    found = _many([Entry(0, _block("a"), durable=True), Entry(mark="a"), Entry(flush=True)])
    assert {_sector(cut, 0) for cut in found if cut.marks} == {"a"}


def test_a_sector_written_twice_never_goes_back_behind_a_flush() -> None:
    entries = [Entry(0, _block("a")), Entry(flush=True), Entry(mark="a"), Entry(0, _block("b"))]
    entries += [Entry(flush=True), Entry(mark="b")]
    for cut in _many(entries):
        allowed = {(): "-ab", ("a",): "ab", ("a", "b"): "b"}[cut.marks]
        assert _sector(cut, 0) in allowed
