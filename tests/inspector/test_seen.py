"""Every head that a machine says it saw is one that this log had: no two logs, no going back."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.inspector.test_parts import scoped
from tests.inspector.test_verify import verdict
from tests.support.machine import Rig
from tests.support.sealed_log import KEY, VKEY, SealedLog
from tests.support.seen import Head, head, named, see
from wire.tlog import note, tiles, tree

Capsys = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    made = Rig.build(tmp_path_factory.mktemp("machine"), policy={"log_key": VKEY})
    made.stamp(made.grant())
    return made


@pytest.fixture
def log(rig: Rig) -> SealedLog:
    """Room before the machine's entries, so that heads lie in more than one tile."""
    made = SealedLog.of(rig)
    made.leaves = [*made.leaves[:1] * 300, *made.leaves[1:]]
    return made


def foreign(leaves: list[bytes]) -> bytes:
    """The head of a log that lacks the first leaf."""
    return named(leaves[1:])


def of_itself(leaves: list[bytes]) -> bytes:
    """A head that is not there yet when the entry is made."""
    return named([*leaves, leaves[-1]])


def nothing(leaves: list[bytes]) -> None:
    return None


HONEST: dict[str, Mapping[int, Head]] = {
    "the newest each time": {2: head(256), 3: head(302), 4: head(303)},
    "one of long ago": {2: head(1)},
    "the head of all before it": {2: named},
}
LIES: dict[str, Mapping[int, Head]] = {
    "a head of another log": {2: head(256), 4: foreign},
    "a head of another log at first": {2: foreign},
    "an older head than before": {2: head(301), 4: head(300)},
    "an older head than before, tiles ago": {2: head(301), 4: head(3)},
    "a head that came later": {2: of_itself},
    "a head of a log of another name": {2: head(256, "other.example/log")},
    "none, after it had one": {2: head(256), 4: nothing},
}


@pytest.mark.parametrize("name", HONEST)
def test_heads_that_the_log_had(
    name: str, log: SealedLog, rig: Rig, tmp_path: Path, capsys: Capsys
) -> None:
    said = verdict(see(log, rig, HONEST[name]).write(tmp_path), capsys)
    assert said["status"] == 0, said


@pytest.mark.parametrize("name", LIES)
def test_a_split_view(name: str, log: SealedLog, rig: Rig, tmp_path: Path, capsys: Capsys) -> None:
    said = verdict(see(log, rig, LIES[name]).write(tmp_path), capsys)
    assert (said["status"], said.get("code")) == (1, "split"), said


def test_a_log_that_went_on_under_another_name(
    log: SealedLog, rig: Rig, tmp_path: Path, capsys: Capsys
) -> None:
    """The very head that the machine had, now under the new name, is no older one."""
    former = note.vkey("old.example/log", KEY.public_key().public_bytes_raw())
    heads = {2: head(256, "old.example/log"), 4: head(256), 5: head(303)}
    see(log, rig, heads).policy["former_logs"] = [former]
    assert verdict(log.write(tmp_path), capsys)["status"] == 0


def test_a_verification_that_goes_on_knows_what_was_seen(
    log: SealedLog, rig: Rig, tmp_path: Path, capsys: Capsys
) -> None:
    see(log, rig, {2: head(301), 5: head(300)})
    short = replace(log, leaves=log.leaves[:303])
    assert verdict(short.write(tmp_path), capsys)["status"] == 0
    shutil.rmtree(tmp_path / "tile")
    said = verdict(log.write(tmp_path), capsys)
    assert (said["status"], said.get("code")) == (1, "split"), said


def test_heads_before_a_range_are_not_judged(
    log: SealedLog, rig: Rig, tmp_path: Path, capsys: Capsys
) -> None:
    """Whether one is a lie cannot be seen without the tiles that the range lacks; in it, it can."""
    see(log, rig, {2: head(3), 4: head(256), 5: head(302)})
    bundle = scoped(log, tmp_path / "b", first=301)
    drop_first_tile(bundle)
    said = verdict(bundle, capsys)
    assert (said["status"], said["unjudged"]) == (0, 2), said
    see(log, rig, {2: head(300), 4: foreign})
    bundle = scoped(log, tmp_path / "bent", first=301)
    drop_first_tile(bundle)
    assert verdict(bundle, capsys)["code"] == "split"


def test_a_hash_tile_beside_a_range_is_not_believed(
    log: SealedLog, rig: Rig, tmp_path: Path, capsys: Capsys
) -> None:
    """A tile of the log that the machine saw, put where the range has no leaves."""
    other = [log.leaves[-1], *log.leaves[1:256]]
    see(log, rig, {2: lambda _: named(other)})
    bundle = scoped(log, tmp_path, first=301)
    drop_first_tile(bundle)
    lie = b"".join(map(tree.leaf_hash, other))
    (bundle / tiles.hash_path(0, 0, 256)).write_bytes(lie)
    assert verdict(bundle, capsys)["code"] == "tree"


def drop_first_tile(bundle: Path) -> None:
    for path in (tiles.entries_path(0, 256), tiles.hash_path(0, 0, 256)):
        (bundle / path).unlink()


def test_a_bundle_of_one_village_has_every_head(
    log: SealedLog, rig: Rig, tmp_path: Path, capsys: Capsys
) -> None:
    see(log, rig, {2: head(256), 4: head(302)})
    assert verdict(scoped(log, tmp_path / "b", village="sunrise"), capsys)["status"] == 0
    see(log, rig, {2: head(256), 4: foreign})
    bent = scoped(log, tmp_path / "bent", village="sunrise")
    assert verdict(bent, capsys)["code"] == "split"
