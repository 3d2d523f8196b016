"""`sealhub hotline` as a process: nothing of a report is lost to a restart or a lost disk, no log
names whoever asked, and nothing of the hub's own database is within its reach.
"""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.hotline import vault
from tests.hub.hotline_process_rig import ASKED, NUMBER, PHOTO, built, inside, look, report, serve
from tests.hub.hotline_rig import VOICE, WORDS
from tests.hub.test_backup import _backup, _lose, _seals
from tests.support.hub import Hub

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("backup")]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    yield from built(tmp_path)


def test_a_case_survives_restart_and_restore(hub: Hub) -> None:
    """With what was said and sent, and who reported, for the same code and the same key."""
    with serve(hub) as client:
        code = report(client)
    assert hub.stop("hotline") == 0
    with serve(hub) as client:
        client.post("/look/say", data={"code": code, "words": "村口那一段。"})
        assert "村口那一段。" in look(client, code)
    opening = inside(hub, "staff", ASKED).strip()
    backup = _backup(hub)
    _lose(hub, second=False)
    said = hub.command("restore", str(backup), *_seals(hub)).stderr
    assert "第二存储没有保住" in said, "the log waits for the county, reports need not"
    with serve(hub) as client:
        found = look(client, code)
        assert (WORDS in found, "村口那一段。" in found) == (True, True)
        opened = client.post("/opened/", data={"code": opening}).text
        assert "林小满" in opened
        fields = [{"code": opening, "number": one} for one in NUMBER.findall(opened)]
        assert [client.post("/opened/file", data=one).content for one in fields] == [PHOTO, VOICE]
    assert inside(hub, "staff", SEEN) == "b'\\xff\\xd8\\xff'\n"


SEEN = """
from hub.hotline import desk
from hub.hotline.models import Case, Original
print(desk.photo(Case.objects.get(), Original.objects.order_by("pk")[0].pk)[:3])
"""


def test_it_does_not_begin_with_a_key_that_opens_nothing(hub: Hub) -> None:
    vault.new_key(hub.state / "strange.pem")
    (hub.state / "strange.pem.pub").replace(hub.state / "keys" / "hotline.pem.pub")
    refused = hub.command("hotline", "--listen", "127.0.0.1:0")
    assert (refused.returncode, "不是一对" in refused.stderr) == (1, True)
    said = json.loads(hub.command("doctor", "--json").stdout)
    assert (said["hotline_key"]["level"], said["hotline_readers"]["level"]) == ("bad", "bad")
    assert "site-hotline" in said["processes"]["zh"]


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
    names = inside(
        hub,
        "hotline",
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
