"""`sealhub hotline` as a process: nothing of a report is lost to a restart or a lost disk, no log
names whoever asked, and nothing of the hub's own database is within its reach.
"""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

from hub.clock import now_ms
from tests.hub.hotline_rig import CODE, WORDS
from tests.hub.test_backup import _backup, _lose, _seals
from tests.support.broker import listening, until
from tests.support.hub import Hub
from tests.support.ports import free_port
from tests.support.postgresql import cluster

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("backup")]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    made = Hub.build(tmp_path, now_ms(), broker=False)
    try:
        yield made
    finally:
        made.close()


def serve(hub: Hub) -> httpx.Client:
    port = free_port()
    hub.start("hotline", "--listen", f"127.0.0.1:{port}")
    until(lambda: listening(port), "the hotline listens")
    return httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"Host": "localhost"})


def report(client: httpx.Client, **changes: str) -> str:
    where = {"concern": "head", "village": "sunrise"}
    found = re.search(r'name="drawn" value="([^"]+)"', client.get("/report/", params=where).text)
    assert found is not None
    fields = {**where, "about": "", "words": WORDS, "who": "named", "name": "林小满"}
    code = CODE.search(client.post("/report/", data={**fields, "drawn": found[1], **changes}).text)
    assert code is not None
    return code[0]


def look(client: httpx.Client, code: str) -> str:
    return client.post("/look/", data={"code": code}).text


def test_a_case_survives_restart_and_restore(hub: Hub) -> None:
    with serve(hub) as client:
        code = report(client)
    assert hub.stop("hotline") == 0
    with serve(hub) as client:
        assert WORDS in look(client, code)
    backup = _backup(hub)
    _lose(hub, second=False)
    said = hub.command("restore", str(backup), *_seals(hub)).stderr
    assert "第二存储没有保住" in said, "the log waits for the county, reports need not"
    with serve(hub) as client:
        assert WORDS in look(client, code)
    said = in_hotline(hub, "print(vault.unpack(bytes(Identity.objects.get().sealed))['name'])")
    assert said == "林小满\n"


def test_no_log_line_names_who_asked_or_what_was_said(hub: Hub) -> None:
    with serve(hub) as client:
        code = report(client)
        look(client, code)
        client.get("/nowhere", params={"about": "stamp:ab12"})
        client.get("/", headers={"Host": "elsewhere.example"})
        with socket.create_connection(("127.0.0.1", client.base_url.port or 0)) as broken:
            broken.sendall(b"no request at all\r\n\r\n")
            broken.recv(100)
    hub.stop("hotline")
    said = hub.said("hotline").read_text()
    named = ("127.0.0.1", WORDS, code, code.replace(" ", ""), "林小满", "ab12", "elsewhere")
    assert [one for one in named if one in said.partition("Listening")[2]] == []
    assert [one for one in named[1:] if one in said] == []


def test_its_process_sees_no_table_of_the_staff(hub: Hub) -> None:
    names = in_hotline(
        hub,
        "from django.db import connections\n"
        "for one in connections: print(*connections[one].introspection.table_names())",
    )
    assert set(names.split()) == {"django_migrations", *(f"hotline_{one}" for one in TABLES)}
    seen = {name for (name,) in hub.rows("SELECT name FROM sqlite_master")}
    assert not [name for name in seen if name.startswith("hotline")]


TABLES = (
    *("act", "case", "exclusion", "identity", "message", "opened", "opening", "original"),
    *("place", "sealedreport", "verdict"),
)


def in_hotline(hub: Hub, code: str) -> str:
    """What this prints in the hotline's own process."""
    begin = "import django; django.setup()\nfrom hub.hotline import vault\n"
    done = subprocess.run(
        [sys.executable, "-c", f"{begin}from hub.hotline.models import Identity\n{code}"],
        env={
            **hub.environment,
            "SEALHUB_SITE": "hotline",
            "DJANGO_SETTINGS_MODULE": "hub.settings",
            "PYTHONIOENCODING": "utf-8",
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


ON_POSTGRESQL = """
import django; django.setup()
from django.core.management import call_command
from django.db import DatabaseError, connections, transaction
from hub.hotline import erasable
from hub.hotline.models import Act, Case, Message, Opened, Opening, SealedReport, Verdict
call_command("migrate", database="hotline", verbosity=0)
assert connections["hotline"].vendor == "postgresql"
case = Case.objects.create(code=b"c", village="v", concern="head", made_ms=1)
Message.objects.create(case=case, words="w", made_ms=1)
SealedReport.objects.create(code=b"s", sealed=b"s", day="2026-11-27")
asked = Opening.objects.create(number=1, person="ren", reason="r", code=b"o", made_ms=1)
for wrong in (
    lambda: Message.objects.update(words="x"),
    lambda: Message.objects.all().delete(),
    lambda: Verdict.objects.create(opening=asked, person="ren", granted=True, made_ms=1),
    lambda: Opened.objects.create(opening=asked, made_ms=1),
    lambda: Opening.objects.all().delete(),
    lambda: SealedReport.objects.update(sealed=b"t"),
    lambda: SealedReport.objects.all().delete(),
    lambda: erasable.erase([case.pk]),
):
    try:
        with transaction.atomic(using="hotline"):
            wrong()
    except DatabaseError:
        print("refused")
Act.objects.create(case=case, what="answered", made_ms=1)
erasable.erase([case.pk])
print(Case.objects.count())
"""


def test_postgresql_refuses_the_same(hub: Hub) -> None:
    with TemporaryDirectory(prefix="sealctl-postgresql-") as folder:
        for url in cluster(Path(folder)):
            env = {
                **hub.environment,
                "SEALHUB_HOTLINE_DATABASE": url,
                "DJANGO_SETTINGS_MODULE": "hub.settings",
            }
            done = subprocess.run(
                [sys.executable, "-c", ON_POSTGRESQL],
                env=env,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.stdout.split() == ["refused"] * 8 + ["0"], done.stderr
