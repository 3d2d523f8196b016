"""The stick: whatever lies on it, and whenever it is pulled out."""

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from stick import files
from stick.files import Source, StickError
from tests.support.contents import DEVICE
from wire import carried
from wire.carried import Item, Manifest
from wire.errors import WireError

ONE, TWO, THREE = b"first", b"second" * 100, b"third" * 1000


def source(data: bytes, kind: str = "photo") -> Source:
    return Source(Item(kind, len(data), hashlib.sha256(data).digest()), lambda: data)


def put(stick: Path, *contents: bytes) -> int:
    sources = [source(one) for one in contents]
    return files.put(stick, DEVICE, "up", sources, made_ms=7).new_bytes


def got(stick: Path) -> list[bytes | None]:
    with files.opened(stick, DEVICE, "up") as found:
        assert found.manifest is not None, found.why
        return [found.data(item) for item in found.manifest.items]


def why(stick: Path) -> str:
    with files.opened(stick, DEVICE, "up") as found:
        assert found.manifest is None
        assert found.why is not None
        return found.why[1]


def up(stick: Path) -> Path:
    return stick / "sealctl" / DEVICE / "up"


def named(stick: Path, data: bytes) -> Path:
    return up(stick) / hashlib.sha256(data).hexdigest()


def test_what_was_put_is_found_in_its_order(tmp_path: Path) -> None:
    assert put(tmp_path, ONE, TWO) == len(ONE + TWO)
    assert got(tmp_path) == [ONE, TWO]
    assert files.devices(tmp_path) == [DEVICE]
    with files.opened(tmp_path, DEVICE, "down") as found:
        assert (found.manifest, found.why) == (None, None)


def test_putting_again_writes_only_what_is_new_and_drops_what_is_over(tmp_path: Path) -> None:
    put(tmp_path, ONE, TWO)
    before = named(tmp_path, TWO).stat()
    assert put(tmp_path, TWO, THREE) == len(THREE)
    assert got(tmp_path) == [TWO, THREE]
    assert named(tmp_path, TWO).stat().st_ino == before.st_ino
    assert not named(tmp_path, ONE).exists()


def test_other_files_on_the_stick_are_left_alone(tmp_path: Path) -> None:
    put(tmp_path, ONE)
    others = [
        tmp_path / "holiday.jpg",
        tmp_path / "sealctl" / "notes.txt",
        up(tmp_path) / "notes.txt",
        up(tmp_path) / f"{'0' * 64}.jpg",
    ]
    for other in others:
        other.write_bytes(b"mine")
    put(tmp_path, TWO)
    assert [other.read_bytes() for other in others] == [b"mine"] * 4


class PulledOutError(Exception):
    """No more current."""


@pytest.mark.parametrize("call", ["rename", "fsync", "unlink", "mkdir"])
@pytest.mark.parametrize("first", [(), (ONE, TWO)])
def test_a_stick_pulled_out_at_any_moment_has_all_of_before_or_all_of_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, first: Sequence[bytes]
) -> None:
    for moment in range(30):
        stick = tmp_path / str(moment)
        stick.mkdir()
        if first:
            put(stick, *first)
        with monkeypatch.context() as patch:
            patch.setattr(os, call, _until(getattr(os, call), moment))
            try:
                put(stick, TWO, THREE)
                ended = True
            except PulledOutError:
                ended = False
        with files.opened(stick, DEVICE, "up") as found:
            manifest = found.manifest
            held = None if manifest is None else [found.data(one) for one in manifest.items]
        assert held in ([TWO, THREE], list(first) or None)
        put(stick, TWO, THREE)
        assert got(stick) == [TWO, THREE]
        assert not list(up(stick).glob(".*"))
        if ended:
            return
    raise AssertionError("it never came to an end")


def _until(call: Callable[..., object], moment: int) -> Callable[..., object]:
    left = iter(range(moment))

    def limited(*arguments: object, **named: object) -> object:
        if next(left, None) is None:
            raise PulledOutError
        return call(*arguments, **named)

    return limited


def test_files_without_a_manifest_are_a_stick_half_written(tmp_path: Path) -> None:
    put(tmp_path, ONE)
    (up(tmp_path) / carried.MANIFEST).unlink()
    assert "half written" in why(tmp_path)


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        (b"", "cannot be read"),
        (b"\xff" * 40, "cannot be read"),
        (carried.encode_manifest(Manifest("sunset-1", "up", 0, ())), "another machine"),
        (carried.encode_manifest(Manifest(DEVICE, "down", 0, ())), "another machine"),
    ],
)
def test_a_manifest_that_is_none_is_said_to_be(tmp_path: Path, manifest: bytes, said: str) -> None:
    put(tmp_path)
    (up(tmp_path) / carried.MANIFEST).write_bytes(manifest)
    assert said in why(tmp_path)


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b"other"),
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(path.read_bytes() + b"x"),
        lambda path: os.truncate(path, 10 << 30),
        lambda path: path.unlink() or path.symlink_to("/etc/passwd"),
        lambda path: path.unlink() or path.mkdir(),
        _pipe,
    ],
    ids=["gone", "changed", "cut", "longer", "huge", "link", "folder", "pipe"],
)
def test_a_file_that_is_not_what_it_was_is_none_and_the_others_are_there(
    tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    put(tmp_path, ONE, TWO)
    spoil(named(tmp_path, ONE))
    assert got(tmp_path) == [None, TWO]


@pytest.mark.parametrize("below", [(), (DEVICE,), (DEVICE, "up")])
def test_no_link_in_the_place_of_a_folder_is_followed(
    tmp_path: Path, below: tuple[str, ...]
) -> None:
    stick, elsewhere = tmp_path / "stick", tmp_path / "elsewhere"
    elsewhere.mkdir()
    put(elsewhere, ONE)
    place = stick.joinpath("sealctl", *below)
    place.parent.mkdir(parents=True)
    place.symlink_to(elsewhere.joinpath("sealctl", *below))
    before = sorted(elsewhere.rglob("*"))
    with pytest.raises(StickError):
        put(stick, TWO)
    assert sorted(elsewhere.rglob("*")) == before
    with pytest.raises(StickError), files.opened(stick, DEVICE, "up"):
        pass


def test_a_link_in_the_place_of_a_new_file_is_replaced_and_its_target_left(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_bytes(b"precious")
    put(tmp_path)
    named(tmp_path, ONE).symlink_to(target)
    (up(tmp_path) / f".{carried.MANIFEST}.part").symlink_to(target)
    put(tmp_path, ONE)
    assert got(tmp_path) == [ONE]
    assert target.read_bytes() == b"precious"


def test_a_full_stick_is_told_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, ONE)
    found = os.statvfs(tmp_path)
    tight = os.statvfs_result((*found[:4], (files.SPARE_BYTES + 10) // found.f_frsize, *found[5:]))
    monkeypatch.setattr(os, "fstatvfs", lambda _: tight)
    with pytest.raises(StickError, match=r"太|不够.*too full: 1\.\d MiB needed"):
        put(tmp_path, TWO * 100)
    assert got(tmp_path) == [ONE]


def test_of_what_may_wait_as_much_is_put_as_there_is_room_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, ONE)
    found = os.statvfs(tmp_path)
    pages = 1 + (files.SPARE_BYTES + len(TWO)) // found.f_frsize
    tight = os.statvfs_result((*found[:4], pages, *found[5:]))
    monkeypatch.setattr(os, "fstatvfs", lambda _: tight)
    large = b"large" * 10_000
    more = [source(one) for one in (ONE, large, THREE[:3])]
    done = files.put(tmp_path, DEVICE, "up", [source(TWO)], more=more, made_ms=7)
    assert (done.new_bytes, done.left_out) == (len(TWO) + 3, 1)
    assert got(tmp_path) == [TWO, ONE, THREE[:3]]


def test_a_folder_that_is_no_stick_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StickError, match="cannot be used"):
        put(tmp_path / "nowhere", ONE)
    (tmp_path / "file").write_bytes(b"")
    with (
        pytest.raises(StickError, match="cannot be used"),
        files.opened(tmp_path / "file", DEVICE, "up"),
    ):
        pass


def test_names_that_lead_elsewhere_are_no_machines(tmp_path: Path) -> None:
    for name in (DEVICE, "UPPER", "a", ".hidden", "..evil", "x" * 40):
        (tmp_path / "sealctl" / name).mkdir(parents=True)
    (tmp_path / "sealctl" / "linked-1").symlink_to("/")
    assert files.devices(tmp_path) == [DEVICE]
    assert files.devices(tmp_path / "sealctl") == []


@pytest.mark.parametrize(
    "items",
    [
        [Item("photo", (16 << 20) + 1, bytes(32))],
        [Item("list", 1, bytes(32))],  # the hub's, not the machine's
        [Item("photo", 1, bytes(32)), Item("entries", 1, bytes(32))],
    ],
)
def test_a_manifest_names_nothing_too_large_out_of_place_or_twice(items: list[Item]) -> None:
    with pytest.raises(WireError, match="carried"):
        carried.encode_manifest(Manifest(DEVICE, "up", 0, tuple(items)))
