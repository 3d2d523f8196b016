"""Parts of a log: a range, a village, a stick; a break in the middle. Each verifies as it is."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from inspector.bundle import Bundle
from inspector.cli import main
from inspector.leaf import ENVELOPE, read
from tests.inspector.township_site import TOKEN, Site
from tests.support.machine import Rig
from tests.support.sealed_log import VKEY, SealedLog

Say = dict[str, Any]
Capsys = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    """Stamps before and after leaf 512, each by a list of its own."""
    policy = {"log_key": VKEY, "receipts_max_count": 100_000}
    made = Rig.build(tmp_path_factory.mktemp("machine"), policy=policy)
    made.stamp(made.grant(id=bytes(32)))
    for _ in range(600):
        made.core.heartbeat()
    grant = made.grant(id=bytes([1]) * 32, impressions=2)
    made.stamp(grant)
    for _ in range(200):
        made.core.heartbeat()
    made.stamp(grant)
    return made


@pytest.fixture
def site(rig: Rig, tmp_path: Path) -> Iterator[Site]:
    with Site(SealedLog.of(rig), tmp_path / "published") as made:
        yield made


class Inspector:
    def __init__(self, site: Site, folder: Path, capsys: Capsys) -> None:
        self.folder, self.site, self._capsys = folder, site, capsys
        self.out = folder / "bundle"
        (folder / "policy").write_text(json.dumps(site.log.policy))
        (folder / "token").write_text(TOKEN)

    def pull(self, *more: str, source: Path | None = None, out: Path | None = None) -> Say:
        self.site.asked.clear()
        where = ["--hub", self.site.address, "--public", self.site.address]
        where += ["--token-file", str(self.folder / "token")]
        if source is not None:
            where = ["--from-folder", str(source)]
        policy = ["--policy", str(self.folder / "policy")]
        return self.run("pull", *where, *policy, *more, str(out or self.out))

    def verify(self, *more: str, out: Path | None = None) -> Say:
        return self.run("verify", str(out or self.out), *more)

    def run(self, *arguments: str) -> Say:
        status = main([*arguments, "--json"])
        return {"status": status, **json.loads(self._capsys.readouterr().out)}


@pytest.fixture
def inspector(site: Site, tmp_path: Path, capsys: Capsys) -> Inspector:
    return Inspector(site, tmp_path, capsys)


def stamped(bundle: Path, size: int) -> list[int]:
    """Leaves of the stamps."""
    leaves = Bundle(bundle).leaves(size)
    return [
        n for n, leaf in leaves if leaf[:1] == ENVELOPE and read(n, leaf).entry.kind == "stamped"
    ]


@pytest.fixture
def place(inspector: Inspector, tmp_path: Path) -> int:
    """The leaf of the second stamp."""
    size = inspector.pull(out=tmp_path / "whole")["size"]
    return stamped(tmp_path / "whole", size)[1]


def test_a_range_verifies_with_what_it_rests_on(inspector: Inspector, place: int) -> None:
    assert inspector.pull("--from", str(place - 80))["status"] == 0
    said = inspector.verify()
    assert (said["status"], said["stamps"], said["first"]) == (0, 2, place - 80)
    assert "只核验了第" in said["text"]
    assert not list(inspector.out.glob("tile/entries/001*"))
    assert len(list((inspector.out / "photos").iterdir())) == 4


def test_a_range_that_begins_within_an_opening(inspector: Inspector, place: int) -> None:
    assert inspector.pull("--from", str(place), "--to", str(place + 2))["status"] == 0
    said = inspector.verify()
    assert (said["status"], said["entries"], said["unjudged"]) == (0, 2, 1)


def test_a_lie_within_a_range_is_found(inspector: Inspector, place: int) -> None:
    assert inspector.pull("--from", str(place - 40))["status"] == 0
    next((inspector.out / "photos").iterdir()).write_bytes(b"another picture")
    assert inspector.verify()["code"] == "photo"
    index = place // 256
    path = inspector.out / f"tile/entries/{index:03d}"
    path.write_bytes(path.read_bytes().replace(b"residence", b"resident!"))
    assert inspector.verify()["code"] == "tree"


def test_days_are_widened_to_tiles(inspector: Inspector, place: int) -> None:
    assert inspector.pull("--from", "2026-11-02", "--to", "2026-11-02")["status"] == 0
    assert inspector.verify()["stamps"] >= 1
    for nonsense in ("yesterday", "-1", "2026-13-01", "99999999999999999999"):
        assert inspector.pull(f"--from={nonsense}", out=place_for(inspector))["status"] == 2
    assert inspector.pull("--from", "99999", out=place_for(inspector))["status"] == 2
    assert inspector.pull("--from", "9", "--to", "9", out=place_for(inspector))["status"] == 2


def place_for(inspector: Inspector) -> Path:
    return inspector.folder / "other"


def test_a_folder_does_not_shrink_and_may_become_whole(inspector: Inspector, place: int) -> None:
    assert inspector.pull("--from", str(place))["status"] == 0
    assert inspector.pull("--from", "3")["status"] == 2
    assert inspector.pull()["status"] == 0
    said = inspector.verify()
    assert (said["status"], said["stamps"], said["end"]) == (0, 3, None)


def test_one_village(inspector: Inspector) -> None:
    assert inspector.pull("--village", "sunrise")["status"] == 0
    said = inspector.verify()
    assert (said["status"], said["stamps"], said["village"]) == (0, 3, "sunrise")
    assert inspector.pull("--village", "nowhere", out=place_for(inspector))["status"] == 2


def test_another_villages_entries_are_hashed_and_not_opened(inspector: Inspector) -> None:
    assert inspector.pull("--village", "sunrise")["status"] == 0
    scope = {"village": "sunset", "first": 0, "end": None}
    (inspector.out / "scope.json").write_text(json.dumps(scope))
    for path in [*(inspector.out / "openings").iterdir(), *(inspector.out / "photos").iterdir()]:
        path.unlink()
    said = inspector.verify()
    assert (said["status"], said["entries"], said["stamps"]) == (0, 0, 0)


def test_a_stick_brings_the_same(inspector: Inspector, tmp_path: Path) -> None:
    assert inspector.pull()["status"] == 0
    assert inspector.pull(source=inspector.out, out=tmp_path / "copy")["status"] == 0
    assert inspector.site.asked == []
    said = inspector.verify(out=tmp_path / "copy")
    assert (said["status"], said["stamps"]) == (0, 3)
    assert inspector.pull(source=tmp_path / "empty", out=tmp_path / "third")["status"] == 2
    assert inspector.pull("--hub", "https://a", source=inspector.out)["status"] == 2


def test_what_a_stick_lacks_is_withheld(inspector: Inspector, tmp_path: Path) -> None:
    assert inspector.pull()["status"] == 0
    lost = next((inspector.out / "photos").iterdir())
    data = lost.read_bytes()
    lost.unlink()
    said = inspector.pull(source=inspector.out, out=tmp_path / "copy")
    assert (said["status"], said["withheld"]) == (0, [f"photos/{lost.name}"])
    lost.write_bytes(data)
    assert inspector.pull(source=inspector.out, out=tmp_path / "copy")["missing"] == 0
    assert inspector.verify(out=tmp_path / "copy")["status"] == 0


def test_since_the_last_visit(inspector: Inspector, site: Site) -> None:
    later = site.log.leaves[-3:]
    del site.log.leaves[-3:]
    site.publish()
    assert inspector.pull("--since-last")["status"] == 2
    assert inspector.pull()["status"] == 0
    site.log.leaves += later
    site.publish()
    said = inspector.pull("--since-last")
    assert said["size"] - said["former"] == 3
    assert "比上次多 3 条" in said["text"]
    assert (inspector.out / "earlier").read_bytes().split(b"\n")[1] == str(said["former"]).encode()
    assert inspector.verify()["status"] == 0


@pytest.mark.parametrize("after", [1, 4, 9, 12, 20])
def test_after_a_break_only_the_missing_is_fetched(
    after: int, inspector: Inspector, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(path: str) -> bytes | None:
        if len(site.asked) >= after:
            site.asked.append(path)
            raise ConnectionError
        return answer(path)

    answer = site.answer
    with monkeypatch.context() as cutting:
        cutting.setattr(site, "answer", cut)
        assert inspector.pull()["status"] == 2
    before = set(site.asked[:after])
    assert inspector.pull()["status"] == 0
    again = before & set(site.asked)
    assert not any("/tile/" in path or "/photos/" in path or "/lists/" in path for path in again)
    assert inspector.verify()["status"] == 0


@pytest.mark.parametrize("after", [6, 14])
def test_a_pull_that_was_killed_goes_on(
    after: int, inspector: Inspector, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """kill -9, at that request."""
    running: list[subprocess.Popen[bytes]] = []

    def kill(path: str) -> bytes | None:
        if len(site.asked) == after:
            running[0].kill()
        return answer(path)

    answer = site.answer
    where = ["--hub", site.address, "--public", site.address]
    own = ["--token-file", inspector.folder / "token", "--policy", inspector.folder / "policy"]
    given = map(str, [*where, *own, inspector.out])
    command = [sys.executable, "-m", "inspector.cli", "pull", *given]
    with monkeypatch.context() as killing:
        killing.setattr(site, "answer", kill)
        running.append(subprocess.Popen(command))
        assert running[0].wait() == -signal.SIGKILL
    before = set(site.asked[: after - 1])
    assert inspector.pull()["status"] == 0
    again = before & set(site.asked)
    assert not any("/tile/" in path or "/photos/" in path or "/lists/" in path for path in again)
    assert inspector.verify()["status"] == 0
