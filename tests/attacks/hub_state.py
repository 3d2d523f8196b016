"""A township's hub from behind: its database, its backups, its sticks, and its other two doors.

Calls `tests.attacks.hub`, `tests.support.hub` and `tests.hub`.
"""

import re
import sqlite3
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

import httpx

from hub.clock import now_ms
from tests.attacks.hub import BEAT, Town, fork, sent, town
from tests.attacks.model import AT_START, Attack, Notice, Play, Stage, Watch
from tests.hub.journal_rig import COUNTERS, Journal
from tests.hub.test_carrier import Stick
from tests.support.broker import listening, until
from tests.support.contents import DEVICE
from tests.support.hub import Hub
from tests.support.ports import free_port

PHOTO = b"\xff\xd8\xff a photo"


def carried(*, forged: bool) -> Play:
    """A stick arrives with an entry that the machine did not sign."""

    def play(stage: Stage) -> Notice | None:
        place = stage.share(town)
        stick = Stick(place.hub, stage.folder())
        forger = Journal(now_ms=place.hub.journal.now_ms)
        written = [forger.write("heartbeat", **COUNTERS)] if forged else place.beats()
        watch = Watch()
        stick.put(written)
        status, told = stick.carry()
        found = re.search(r"was not signed by this machine", told)
        return Notice("sticks", found[0], watch.when) if status and found else None

    return play


def started(tamper: Callable[[Hub, Path], object] | None) -> Play:
    """While ingest is down its database is tampered with; it starts, or says why not."""

    def play(stage: Stage) -> Notice | None:
        place = stage.share(town)
        hub, older = place.hub, stage.folder() / "older"
        hub.stop("ingest")
        database = hub.state / "hub.sqlite3"
        _copy(database, older)
        hub.start("ingest")
        BEAT(stage)
        hub.stop("ingest")
        if tamper is None:
            hub.start("ingest")
            return None
        whole = stage.folder() / "whole"
        _copy(database, whole)
        try:
            tamper(hub, older)
            refused = hub.command("ingest")
        finally:
            _copy(whole, database)
        hub.start("ingest")
        found = re.search(r"(fewer than [a-z ]+?) \d|(Leaf \d+ differs)", refused.stderr)
        if not refused.returncode or found is None:
            return None
        return Notice("ingest", re.sub(r"\d+", "n", found[1] or found[2]), AT_START)

    return play


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written)


def _restored(hub: Hub, older: Path) -> None:
    _copy(older, hub.state / "hub.sqlite3")


def _altered(hub: Hub, older: Path) -> None:
    del older
    with closing(sqlite3.connect(hub.state / "hub.sqlite3")) as pen:
        pen.execute("DROP TRIGGER log_leaf_freeze")
        pen.execute("UPDATE log_leaf SET data = x'd2' WHERE \"index\" = 1")
        pen.commit()


def written_over(statement: str) -> Play:
    """Somebody with the database's password writes that."""

    def play(stage: Stage) -> Notice | None:
        place, watch = stage.share(town), Watch()
        path = place.hub.state / "hub.sqlite3"
        with closing(sqlite3.connect(path, timeout=20)) as pen:
            try:
                pen.execute(statement)
            except sqlite3.IntegrityError as error:
                return Notice("hub", str(error), watch.when)
        return None

    return play


def _evidence_deleted(stage: Stage) -> Notice | None:
    sent(fork)(stage)
    return written_over("DELETE FROM ingest_conflict")(stage)


@contextmanager
def staff_site(stage: Stage) -> Iterator[str]:
    """The township's site at which inspectors' tools ask."""
    place, port = stage.share(town), free_port()
    place.hub.start("serve", "--listen", f"127.0.0.1:{port}")
    until(lambda: listening(port), "the site listens")
    yield f"http://127.0.0.1:{port}"
    place.hub.stop("serve")


def asked(token: Callable[[Town], str]) -> Play:
    """Somebody asks for the lists as an inspector does."""

    def play(stage: Stage) -> Notice | None:
        place, site = stage.share(town), stage.share(staff_site)
        headers = {"Authorization": f"Bearer {token(place)}", "Host": "hub.localhost"}
        watch = Watch()
        answer = httpx.get(f"{site}/inspect/v1/roots", headers=headers, timeout=20)
        if answer.status_code == 200:
            return None
        return Notice("api", str(answer.status_code), watch.when)

    return play


def _new_token(place: Town) -> str:
    return place.hub.run("token", "new", f"inspector {now_ms()}").strip()


def _from_the_database(place: Town) -> str:
    """A stolen copy of the database has the hash of each token."""
    _new_token(place)
    ((kept,),) = place.hub.rows("SELECT sha256 FROM api_token ORDER BY id DESC LIMIT 1")
    return bytes(kept).hex()


@contextmanager
def blob_site(stage: Stage) -> Iterator[str]:
    """Where machines bring their photos."""
    place, port = stage.share(town), free_port()
    place.hub.start("blobs", "--listen", f"127.0.0.1:{port}")
    until(lambda: listening(port), "the site listens")
    yield f"https://127.0.0.1:{port}"
    place.hub.stop("blobs")


def uploaded(device: str, data: bytes = PHOTO, name: bytes = PHOTO) -> Play:
    """A machine's certificate, stolen or struck off, brings a photo of that name."""

    def play(stage: Stage) -> Notice | None:
        place, site = stage.share(town), stage.share(blob_site)
        if device != DEVICE:
            place.hub.client(device).link.stop()
        tls = place.hub.state.parent / device / "tls"
        context = ssl.create_default_context(cafile=str(place.hub.state / "tls" / "ca.pem"))
        context.load_cert_chain(tls / "device.pem", tls / "device.key")
        watch = Watch()
        with httpx.Client(verify=context, trust_env=False, timeout=20) as client:
            answer = client.put(f"{site}/blobs/{sha256(name).hexdigest()}", content=data)
        if answer.status_code == 204:
            return None
        said = answer.json()
        return Notice("blobs", str(said["code"]), watch.when, str(said["detail"]))

    return play


def _row(name: str, zh: str, en: str, code: str, play: Play, control: Play, by: str) -> Attack:
    return Attack(name, zh, en, by, code, play, control)


RUNS, READS, TOKEN = started(None), written_over("SELECT 1"), asked(_new_token)
PHOTOGRAPHED = uploaded(DEVICE)
ATTACKS = (
    _row("forged entry on a stick", "U盘里夹带假记录", "a forged entry on a stick",
         "was not signed by this machine", carried(forged=True), carried(forged=False), "sticks"),
    _row("restored backup of the hub", "平台恢复旧备份后继续",
         "the hub goes on from an older backup", "fewer than second store",
         started(_restored), RUNS, "ingest"),
    _row("a leaf altered in the database", "在数据库里改一片叶子",
         "a leaf altered in the hub's database", "Leaf n differs", started(_altered), RUNS,
         "ingest"),
    _row("a record deleted in the database", "在数据库里删一条记录",
         "a record deleted in the hub's database", "ingest_record is append-only",
         written_over("DELETE FROM ingest_record"), READS, "hub"),
    _row("a conflict deleted", "在数据库里删除矛盾的证据",
         "the evidence of a fork deleted in the hub's database",
         "ingest_conflict is append-only", _evidence_deleted, READS, "hub"),
    _row("a stolen hash of a token", "拿盗得的令牌散列当令牌",
         "a token's hash from a stolen database", "401", asked(_from_the_database), TOKEN, "api"),
    _row("no token", "没有令牌", "no token at all", "401", asked(lambda _: "guess"), TOKEN, "api"),
    _row("a photo from a machine off the list", "已除名的机器上传照片",
         "a machine that was struck off brings a photo", "not_permitted", uploaded("sunset-1"),
         PHOTOGRAPHED, "blobs"),
    _row("another photo than named", "照片与指纹不符", "other bytes than the photo's name",
         "bad_request", uploaded(DEVICE, PHOTO + b"!"), PHOTOGRAPHED, "blobs"),
    _row("a programme as a photo", "拿程序当照片上传", "something else in the place of a photo",
         "bad_request", uploaded(DEVICE, b"MZ", b"MZ"), PHOTOGRAPHED, "blobs"),
)  # fmt: skip
