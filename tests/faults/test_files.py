"""Files beside the database: photos, approved pages, the host's counters. A name stands for a whole
file or for none, at whatever moment the power goes.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hardware.tally import Tally
from sealctl.camerad import store
from sealctl.lockd.pages import Pages
from tests.support.township import Township

DATA = b"\xff\xd8\xff" + bytes(9_000)


class Disk:
    """What a power cut would leave of files that are replaced: names, and what was synced of each.

    `cuts` are those images, one for each sync and each rename.
    """

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.cuts: list[dict[str, bytes]] = []
        self._synced: dict[str, bytes] = {}
        self._named: dict[str, str] = {}
        self._fsync, self._replace = os.fsync, os.replace
        patch.setattr(os, "fsync", self.fsync)
        patch.setattr(os, "replace", self.replace)

    def fsync(self, handle: int) -> None:
        path = _path(handle)
        self._fsync(handle)
        if path.is_file():
            self._synced[path.name] = path.read_bytes()
        self._cut()

    def replace(self, source: Any, target: Any, **given: Any) -> None:
        self._replace(source, target, **given)
        self._named[Path(target).name] = Path(source).name
        self._cut()

    def _cut(self) -> None:
        """A name that was given may be there already, its content only if it was synced."""
        self.cuts.append({name: self._synced.get(was, b"") for name, was in self._named.items()})


def _path(handle: int) -> Path:
    return Path(f"/proc/self/fd/{handle}").readlink()


def _careless(folder: Path) -> None:
    """Names a file that no sync has covered."""
    (folder / "new").write_bytes(DATA)
    (folder / "new").replace(folder / "file")


def _photo(folder: Path) -> dict[str, bytes]:
    digest = store.keep(folder, DATA)
    return {f"{digest.hex()}.jpg": DATA}


def _page(folder: Path) -> dict[str, bytes]:
    made = Township.build()
    digest = hashlib.sha256(DATA).digest()
    lists = made.lists([made.grant(made.application(pages=(digest,)))])
    Pages(folder).keep(lists, DATA)
    return {digest.hex(): DATA}


def _counters(folder: Path) -> dict[str, bytes]:
    tally = Tally.create(folder / "tally")
    tally.add(unlatches=1)
    return {"tally": (folder / "tally").read_bytes()}


@pytest.mark.parametrize("keep", [_photo, _page, _counters])
def test_a_name_stands_for_a_whole_file_or_for_none(
    keep: Callable[[Path], dict[str, bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        disk = Disk(patch)
        expected = keep(tmp_path)
    assert disk.cuts[-1] == expected
    assert all(content != b"" for cut in disk.cuts for content in cut.values())


def test_a_file_that_is_named_before_it_is_synced_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        disk = Disk(patch)
        _careless(tmp_path)
    assert disk.cuts == [{"file": b""}]


def test_a_photo_and_a_count_are_there_when_anybody_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their folder is synced, too; a page may be fetched again."""
    for number, keep in enumerate((_photo, _counters)):
        folder = tmp_path / str(number)
        folder.mkdir()
        synced: list[Path] = []
        fsync = os.fsync

        def noted(handle: int) -> None:
            synced.append(_path(handle))  # noqa: B023
            fsync(handle)  # noqa: B023

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", noted)
            keep(folder)
        assert synced[-1] == folder
