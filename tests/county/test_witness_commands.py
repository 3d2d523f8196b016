"""`sealcounty witness` at the command line: a new one, its logs, and plain words for mistakes."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from county.cli import main
from county.witness.key import PRIVATE, PUBLIC, WitnessKey
from county.witness.service import Witness
from county.witness.store import FILE, Store
from tests.support.witness import Log
from wire.tlog import note

LOG = Log.of(3)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    assert run("new", tmp_path / "w", "--name", "county.example/witness") == 0
    return tmp_path / "w"


def run(verb: str, state: Path, *arguments: object) -> int:
    return main(["witness", verb, "--state", str(state), *map(str, arguments)])


def test_a_new_witness_has_a_private_key_and_prints_the_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "w"
    assert run("new", state, "--name", "county.example/witness") == 0
    vkey = capsys.readouterr().out.split()[-1]
    assert note.verifier(vkey).alg == note.COSIGNATURE
    assert WitnessKey.load(state).vkey == vkey
    assert (state / PRIVATE).stat().st_mode & 0o777 == 0o600


def test_a_key_is_never_made_twice(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (state / PRIVATE).read_bytes()
    assert run("new", state, "--name", "county.example/other") == 2
    assert (state / PRIVATE).read_bytes() == before
    assert "It exists" in capsys.readouterr().err


def test_logs_are_followed_and_left(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("add-log", state, LOG.vkey) == run("add-log", state, LOG.vkey) == 0
    capsys.readouterr()
    assert run("logs", state) == 0
    assert capsys.readouterr().out.count(LOG.vkey) == 1
    assert run("remove-log", state, LOG.vkey) == 0
    assert run("logs", state) == 0
    assert run("remove-log", state, LOG.vkey) == 2
    told = capsys.readouterr()
    assert f"{LOG.vkey}\n  " not in told.out
    assert "No such key" in told.err


def test_without_forks_the_status_is_0(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("forks", state) == 0
    assert "No forks" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["", "two words", "a+b"])
def test_a_name_that_cannot_be_signed_makes_nothing(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("new", tmp_path, "--name", name) == 2
    assert not (tmp_path / PRIVATE).exists()
    assert "plus" in capsys.readouterr().err


@pytest.mark.parametrize("vkey", ["", "town.example", "town.example/log+00000000+AQ==", "witness"])
def test_only_a_logs_key_can_be_followed(
    vkey: str, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    offered = WitnessKey.load(state).vkey if vkey == "witness" else vkey
    assert run("add-log", state, offered) == 2
    assert "log's" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        (PRIVATE, b"garbage", "Not a private key"),
        (PUBLIC, b"garbage", "public half"),
        (PUBLIC, b"\xff", "public half"),
        (PUBLIC, LOG.vkey.encode(), "public half"),
        (
            FILE,
            b"garbage that is no database, but long enough to be one of some kind",
            "Missing or",
        ),
        (FILE, b"", "not supported"),
        (PRIVATE, None, "Not found"),
        (PUBLIC, None, "public half"),
        (FILE, None, "Missing or broken"),
    ],
)
def test_what_is_missing_or_broken_is_one_sentence(
    file: str, content: bytes | None, words: str, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (state / file).unlink()
    if content is not None:
        (state / file).write_bytes(content)
        (state / file).chmod(0o600)
    assert run("serve", state, "--listen", "127.0.0.1:1") == 2
    told = capsys.readouterr().err
    assert words in told
    assert len(told.strip().splitlines()) == 1


def test_a_key_that_others_can_read_is_not_used(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (state / PRIVATE).chmod(0o640)
    assert run("logs", state) == 2
    assert "chmod 600" in capsys.readouterr().err


def test_a_log_that_ended_is_cosigned_no_more_and_its_last_head_is_written(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, head = Log.of(20), tmp_path / "head"
    assert run("add-log", state, log.vkey) == 0
    assert run("end-log", state, log.vkey, "--head", head) == 2
    assert asked(state, log.asks(0, 8)) == 200
    assert run("end-log", state, log.vkey, "--head", head) == 0
    assert f"root {log.root(8).hex()}" in capsys.readouterr().out
    found = note.parse(head.read_bytes())
    assert found.text == log.text(8)
    assert len(found.signatures) == 2
    assert asked(state, log.asks(8, 9)) == asked(state, log.asks(8, 8)) == 404
    assert run("add-log", state, log.vkey) == 2
    other = replace(log, name="town.example/log-2")
    assert run("add-log", state, other.vkey) == 0
    assert asked(state, other.asks(0, 5)) == 200
    assert run("logs", state) == 0
    assert "ended" in capsys.readouterr().out


def test_a_witness_of_the_version_before_can_end_a_log(state: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(state / FILE)) as file:
        file.executescript("DROP TRIGGER head_stands; DROP TABLE ended; PRAGMA user_version = 1;")
    assert run("add-log", state, LOG.vkey) == 0
    assert asked(state, LOG.asks(0, 3)) == 200
    assert run("end-log", state, LOG.vkey, "--head", tmp_path / "head") == 0
    assert asked(state, LOG.asks(3, 3)) == 404


def asked(state: Path, body: bytes) -> int:
    with closing(Store.open(state)) as store:
        witness = Witness(WitnessKey.load(state), store, lambda: 1_800_000_000)
        return witness.add_checkpoint(body).status
