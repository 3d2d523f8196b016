"""`sealcounty release` and `sealctl update` as people type them."""

import hashlib
import tarfile
import time
from pathlib import Path

import pytest

from county import cli as county
from county import keys
from sealctl import cli
from sealctl.update import trial
from sealctl.update.programs import Programs
from tests.support import releases as rig
from tests.support.releases import Medium
from tests.support.township import Township
from wire.lists.offer import NAME
from wire.lists.tufapi import CryptoSigner


@pytest.fixture
def town(tmp_path: Path) -> Township:
    """In force now, as the commands read the clock."""
    return Township.build(now_ms=time.time_ns() // 1_000_000)


@pytest.fixture
def medium(tmp_path: Path, town: Township) -> Medium:
    (tmp_path / "medium").mkdir()
    return Medium(tmp_path / "medium", town)


@pytest.fixture
def programs(tmp_path: Path, town: Township) -> Programs:
    root = town.roots[0]
    (tmp_path / "root.json").write_bytes(root)
    (tmp_path / "machine.toml").write_text(
        f'device = "sunrise-1"\n[county]\nroot = "root.json"\nroot_sha256 = '
        f'"{hashlib.sha256(root).hexdigest()}"\n[panel]\nhost = "127.0.0.1"\nport = 8703\n'
        '[hardware.press]\ndriver = "sim"\n[hardware.camera]\ndriver = "sim"\n'
    )
    return rig.installed(tmp_path / "opt")


def update(programs: Programs, *words: str) -> int:
    config = programs.folder.parent / "machine.toml"
    options = ["--config", str(config), "update", "--programs", str(programs.folder)]
    return cli.main([*options, *words])


def key(folder: Path, signer: CryptoSigner, name: str) -> str:
    path = folder / name
    path.write_bytes(signer.private_bytes)
    path.chmod(0o600)
    return str(path)


def test_two_officers_sign_what_a_machine_then_takes(
    tmp_path: Path, town: Township, programs: Programs, capsys: pytest.CaptureFixture[str]
) -> None:
    made = rig.archive(tmp_path, "0.2.0")
    (tmp_path / "package.cbor").write_bytes(town.package)
    folder = str(tmp_path / "release")
    new = ["release", "new", folder, "--archive", str(made)]
    assert county.main([*new, "--authority", str(tmp_path / "package.cbor")]) == 0
    assert hashlib.sha256(made.read_bytes()).hexdigest() in capsys.readouterr().out
    for number, left in ((0, "还缺 1 个签名"), (2, "签名已齐")):
        assert update(programs, "stage", folder) == 1
        assert "[release_invalid]" in capsys.readouterr().err
        officer = key(tmp_path, town.keys.officers[number], f"{number}.pem")
        assert county.main(["release", "sign", folder, "--key", officer]) == 0
        assert left in capsys.readouterr().out
    assert update(programs, "check", folder) == 0
    assert update(programs, "stage", folder) == 0
    assert update(programs, "status") == 0
    assert "等待启用 staged: 0.2.0" in capsys.readouterr().out


def test_who_signs_without_being_an_officer_is_told(
    tmp_path: Path, medium: Medium, capsys: pytest.CaptureFixture[str]
) -> None:
    medium.release("0.2.0")
    keys.create(tmp_path / "own.pem")
    own = str(tmp_path / "own.pem")
    assert county.main(["release", "sign", str(medium.folder), "--key", own]) == 2
    assert "officer" in capsys.readouterr().err


@pytest.mark.parametrize("data", [b"", b"no archive", b"\xfd7zXZ\0garbage"])
def test_what_is_no_archive_is_not_offered(
    tmp_path: Path, town: Township, data: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.tar.xz").write_bytes(data)
    (tmp_path / "package.cbor").write_bytes(town.package)
    new = ["release", "new", str(tmp_path / "out"), "--archive", str(tmp_path / "bad.tar.xz")]
    assert county.main([*new, "--authority", str(tmp_path / "package.cbor")]) == 2
    assert "。" in capsys.readouterr().err


def test_an_archive_under_another_name_or_without_its_facts_is_not_offered(
    tmp_path: Path, town: Township, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "package.cbor").write_bytes(town.package)
    other = rig.archive(tmp_path, "0.2.0").rename(tmp_path / "sealctl.tar.xz")
    with tarfile.open(tmp_path / "empty.tar.xz", "w:xz"):
        pass
    for path in (other, tmp_path / "empty.tar.xz"):
        new = ["release", "new", str(tmp_path / "out"), "--archive", str(path)]
        assert county.main([*new, "--authority", str(tmp_path / "package.cbor")]) == 2
        assert "。" in capsys.readouterr().err


@pytest.mark.parametrize("step", ["activate", "back"])
def test_without_anything_to_try_it_says_so(
    programs: Programs, step: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert update(programs, step) == 1
    assert "[release_none]" in capsys.readouterr().err


def test_where_no_programs_are_it_says_so(
    programs: Programs, medium: Medium, capsys: pytest.CaptureFixture[str]
) -> None:
    medium.release("0.2.0")
    (programs.folder / "venv").unlink()
    for words in (("status",), ("check", str(medium.folder)), ("stage", str(medium.folder))):
        assert update(programs, *words) == 1
        assert "[release_none]" in capsys.readouterr().err


def test_the_timer_takes_in_what_came_and_a_bad_one_is_only_told(
    programs: Programs, medium: Medium, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without systemd nothing can be tried here: the trial's unit does not begin."""
    spool = programs.folder.parent / "releases"
    spool.mkdir()
    assert update(programs, "auto") == 0
    (spool / NAME).write_bytes(b"garbage")
    assert update(programs, "auto") == 0
    assert "release_invalid" in capsys.readouterr().out
    assert programs.running == "venv-0.1.0"


def test_a_trial_that_does_not_begin_is_told_and_leaves_no_order(
    programs: Programs,
    medium: Medium,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    medium.release("0.2.0")
    assert update(programs, "stage", str(medium.folder)) == 0
    monkeypatch.setattr("sealctl.commands.update_steps._by_systemd", lambda: None)
    assert update(programs, "activate") == 1
    assert "[release_failed]" in capsys.readouterr().err
    assert not (programs.update / "next").exists()
    assert programs.running == "venv-0.1.0"


def test_while_a_trial_goes_on_nothing_else_begins(
    programs: Programs, medium: Medium, capsys: pytest.CaptureFixture[str]
) -> None:
    medium.release("0.2.0")
    assert update(programs, "stage", str(medium.folder)) == 0
    trial.write(programs.update / "trial", b"{}")
    for words in (("stage", str(medium.folder)), ("activate",), ("back",)):
        assert update(programs, *words) == 1
        assert "[busy]" in capsys.readouterr().err
