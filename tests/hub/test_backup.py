"""The disk of a hub is lost: what comes back from a backup, and what it may never do."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest

from hub.clock import now_ms
from hub.operate import manifest
from hub.operate.kept import kept
from hub.operate.restore import restore
from tests.hub.journal_rig import COUNTERS, Written
from tests.support.broker import until
from tests.support.hub import Hub, Machine
from tests.support.postgresql import cluster
from tests.support.witness import WitnessProcess
from wire.tlog import cosignature, note, proof_file

pytestmark = [pytest.mark.drill, pytest.mark.processes, pytest.mark.xdist_group("backup")]
PHOTO = b"\xff\xd8\xff" + b"a photo"
PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[WitnessProcess]:
    made = WitnessProcess.build(tmp_path)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def hub(tmp_path: Path, witness: WitnessProcess) -> Iterator[Hub]:
    yield from _hub(tmp_path, witness=witness)


@pytest.fixture
def unwitnessed(tmp_path: Path) -> Iterator[Hub]:
    yield from _hub(tmp_path)


def _hub(folder: Path, **options: Any) -> Iterator[Hub]:
    made = Hub.build(folder, now_ms(), **options)
    try:
        yield made
    finally:
        made.close()


def _beat(hub: Hub, machine: Machine, count: int = 1) -> list[Written]:
    written = [hub.journal.write("heartbeat", **COUNTERS) for _ in range(count)]
    machine.send(*written)
    machine.receipted(written)
    return written


def _stamp(hub: Hub, machine: Machine) -> None:
    hub.journal.stamp(b"g" * 32)
    machine.send(*hub.journal.written)
    machine.receipted(hub.journal.written)


def _counted(hub: Hub, witness: WitnessProcess, machine: Machine, one: Written) -> None:
    def counts() -> bool:
        receipt = machine.receipts[one.entry.seq]
        signed = note.parse(proof_file.decode(receipt).checkpoint)
        return bool(cosignature.count(signed, [note.verifier(witness.vkey)]))

    machine.until(counts, "the county has seen it")


def _seals(hub: Hub) -> tuple[str, str]:
    file = hub.state.parent / "passphrase"
    file.write_text(PASSPHRASE)
    file.chmod(0o600)
    return "--keys", str(file)


def _backup(hub: Hub) -> Path:
    said = hub.run("backup", str(hub.state.parent / "backups"), *_seals(hub))
    assert "on the hub's own disk" in said
    return Path(said.split(": ")[0])


def _put_photo(hub: Hub) -> Path:
    """As `sealhub blobs` keeps it."""
    put = f"from hub.blobs.store import put; put({PHOTO!r}, 'photo', 'd')"
    code = f"import django; django.setup(); {put}"
    env = {**hub.environment, "DJANGO_SETTINGS_MODULE": "hub.settings"}
    subprocess.run([sys.executable, "-c", code], env=env, check=True)
    return next((hub.state / "blobs").glob("*/*"))


def _lose(hub: Hub, *, second: bool) -> None:
    """The disk is gone; the second store lay on another one, or on the same."""
    for name in list(hub.processes):
        hub.stop(name)
    kept = hub.state.parent / "second"
    if second:
        shutil.copytree(hub.state / "second", kept)
    shutil.rmtree(hub.state)
    if second:
        hub.state.mkdir()
        shutil.copytree(kept, hub.state / "second")


def test_after_a_lost_disk_machines_go_on_and_the_log_extends_what_the_county_saw(
    hub: Hub, witness: WitnessProcess
) -> None:
    hub.start("cosign")
    hub.start("ingest")
    machine = hub.client()
    _stamp(hub, machine)
    photo = _put_photo(hub)
    backup = _backup(hub)
    _beat(hub, machine, 3)
    _counted(hub, witness, machine, hub.journal.written[-1])
    before = dict(machine.receipts)
    _lose(hub, second=True)

    said = hub.run("restore", str(backup), *_seals(hub))
    assert "second store 3" in said
    assert photo.read_bytes() == PHOTO
    assert "everything fits together" in hub.run("fsck")
    rows = hub.rows("SELECT seq, envelope FROM ingest_record ORDER BY seq")
    assert rows == [(one.entry.seq, one.envelope) for one in hub.journal.written]
    hub.start("cosign")
    hub.start("ingest")
    (later,) = _beat(hub, machine)
    _counted(hub, witness, machine, later)
    machine.receipts.clear()
    machine.send(*hub.journal.written)
    machine.receipted(hub.journal.written)
    for one in hub.journal.written[:-1]:
        assert (
            hub.verify(one, machine.receipts[one.entry.seq]).size
            >= hub.verify(one, before[one.entry.seq]).size
        )
    machine.link.stop()


def test_an_old_backup_without_the_second_store_signs_nothing(
    hub: Hub, witness: WitnessProcess
) -> None:
    hub.start("cosign")
    hub.start("ingest")
    machine = hub.client()
    _counted(hub, witness, machine, _beat(hub, machine)[0])
    backup = _backup(hub)
    _counted(hub, witness, machine, _beat(hub, machine)[0])
    machine.link.stop()
    kept = (hub.state / "second" / "leaves").read_bytes()
    _lose(hub, second=False)
    witness.stop()

    refused = hub.command("restore", str(backup), *_seals(hub))
    assert refused.returncode == 1
    assert "县见证也没有确认" in refused.stderr
    for name in ("ingest", "work", "replay"):
        assert "sealhub restore" in hub.command(name).stderr
    assert not (hub.state / "public" / "log" / "checkpoint").exists()

    witness.start()
    refused = hub.command("restore", str(backup), *_seals(hub))
    assert refused.returncode == 1
    assert "The witness has seen a log of 2 leaves" in refused.stderr
    (hub.state / "unconfirmed.json").unlink()
    assert "sealhub replay" in hub.command("ingest").stderr
    assert hub.rows("SELECT size FROM log_head") == [(1,)]

    shutil.rmtree(hub.state)
    hub.state.mkdir()
    (hub.state / "second").mkdir()
    (hub.state / "second" / "leaves").write_bytes(kept)
    assert "second store 1" in hub.run("restore", str(backup), *_seals(hub))


def test_a_witness_that_saw_no_more_stands_in_for_the_lost_second_store(
    hub: Hub, witness: WitnessProcess
) -> None:
    hub.start("cosign")
    hub.start("ingest")
    machine = hub.client()
    _counted(hub, witness, machine, _beat(hub, machine)[0])
    backup = _backup(hub)
    _lose(hub, second=False)
    assert "second store 0" in hub.run("restore", str(backup), *_seals(hub))
    hub.start("cosign")
    hub.start("ingest")
    _counted(hub, witness, machine, _beat(hub, machine)[0])
    machine.link.stop()


def test_a_second_store_brought_later_is_taken_and_a_false_one_refused(unwitnessed: Hub) -> None:
    hub = unwitnessed
    hub.start("ingest")
    machine = hub.client()
    _beat(hub, machine, 2)
    backup = _backup(hub)
    _beat(hub, machine, 2)
    machine.link.stop()
    honest = (hub.state / "second" / "leaves").read_bytes()
    _lose(hub, second=False)
    second = hub.state / "second" / "leaves"
    second.parent.mkdir(parents=True)
    second.write_bytes(honest[:-1].replace(b"\0", b"\1", 1))
    refused = hub.command("restore", str(backup), *_seals(hub))
    assert refused.returncode == 1
    assert "another log than the backup's" in refused.stderr
    second.unlink()
    refused = hub.command("restore", str(backup), *_seals(hub))
    assert "县见证也没有确认" in refused.stderr
    second.write_bytes(honest)
    assert "second store 2" in hub.run("restore", str(backup), *_seals(hub))


def test_a_backup_holds_no_key_that_was_not_asked_for_and_none_in_the_clear(
    unwitnessed: Hub,
) -> None:
    hub = unwitnessed
    backups = hub.state.parent / "backups"
    said = hub.run("backup", str(backups))
    assert "未含私钥" in said
    first = Path(said.split(": ")[0])
    second = _backup(hub)
    for one in (first, second):
        files = [path for path in one.rglob("*") if path.is_file()]
        assert not [path for path in files if b"PRIVATE KEY" in path.read_bytes()]
        assert not [path for path in files if path.stat().st_mode & 0o077]
        assert not (one / "secret.key").exists()
    assert set(manifest.load(first).left_out) >= {"keys/log.pem", "keys/list.pem", "tls/ca.key"}
    keys = hub.state.parent / "keys"
    shutil.copytree(hub.state / "keys", keys / "keys")
    shutil.copytree(hub.state / "tls", keys / "tls")
    _lose(hub, second=False)
    refused = hub.command("restore", str(first))
    assert "keys/log.pem" in refused.stderr
    for name in ("keys", "tls"):
        shutil.copytree(keys / name, hub.state / name, dirs_exist_ok=True)
    assert "keys/log.pem" not in hub.command("restore", str(first)).stderr


def test_the_passphrase_is_kept_from_others_and_long(unwitnessed: Hub, tmp_path: Path) -> None:
    hub = unwitnessed
    file = tmp_path / "short"
    for text, mode, said in (("short", 0o600, "20"), (PASSPHRASE, 0o644, "chmod 600")):
        file.write_text(text)
        file.chmod(mode)
        refused = hub.command("backup", str(tmp_path / "b"), "--keys", str(file))
        assert refused.returncode == 1
        assert said in refused.stderr
    backup = _backup(hub)
    file.write_text("another passphrase of many characters")
    file.chmod(0o600)
    elsewhere = replace(hub, state=tmp_path / "elsewhere")
    refused = elsewhere.command("restore", str(backup), "--keys", str(file))
    assert "口令不对" in refused.stderr


def test_the_next_backup_copies_only_what_is_new_and_outlives_a_spoilt_disk(
    unwitnessed: Hub,
) -> None:
    hub = unwitnessed
    photo = _put_photo(hub)
    first = _backup(hub)
    copied = first / photo.relative_to(hub.state)
    assert copied.read_bytes() == PHOTO
    (first.parent / ".partial" / "blobs" / "00").mkdir(parents=True)
    (first.parent / ".partial" / "blobs" / "00" / "left-over").touch()
    (first.parent / "29991231T000000.000Z").mkdir()
    photo.write_bytes(b"spoilt")
    second = _backup(hub)
    again = second / photo.relative_to(hub.state)
    assert again.stat().st_ino == copied.stat().st_ino
    assert (second / "hub.sqlite3").stat().st_ino != (first / "hub.sqlite3").stat().st_ino
    assert not (second / "blobs" / "00" / "left-over").exists()
    sums = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=second, check=False)
    assert sums.returncode == 0
    refused = hub.command("backup", str(hub.state.parent / "others"))
    assert refused.returncode == 1
    assert photo.name in refused.stderr


def test_nothing_is_overwritten_and_a_spoilt_backup_is_not_believed(
    unwitnessed: Hub, tmp_path: Path
) -> None:
    hub = unwitnessed
    backup = _backup(hub)
    assert "不是空目录" in hub.command("restore", str(backup)).stderr
    inside = hub.command("backup", str(hub.state / "backups"))
    assert "lost with it" in inside.stderr
    elsewhere = replace(hub, state=tmp_path / "elsewhere")
    assert "No whole backup" in elsewhere.command("restore", str(tmp_path)).stderr
    with (backup / "hub.sqlite3").open("r+b") as file:
        file.seek(5000)
        file.write(b"?")
    refused = elsewhere.command("restore", str(backup))
    assert refused.returncode == 1
    assert "hub.sqlite3" in refused.stderr
    assert not (elsewhere.state / "hub.toml").exists()


class KilledError(BaseException):
    """kill -9."""


def _killed() -> None:
    raise KilledError


def test_a_restore_that_was_broken_off_goes_on_and_nothing_runs_before(unwitnessed: Hub) -> None:
    hub = unwitnessed
    hub.start("ingest")
    machine = hub.client()
    _beat(hub, machine, 2)
    machine.link.stop()
    backup = _backup(hub)
    other = _backup(hub)
    _lose(hub, second=True)
    with pytest.raises(KilledError):
        restore(backup, hub.state, now_ms, PASSPHRASE.encode(), _killed)
    for name in ("ingest", "work", "migrate"):
        refused = hub.command(name)
        assert refused.returncode == 1
        assert "恢复还没有完成" in refused.stderr
    assert "Not empty" in hub.command("restore", str(other), *_seals(hub)).stderr
    assert "已恢复" in hub.run("restore", str(backup), *_seals(hub))
    assert hub.rows("SELECT size FROM log_head") == [(2,)]


def test_a_hub_on_postgresql_is_lost_and_comes_back(tmp_path: Path) -> None:
    with TemporaryDirectory(prefix="sealctl-postgresql-") as folder:
        for url in cluster(Path(folder)):
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("CREATE DATABASE lost")
                connection.execute("CREATE DATABASE found")
            _postgresql(tmp_path, url.removesuffix("postgres"))


def _postgresql(folder: Path, server: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEALHUB_DATABASE", server + "lost")
        hub = Hub.build(folder, now_ms())
        try:
            hub.start("ingest")
            machine = hub.client()
            _stamp(hub, machine)
            backup = _backup(hub)
            _beat(hub, machine)
            _lose(hub, second=True)
            assert "不是空的" in hub.command("restore", str(backup), *_seals(hub)).stderr
            patch.setenv("SEALHUB_DATABASE", server + "found")
            assert "second store 1" in hub.run("restore", str(backup), *_seals(hub))
            assert "everything fits together" in hub.run("fsck")
            with (
                psycopg.connect(server + "found") as connection,
                pytest.raises(psycopg.errors.CheckViolation),
            ):
                connection.execute("DELETE FROM log_leaf")
            hub.start("ingest")
            _beat(hub, machine)
            machine.link.stop()
            until(lambda: (hub.state / "public/log/checkpoint").exists(), "the log is published")
        finally:
            hub.close()


def test_what_the_township_wrote_itself_is_in_the_backup(tmp_path: Path) -> None:
    own = ("redaction.toml", "county.pub", "disclosure/2026-01-01.csv", "recordings/a.mp3")
    for name in (*own, "hub.sqlite3-wal", "recordings/notes.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    assert sorted(kept(tmp_path).open) == sorted(("hub.toml", *own))
