"""The folder of the public site: what changed is written, what is gone goes, nothing else moves."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from hub.site.files import File, Kept
from hub.site.folder import Folder, Lying, Outcome


@pytest.fixture
def site(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "site", tmp_path / "beside")


def test_only_what_changed_is_written(site: Folder, tmp_path: Path) -> None:
    files = [File("v/a/index.html", b"1"), File("v/a/2026/10.html", b"2")]
    assert site.put("a", files) == Outcome(written=2, removed=0, total=2)
    before = (tmp_path / "site/v/a/index.html").stat()
    files[1] = File("v/a/2026/10.html", b"3")
    assert site.put("a", files) == Outcome(written=1, removed=0, total=2)
    after = (tmp_path / "site/v/a/index.html").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert (tmp_path / "site/v/a/2026/10.html").read_bytes() == b"3"


def test_what_is_offered_no_more_goes_and_other_owners_stay(site: Folder, tmp_path: Path) -> None:
    site.put("b", [File("v/b/index.html", b"b")])
    site.put("a", [File("v/a/2026/10.html", b"1"), File("v/a/index.html", b"a")])
    assert site.put("a", [File("v/a/index.html", b"a")]) == Outcome(0, 1, 1)
    assert not (tmp_path / "site/v/a/2026").exists()
    assert site.put("a", []) == Outcome(0, 1, 0)
    assert sorted(p.name for p in (tmp_path / "site/v").iterdir()) == ["b"]


def test_a_path_offered_twice_is_refused_and_what_was_there_stays(
    site: Folder, tmp_path: Path
) -> None:
    site.put("a", [File("v/a/index.html", b"1")])
    with pytest.raises(ValueError, match="offered twice"):
        site.put("a", [File("v/a/index.html", b"2"), File("v/a/index.html", b"3")])
    assert site.known("a").keys() == {"v/a/index.html"}


def test_what_was_torn_or_changed_by_hand_is_found_and_mended(site: Folder, tmp_path: Path) -> None:
    files = [File("v/a/index.html", b"whole"), File("v/a/x.html", b"x")]
    site.put("a", files)
    (tmp_path / "site/v/a/index.html").write_bytes(b"wh")
    (tmp_path / "site/v/a/x.html").unlink()
    assert site.torn("a") == ["v/a/index.html", "v/a/x.html"]
    assert site.put("a", files) == Outcome(written=0, removed=0, total=2)
    assert site.put("a", files, afresh=True) == Outcome(written=2, removed=0, total=2)
    assert site.torn("a") == []
    assert site.put("a", files, afresh=True) == Outcome(written=0, removed=0, total=2)


def test_after_a_cut_in_the_midst_the_next_time_mends_it_all(site: Folder, tmp_path: Path) -> None:
    old = [File("v/a/1.html", b"1"), File("v/a/2.html", b"1")]
    site.put("a", old)

    def cut() -> Iterator[File]:
        yield File("v/a/1.html", b"2")
        raise OSError("no power")

    with pytest.raises(OSError, match="no power"):
        site.put("a", cut())
    assert site.put("a", old) == Outcome(written=1, removed=0, total=2)
    assert (tmp_path / "site/v/a/1.html").read_bytes() == b"1"
    assert site.put("a", old) == Outcome(written=0, removed=0, total=2)


def test_what_is_kept_stays_and_has_to_be_there(site: Folder, tmp_path: Path) -> None:
    site.put("a", [File("s/1/proof.txt", b"proof")])
    assert site.put("a", [Kept("s/1/proof.txt"), File("v/a/x.html", b"x")]) == Outcome(1, 0, 2)
    assert (tmp_path / "site/s/1/proof.txt").read_bytes() == b"proof"
    with pytest.raises(ValueError, match="never written"):
        site.put("a", [Kept("s/2/proof.txt")])


def test_what_closes_the_folder_knows_all_the_rest(site: Folder) -> None:
    def listing(now: Mapping[str, Lying]) -> Iterator[File]:
        yield File(
            "v/a/list.txt", " ".join(f"{path}:{one.size}" for path, one in now.items()).encode()
        )

    site.put("a", [File("v/a/1.txt", b"1", lasting=True)])
    site.put("a", [Kept("v/a/1.txt"), File("v/a/2.txt", b"22")], listing)
    assert site.lasting("a") == {"v/a/1.txt"}
    assert site.known("a")["v/a/list.txt"].size == len("v/a/1.txt:1 v/a/2.txt:2")
    assert (site.owners(), site.torn("a")) == (["a"], [])
