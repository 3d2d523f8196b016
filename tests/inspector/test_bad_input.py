"""Whatever is given in place of a bundle: one sentence and status 1 or 2, never a traceback."""

import io
import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inspector.cli import main
from tests.support.machine import Rig
from tests.support.sealed_log import VKEY, SealedLog, signed_head
from wire.tlog import note

Capsys = pytest.CaptureFixture[str]
Bend = Callable[[Path, SealedLog], None]
ELSEWHERE = b"what lies outside the bundle"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> SealedLog:
    rig = Rig.build(tmp_path_factory.mktemp("machine"), policy={"log_key": VKEY})
    rig.stamp(rig.grant())
    return SealedLog.of(rig)


def _one(folder: Path, kind: str) -> Path:
    return sorted((folder / kind).iterdir())[0]


def _policy(folder: Path, **changes: Any) -> None:
    path = folder / "policy.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def _truncated(folder: Path, _: SealedLog) -> None:
    for path in (folder / "tile" / "entries").rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[:-100])


def _foreign_log(folder: Path, _: SealedLog) -> None:
    _policy(folder, log=note.vkey("another.example/log", bytes(range(32))))


def _no_photos(folder: Path, _: SealedLog) -> None:
    for path in (folder / "photos").iterdir():
        path.unlink()


def _wrong_policy(folder: Path, _: SealedLog) -> None:
    _policy(folder, root_sha256="00" * 32)


def _not_utf8(name: str) -> Bend:
    def bend(folder: Path, _: SealedLog) -> None:
        (folder / name).write_bytes("核验".encode("gb18030"))

    return bend


def _huge(name: str) -> Bend:
    """A sparse file: it takes no room here, and would take all of it in memory."""

    def bend(folder: Path, _: SealedLog) -> None:
        with _one(folder, name).open("r+b") as file:
            file.truncate(1 << 40)

    return bend


def _huge_checkpoint(folder: Path, _: SealedLog) -> None:
    with (folder / "checkpoint").open("r+b") as file:
        file.truncate(1 << 40)


def _absurd_size(folder: Path, _: SealedLog) -> None:
    (folder / "checkpoint").write_bytes(signed_head(9_007_199_254_740_991, bytes(32)))


def _link(kind: str) -> Bend:
    """The very file, but somewhere else."""

    def bend(folder: Path, _: SealedLog) -> None:
        path = _one(folder, kind)
        outside = folder.parent / path.name
        path.rename(outside)
        path.symlink_to(outside)

    return bend


def _linked_folder(folder: Path, _: SealedLog) -> None:
    outside = folder.parent / "outside"
    (folder / "openings").rename(outside)
    (folder / "openings").symlink_to(outside)


def _pipe(folder: Path, _: SealedLog) -> None:
    path = _one(folder, "photos")
    path.unlink()
    os.mkfifo(path)


def _folder_for_file(folder: Path, _: SealedLog) -> None:
    path = _one(folder, "openings")
    path.unlink()
    path.mkdir()


def _zip_for_list(folder: Path, _: SealedLog) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("zeros", bytes(20 << 20))
    _one(folder, "lists").write_bytes(packed.getvalue())


def _nonsense_scope(folder: Path, _: SealedLog) -> None:
    (folder / "scope.json").write_text('{"village": 5, "first": -1, "end": []}')


def _deep_scope(folder: Path, _: SealedLog) -> None:
    (folder / "scope.json").write_text("[" * 100_000)


def _broken_earlier(folder: Path, _: SealedLog) -> None:
    (folder / "earlier").write_bytes(b"\xff\xfe")


TABLE: dict[str, tuple[Bend, int, str]] = {
    "a truncated bundle": (_truncated, 1, "tree"),
    "another log's bundle": (_foreign_log, 1, "checkpoint"),
    "no photos": (_no_photos, 1, "photo"),
    "another county's policy": (_wrong_policy, 1, "root"),
    "a policy that is not UTF-8": (_not_utf8("policy.json"), 2, "unusable"),
    "a scope that is not UTF-8": (_not_utf8("scope.json"), 2, "unusable"),
    "a checkpoint that is not UTF-8": (_not_utf8("checkpoint"), 1, "checkpoint"),
    "a root that is not UTF-8": (_not_utf8("roots/1.json"), 1, "root"),
    "an opening of a terabyte": (_huge("openings"), 1, "opening"),
    "a photo of a terabyte": (_huge("photos"), 1, "photo"),
    "a list of a terabyte": (_huge("lists"), 1, "list"),
    "a checkpoint of a terabyte": (_huge_checkpoint, 1, "checkpoint"),
    "a checkpoint of a quadrillion leaves": (_absurd_size, 1, "missing"),
    "a photo that is a link out of the folder": (_link("photos"), 1, "photo"),
    "a list that is a link out of the folder": (_link("lists"), 1, "list"),
    "a folder that is a link out of it": (_linked_folder, 1, "opening"),
    "a photo that is a pipe": (_pipe, 1, "photo"),
    "a folder in a file's place": (_folder_for_file, 1, "opening"),
    "a packed bomb for a list": (_zip_for_list, 1, "list"),
    "a scope of nonsense": (_nonsense_scope, 2, "unusable"),
    "a scope that is nested without end": (_deep_scope, 2, "unusable"),
    "an earlier checkpoint that is none": (_broken_earlier, 2, "unusable"),
}


@pytest.mark.parametrize("name", TABLE)
def test_one_sentence_and_a_status(
    name: str, log: SealedLog, tmp_path: Path, capsys: Capsys
) -> None:
    bend, status, code = TABLE[name]
    folder = replace(log).write(tmp_path / "bundle")
    bend(folder, log)
    assert main(["verify", str(folder), "--json"]) == status
    said = json.loads(capsys.readouterr().out)
    assert said["code"] == code, said
    assert "\n" not in said["text"]
    assert any("一" <= letter <= "鿿" for letter in said["text"])


def test_a_file_in_a_bundles_place(tmp_path: Path, capsys: Capsys) -> None:
    packed = tmp_path / "bundle.zip"
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("checkpoint", b"")
    assert main(["verify", str(packed)]) == 2
    assert "没有这个目录" in capsys.readouterr().err


def test_progress_that_was_spoilt_says_how_to_begin_anew(
    log: SealedLog, tmp_path: Path, capsys: Capsys
) -> None:
    folder, state = log.write(tmp_path / "bundle"), tmp_path / "state"
    own = ["verify", str(folder), "--state", str(state)]
    assert main(own) == 0
    for path in state.rglob("*.sqlite3*"):
        path.write_bytes(os.urandom(10_000))
    assert main(own) == 2
    assert "--again" in capsys.readouterr().err
    assert main([*own, "--again"]) == 0
