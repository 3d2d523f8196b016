"""The counters survive a power cut at any moment, and never start again from zero by themselves."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.ports import HardwareError
from hardware.tally import Counts, Tally, line, parse

COUNTS = st.builds(Counts, st.integers(0, 10**18 - 1), st.integers(0, 10**18 - 1))


class PowerCut(BaseException):
    """Nothing after it happens."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    Tally.create(tmp_path / "tally")
    return tmp_path / "tally"


class Disk:
    """Notes each step that makes something durable; `before` is called with its number."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, before: Callable[[int], None]) -> None:
        self.steps: list[str] = []
        fsync, replace = os.fsync, Path.replace

        def noted_fsync(handle: int) -> None:
            before(len(self.steps))
            folder = os.path.isdir(f"/proc/self/fd/{handle}")  # noqa: PTH112
            self.steps.append("fsync folder" if folder else "fsync file")
            fsync(handle)

        def noted_replace(source: Path, target: Path) -> Path:
            before(len(self.steps))
            self.steps.append("rename")
            return replace(source, target)

        monkeypatch.setattr("hardware.tally.os.fsync", noted_fsync)
        monkeypatch.setattr("hardware.tally.Path.replace", noted_replace)


@given(COUNTS)
def test_what_is_written_is_read(counts: Counts) -> None:
    assert parse(line(counts)) == counts


@given(COUNTS, st.data())
def test_one_changed_bit_or_a_torn_line_is_an_error(counts: Counts, data: st.DataObject) -> None:
    content = bytearray(line(counts))
    bit = data.draw(st.integers(0, len(content) * 8 - 1))
    torn = bytes(content[: data.draw(st.integers(0, len(content) - 1))])
    content[bit // 8] ^= 1 << bit % 8
    for damaged in (bytes(content), torn, torn.ljust(len(content), b"\0")):
        with pytest.raises(ValueError, match="damaged"):
            parse(damaged)


@given(st.binary(max_size=200))
def test_bytes_that_are_no_line_are_an_error(content: bytes) -> None:
    with pytest.raises(ValueError, match="damaged"):
        parse(content)


def test_counts_add_up_and_outlive_the_process(path: Path) -> None:
    tally = Tally(path)
    tally.add(unlatches=1)
    tally.add(presses=2)
    tally.add(unlatches=1)
    assert tally.counts == Tally(path).counts == Counts(2, 2)


@pytest.mark.parametrize("content", [None, b"", b"tally 1 0 0\n", line(Counts(3, 3))[:-1]])
def test_a_missing_or_damaged_file_is_an_error_and_never_zero(
    path: Path, content: bytes | None
) -> None:
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    with pytest.raises(HardwareError, match="counters"):
        Tally(path)
    assert path.exists() is (content is not None)


def test_a_tally_is_made_once(path: Path) -> None:
    Tally(path).add(unlatches=1)
    with pytest.raises(HardwareError, match="exist"):
        Tally.create(path)
    assert Tally(path).counts == Counts(1, 0)


def test_content_is_durable_before_the_name_and_the_name_before_the_answer(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(monkeypatch, lambda _step: None)
    Tally(path).add(unlatches=1)
    assert disk.steps == ["fsync file", "rename", "fsync folder"]


@pytest.mark.parametrize("cut_at", [0, 1, 2])
def test_a_power_cut_leaves_the_old_line_or_the_new_one(
    path: Path, monkeypatch: pytest.MonkeyPatch, cut_at: int
) -> None:
    """At the last step the disk may or may not hold the new name: both are tried."""
    Tally(path).add(unlatches=4, presses=3)
    old, new = path.read_bytes(), line(Counts(5, 3))

    def cut(step: int) -> None:
        if step == cut_at:
            raise PowerCut

    with monkeypatch.context() as patch:
        Disk(patch, cut)
        with pytest.raises(PowerCut):
            Tally(path).add(unlatches=1)
    assert path.read_bytes() == (new if cut_at == 2 else old)
    for kept in (old, path.read_bytes()):
        for torn in range(len(new) + 1):
            path.write_bytes(kept)
            path.with_name("tally.new").write_bytes(new[:torn])
            assert Tally(path).counts == parse(kept)
    Tally(path).add(presses=1)
    assert Tally(path).counts.presses == 4


@pytest.mark.parametrize("fails_at", [0, 1, 2])
def test_a_full_disk_is_an_error_and_the_next_write_counts_from_where_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    tally = Tally(path)

    def full(step: int) -> None:
        if step == fails_at:
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        Disk(patch, full)
        with pytest.raises(HardwareError, match="No space"):
            tally.add(unlatches=1)
    assert tally.counts == Counts(0, 0)
    tally.add(unlatches=1)
    assert tally.counts == Tally(path).counts == Counts(1, 0)
