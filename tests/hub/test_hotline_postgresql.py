"""The hotline on PostgreSQL, each process with its own role: all of its way works, and what SQLite
refuses is refused; beyond its own database the hotline reaches nothing.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from psycopg import errors

from tests.hub.hotline_process_rig import ASKED, NUMBER, PHOTO, built, inside, look, report, serve
from tests.hub.hotline_rig import VOICE, WORDS
from tests.support.hub import Hub
from tests.support.postgresql import cluster

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("postgresql")]
RIGHTS = Path(__file__).parents[2] / "config/postgresql/hotline.sql"
WHERE = "SEALHUB_HOTLINE_DATABASE"
ACCEPTED = """
from hub.clock import now_ms
from hub.hotline import desk
from hub.hotline.models import Case
desk.act(Case.objects.get(), "accepted", "按规定办", "", "ren", now_ms())
"""
ANSWERED = """
from hub.clock import now_ms
from hub.hotline import desk
from hub.hotline.models import Case
for what in ("forwarded", "closed", "answered"):
    desk.act(Case.objects.get(), what, "钱已退回。", "", "ren", now_ms())
"""
OWN = """INSERT INTO hotline_opening (number, person, reason, code, made_ms)
VALUES (1, 'ren', 'own', 'c', 1)"""
COUNTY = "INSERT INTO hotline_sealedreport (code, sealed, day) VALUES ('s', 's', '2026-11-27')"
GRANT_OWN = """INSERT INTO hotline_verdict (opening_id, person, granted, made_ms)
SELECT id, person, true, 1 FROM hotline_opening WHERE reason = 'own'"""
OPEN_OWN = """INSERT INTO hotline_opened (opening_id, made_ms)
SELECT id, 1 FROM hotline_opening WHERE reason = 'own'"""
NO_CHECK = """CREATE OR REPLACE FUNCTION hotline_verdict_second() RETURNS trigger
LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"""
REFUSED = (
    "UPDATE hotline_message SET words = 'x'",
    "DELETE FROM hotline_message",
    "UPDATE hotline_original SET sealed = ''",
    "DELETE FROM hotline_original",
    "UPDATE hotline_identity SET sealed = ''",
    "DELETE FROM hotline_identity",
    "UPDATE hotline_case SET accused = 'x'",
    "DELETE FROM hotline_case",
    "UPDATE hotline_act SET what = 'answered'",
    "DELETE FROM hotline_act",
    "UPDATE hotline_opening SET person = 'another'",
    "DELETE FROM hotline_opening",
    "UPDATE hotline_verdict SET granted = NOT granted",
    "DELETE FROM hotline_verdict",
    "UPDATE hotline_sealedreport SET sealed = 't'",
    "DELETE FROM hotline_sealedreport",
    GRANT_OWN,
    OPEN_OWN,
    NO_CHECK,
    "TRUNCATE hotline_case CASCADE",
    "ALTER TABLE hotline_message DISABLE TRIGGER USER",
    "DROP TRIGGER hotline_message_keep ON hotline_message",
    "SET session_replication_role = replica",
    "CREATE TABLE copied AS SELECT * FROM hotline_identity",
)
COPY = "from pathlib import Path; from hub.operate import database as d; d.{}"
ERASED = """
from hub.hotline import erasable
from hub.hotline.models import Case
erasable.erase([Case.objects.get().pk])
print(Case.objects.count())
"""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    yield from built(tmp_path)


@pytest.fixture
def server() -> Iterator[str]:
    """Its address without user and database."""
    with TemporaryDirectory(prefix="sealctl-postgresql-") as folder:
        for url in cluster(Path(folder)):
            yield url.partition("@")[2].rpartition("/")[0]


def url(server: str, role: str, name: str = "sealhotline") -> str:
    return f"postgres://{role}@{server}/{name}"


def prepare(server: str) -> None:
    """As docs/operators.md has it."""
    command = ["psql", url(server, "hub", "postgres"), "-f", str(RIGHTS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def refused(where: str, statement: str) -> bool:
    """By a trigger or for want of a right; any other error is this test's own."""
    with psycopg.connect(where) as connection:
        try:
            connection.execute(statement.encode())
        except (errors.CheckViolation, errors.InsufficientPrivilege):
            return True
    return False


def test_each_role_does_its_part_and_nothing_else(
    hub: Hub, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(server)
    staff = {WHERE: url(server, "sealhub")}
    monkeypatch.setenv(WHERE, url(server, "sealhotline_owner"))
    hub.run("migrate")
    inside(hub, "staff", "from hub.hotline import places; places.names()", **staff)
    monkeypatch.setenv(WHERE, url(server, "sealhotline"))
    with serve(hub) as client:
        code = report(client)
        client.post("/look/say", data={"code": code, "words": "村口那一段。"})
        inside(hub, "staff", ACCEPTED, **staff)
        opening = inside(hub, "staff", ASKED, **staff).strip()
        with psycopg.connect(staff[WHERE]) as connection:
            connection.execute(OWN)
            connection.execute(COUNTY)
        for role in ("sealhotline", "sealhub"):
            done = [one for one in REFUSED if not refused(url(server, role), one)]
            assert done == [], role
        found = look(client, code)
        assert (WORDS in found, "村口那一段。" in found) == (True, True)
        opened = client.post("/opened/", data={"code": opening}).text
        assert "林小满" in opened
        fields = [{"code": opening, "number": one} for one in NUMBER.findall(opened)]
        assert [client.post("/opened/file", data=one).content for one in fields] == [PHOTO, VOICE]
        inside(hub, "staff", ANSWERED, **staff)
        assert "钱已退回。" in look(client, code)
        assert "结束" in client.post("/look/rate", data={"code": code, "verdict": "yes"}).text
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(url(server, "sealhotline", "sealhub"))
    _moved(hub, server, tmp_path, code)


def _moved(hub: Hub, server: str, folder: Path, code: str) -> None:
    """A copy made as the hub, brought back as the owner, is what the hotline finds again."""
    hub.stop("hotline")
    owner, staff = ({WHERE: url(server, one)} for one in ("sealhotline_owner", "sealhub"))
    inside(hub, "staff", COPY.format(f"dump(Path({str(folder)!r}), d.HOTLINE)"), **staff)
    with psycopg.connect(url(server, "hub", "postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE sealhotline")
    prepare(server)
    path = str(folder / "hotline.pgdump")
    inside(hub, "staff", COPY.format(f"load(Path({path!r}), d.HOTLINE)"), **owner)
    with serve(hub) as client:
        assert "结束" in look(client, code)
    assert refused(url(server, "sealhotline"), "DELETE FROM hotline_case")
    assert inside(hub, "staff", ERASED, **staff) == "0\n"
