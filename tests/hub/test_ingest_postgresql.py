"""The same hub on PostgreSQL: tables, triggers, ingest and its recovery."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from hub.clock import now_ms
from hub.config import FILE
from hub.fleet.models import SentCommand
from tests.hub import affairs_attacks, fleet_rig
from tests.hub.journal_rig import COUNTERS
from tests.support.broker import until
from tests.support.contents import DEVICE
from tests.support.hub import Hub
from tests.support.paced import together
from tests.support.postgresql import cluster
from tests.support.separation import GRANTED, UNNAMED, WHOLE
from wire import command
from wire.lists.erased import DAY_MS
from wire.record import envelope

SEARCH = (
    "INSERT INTO searches_search (person, about, values, made_ms) "
    "VALUES ('ren', 'records', '{\"person\": \"wu\"}', %s)"
)
USE = (
    "INSERT INTO audit_attempt (at_ms, person, method, route, about, outcome) "
    "VALUES (%s, 'ren', 'GET', %s, 'token=x', 'done')"
)
pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("postgresql")]


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with TemporaryDirectory(prefix="sealctl-postgresql-") as folder:
        yield from cluster(Path(folder))


@pytest.fixture(scope="module")
def hub(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEALHUB_DATABASE", database)
        made = Hub.build(tmp_path_factory.mktemp("pghub"), now_ms())
        try:
            made.start("ingest")
            made.start("work")
            yield made
        finally:
            made.close()


def test_what_is_old_is_named_by_ingest_and_then_erased(hub: Hub, database: str) -> None:
    """Not before: the database itself refuses. What comes after these entries is young."""
    days = replace(hub.township.authority.policy, photos_days=30, openings_days=60)
    hub.import_package(hub.township.change(policy=days))
    machine = hub.client()
    hub.journal.stamp(b"o" * 32, wall_ms=now_ms() - 100 * DAY_MS)
    machine.send(*hub.journal.written)
    machine.receipted(hub.journal.written)
    machine.link.stop()
    due = "#1–#3: 2 条记录的照片"
    until(lambda: due in hub.run("retain", "--dry-run"), "the list that says so is logged")
    logged = "SELECT count(*) FROM ingest_erased WHERE leaf_index IS NOT NULL"
    waiting = "SELECT count(*) FROM ingest_erased WHERE done_ms IS NULL"
    with psycopg.connect(database, autocommit=True) as connection:
        with pytest.raises(psycopg.errors.CheckViolation):
            connection.execute("DELETE FROM ingest_openings")
        hub.run("retain")
        until(lambda: connection.execute(logged).fetchone() == (2,), "ingest names it")
        for pen in ("UPDATE ingest_erased SET last_seq = 9", "DELETE FROM ingest_erased"):
            with pytest.raises(psycopg.errors.CheckViolation):
                connection.execute(pen)
        assert "开示 2 条" in hub.run("retain")
        assert connection.execute("SELECT count(*) FROM ingest_openings").fetchone() == (0,)
        assert connection.execute(waiting).fetchone() == (0,)


def test_what_a_token_may_and_who_took_what_out_stay(
    hub: Hub, database: str, tmp_path: Path
) -> None:
    hub.run("token", "new", "county-copy")
    assert "SHA-256" in hub.run("export", str(tmp_path / "all.tar"))
    with psycopg.connect(database, autocommit=True) as connection:
        for pen in (
            "UPDATE api_token SET may = '[\"records\"]'",
            "DELETE FROM api_token",
            "UPDATE exports_bulkexport SET person = 'nobody'",
            "DELETE FROM exports_bulkexport",
        ):
            with pytest.raises(psycopg.errors.CheckViolation):
                connection.execute(pen)


def test_what_tells_of_people_goes_after_the_townships_days_alone(hub: Hub, database: str) -> None:
    file = hub.state / FILE
    before = file.read_text("utf-8")
    file.write_text(f"{before}\n[retain]\nsearches_days = 90\nuses_days = 90\n", "utf-8")
    with psycopg.connect(database, autocommit=True) as connection:
        for age in (80, 100):
            at_ms = now_ms() - age * DAY_MS
            connection.execute(SEARCH, (at_ms,))
            for route in ("api-records", "port:new"):
                connection.execute(USE, (at_ms, route))
        for table in ("searches_search", "audit_attempt"):
            with pytest.raises(psycopg.errors.CheckViolation):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608  one of these two
        said = hub.run("retain", "--dry-run")
        assert said.count("到期 due 1") == 2
        assert "已清除 erased 1" in hub.run("retain")
        routes = connection.execute("SELECT route FROM audit_attempt ORDER BY id").fetchall()
        assert routes == [("api-records",), ("port:new",), ("port:new",)]
        assert connection.execute("SELECT count(*) FROM searches_search").fetchone() == (1,)
        for pen in (
            "DELETE FROM audit_erasure",
            "UPDATE audit_erasure SET until_ms = 0",
            "UPDATE audit_erasure SET count = 0",
            "DELETE FROM searches_search",
            "DELETE FROM audit_attempt",
        ):
            with pytest.raises(psycopg.errors.CheckViolation):
                connection.execute(pen)
    file.write_text(before, "utf-8")


def test_what_is_published_is_kept_and_only_what_was_reviewed(hub: Hub, database: str) -> None:
    with psycopg.connect(database) as connection:
        for words, values in affairs_attacks.LAWFUL:
            connection.execute(words, values)
        found = affairs_attacks.let_through(
            connection.execute, connection.transaction, psycopg.errors.IntegrityError
        )
        assert found == []
        connection.rollback()


def test_processes_of_the_port_admit_no_more_together(hub: Hub) -> None:
    assert together(hub.environment, "token", 130) == 130


def test_entries_are_receipted_and_survive_a_kill(hub: Hub, database: str) -> None:
    machine = hub.client()
    hub.journal.write("boot", version="1", **COUNTERS)
    hub.journal.stamp(b"g" * 32)
    machine.send(*hub.journal.written)
    machine.receipted(hub.journal.written)
    hub.stop("ingest", signal.SIGKILL)
    later = [hub.journal.write("heartbeat", **COUNTERS) for _ in range(20)]
    machine.send(*later)
    hub.start("ingest")
    machine.send(*later)
    machine.receipted(later)
    for one in hub.journal.written:
        hub.verify(one, machine.receipts[one.entry.seq])
    machine.until(lambda: machine.lists, "the list")
    machine.link.stop()
    with psycopg.connect(database) as connection:
        stored = connection.execute("SELECT envelope FROM ingest_record ORDER BY seq").fetchall()
    assert [bytes(row[0]) for row in stored] == [one.envelope for one in hub.journal.written]


def test_an_alarm_is_raised_once_whatever_is_run_again(hub: Hub, database: str) -> None:
    machine = hub.client()
    one = hub.journal.write("alarm", alarm="case_opened", detail="", **COUNTERS)
    machine.send(*hub.journal.written)
    machine.receipted([one])
    machine.link.stop()
    asked = "SELECT rule, due_ms - raised_ms FROM alarms_alarm"
    raised, indexed = [], []
    with psycopg.connect(database, autocommit=True) as connection:
        for _ in range(2):
            hub.start("alarms")
            hub.stop("alarms", signal.SIGTERM)
            connection.execute("DELETE FROM records_bookmark")
            raised.append(sorted(connection.execute(asked).fetchall()))
            indexed += connection.execute("SELECT count(*) FROM records_recordindex").fetchall()
        persons = connection.execute("SELECT DISTINCT person FROM records_recordperson").fetchall()
    assert raised[0] == raised[1]
    assert raised[0].count(("machine", 24 * 3_600_000)) == 1
    assert indexed[0] == indexed[1] > (0,)
    assert persons == [("wu",)]


def test_a_command_is_sent_answered_and_kept(hub: Hub, database: str) -> None:
    machine = hub.client()
    hub.run("fleet", "send", DEVICE, command.DOCTOR)
    machine.until(lambda: machine.commands, "the command")
    asked = command.decode(envelope.parse(machine.commands[0]).payload)
    sent = SentCommand(device=DEVICE, number=asked.number, envelope=machine.commands[0])
    answer = fleet_rig.answered(hub.journal, sent, now_ms(), findings={"disk": "bad"})
    machine.publish("answer", answer)
    with psycopg.connect(database, autocommit=True) as connection:
        query = "SELECT envelope FROM fleet_commandanswer"
        until(lambda: connection.execute(query).fetchall() == [(answer,)], "it is kept")
        for wrong in ("DELETE FROM fleet_commandanswer", "UPDATE fleet_sentcommand SET number = 1"):
            with pytest.raises(psycopg.errors.CheckViolation):
                connection.execute(wrong)
    assert "自检不合格" in hub.run("fleet", "list")
    machine.link.stop()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM log_leaf",
        "UPDATE log_leaf SET data = ''",
        "UPDATE log_node SET hash = ''",
        "UPDATE ingest_record SET kind = 'boot'",
        "UPDATE ingest_record SET leaf_index = 0",
        "DELETE FROM ingest_record",
        "DELETE FROM devices_listversion",
        "UPDATE devices_authority SET package = ''",
    ],
)
def test_what_was_written_stays(hub: Hub, database: str, statement: str) -> None:
    with psycopg.connect(database) as connection, pytest.raises(psycopg.errors.CheckViolation):
        connection.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM approvals_subject",
        "UPDATE approvals_subject SET data = 'x'",
        "DELETE FROM approvals_approval",
        "UPDATE approvals_approval SET person = 'x'",
        "DELETE FROM applications_act",
        "UPDATE applications_act SET words = 'y'",
        "DELETE FROM applications_pressed",
        "UPDATE applications_pressed SET person = 'x'",
        "DELETE FROM records_review",
        "UPDATE records_review SET words = 'x'",
        "DELETE FROM alarms_alarm",
        "UPDATE alarms_alarm SET told = '{}'",
        "UPDATE alarms_alarm SET settled_ms = 9",
        "DELETE FROM alarms_alarmstep",
        "UPDATE alarms_alarmstep SET words = 'x'",
        "DELETE FROM cases_caseitem",
        "UPDATE cases_case SET title = 'x'",
        "DELETE FROM cases_case",
        "UPDATE searches_search SET values = '{}'",
        "DELETE FROM searches_search",
        "DELETE FROM checks_check",
        "UPDATE checks_check SET witness = checker",
        "UPDATE handovers_sheet SET takes = 'x'",
        "DELETE FROM handovers_signature",
        "UPDATE registers_resolution SET title = 'x'",
        "UPDATE registers_step SET pages = '[]'",
        "DELETE FROM registers_ending",
        "DELETE FROM registers_sealfact",
        "DELETE FROM revocations_revocation",
        "UPDATE revocations_revocation SET reason = 'x'",
        "UPDATE revocations_revocation SET until_ms = 2",
        "DELETE FROM audit_attempt",
        "UPDATE audit_attempt SET person = 'x'",
        "UPDATE audit_attempt SET outcome = 'done'",
        "UPDATE redaction_examined SET sha256 = ''",
        "DELETE FROM redaction_examined",
        "UPDATE redaction_trace SET what = 'unread'",
        "UPDATE redaction_trace SET boxes = '[1]'",
        "UPDATE redaction_ruling SET word = 'publish'",
        "DELETE FROM redaction_ruling",
        "UPDATE relief_batch SET lines = 9",
        "DELETE FROM relief_batch",
        "DELETE FROM relief_benefit",
        "UPDATE relief_benefit SET amount = 9",
        "UPDATE relief_handed SET village = 'x'",
        "DELETE FROM relief_handed",
        "UPDATE relief_keymark SET mark = ''",
        "DELETE FROM relief_keymark",
    ],
)
def test_what_people_signed_and_wrote_stays(hub: Hub, database: str, statement: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute(_SUBJECT)
        connection.execute(_APPROVAL, ("yi",))
        connection.execute(_SHEET, ("bing",))
        connection.execute(_SIGNED, ("xin",))
        connection.execute(_ACT)
        connection.execute(_PRESSED)
        connection.execute(_REVIEW)
        connection.execute(_ALARM)
        connection.execute(_STEP)
        for row in (
            *(_CASE, _ITEM, _SEARCH, _CHECK, _RESOLUTION, _MEETING, _ENDING, _FACT),
            *(_REVOCATION, _ATTEMPT, _EXAMINED, _TRACE, _RULING, _SETTLED, *_RELIEF),
        ):
            connection.execute(row)
        refused = (
            *((statement, None), (_APPROVAL, ("geng",)), (_MEETING, None), (_RULING, None)),
            (_RULING.replace("leave_out", "publish"), None),
            *((_SHEET, ("xin",)), (_SIGNED, ("bing",))),
        )
        for wrong, values in refused:
            with pytest.raises(psycopg.errors.CheckViolation), connection.transaction():
                connection.execute(wrong, values)
        connection.rollback()


def test_nobody_and_no_family_is_two_approvers(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE DATABASE separation")
    told = subprocess.run(
        [sys.executable, "-m", "tests.support.separation"],
        env={**os.environ, "SEALHUB_DATABASE": database.replace("/postgres", "/separation")},
        check=True,
        capture_output=True,
        text=True,
    )
    assert told.stdout.split() == [str(GRANTED), str(WHOLE), str(UNNAMED)]


_SUBJECT = (
    "INSERT INTO approvals_subject (id, hash, kind, data, proposer, excluded, created_ms) "
    "VALUES (900, 'h', 'correction', 'd', 'geng', '[]', 1)"
)
_APPROVAL = (
    "INSERT INTO approvals_approval (subject_id, step, person, decision, roster, credential, "
    "authenticator_data, client_data, signature, received_ms) "
    "VALUES (900, 'director', %s, 'approve', 1, '', '', '', '', 1)"
)
_ACT = (
    "INSERT INTO applications_act (subject_id, kind, step, person, words, at_ms) "
    "VALUES (900, 'withdraw', '', 'geng', 'w', 1)"
)
_PRESSED = "INSERT INTO applications_pressed (subject_id, person, at_ms) VALUES (900, 'wu', 1)"
_REVIEW = (
    "INSERT INTO records_review (entry_hash, person, verdict, words, made_ms) "
    "VALUES ('h', 'ren', 'irregular', 'w', 1)"
)
_ALARM = (
    "INSERT INTO alarms_alarm (id, rule, cause, device, village, told, since_ms, raised_ms, "
    "due_ms, settled_ms) VALUES (900, 'machine', 'c', 'd', 'v', '{\"alarm\": \"x\"}', 1, 2, 3, 4)"
)
_STEP = (
    "INSERT INTO alarms_alarmstep (alarm_id, kind, person, office, verdict, words, made_ms) "
    "VALUES (900, 'outcome', 'ren', '', 'irregular', 'w', 5)"
)
_CASE = "INSERT INTO cases_case (id, title, opener, opened_ms) VALUES (900, 't', 'ren', 1)"
_ITEM = (
    "INSERT INTO cases_caseitem (case_id, kind, speaker, words, person, made_ms) "
    "VALUES (900, 'note', '', 'w', 'ren', 1)"
)
_SEARCH = (
    "INSERT INTO searches_search (person, about, values, made_ms) "
    "VALUES ('ren', 'records', '{\"person\": \"wu\"}', 1)"
)
_REVOCATION = (
    "INSERT INTO revocations_revocation (kind, value, revoked, reason, at_ms, until_ms, by) "
    "VALUES ('person', 'yi', true, 'w', 1, 9, 'gui')"
)
_ATTEMPT = (
    "INSERT INTO audit_attempt (at_ms, person, method, route, about, outcome) "
    "VALUES (1, 'yi', 'POST', 'approval-submit', '', 'not_permitted')"
)
_CHECK = (
    "INSERT INTO checks_check (device, village, checker, witness, document, sha256, made_ms) "
    "VALUES ('d', 'v', 'ren', 'bing', 'd', 's', 1)"
)
_SHEET = (
    "INSERT INTO handovers_sheet (id, village, person, on_ms, data, sha256, gives, takes, watches, "
    "made_by, made_ms) VALUES (900, 'v', 'yi', 1, 'd', 's', 'yi', 'xin', %s, 'geng', 1)"
)
_SIGNED = (
    "INSERT INTO handovers_signature (sheet_id, role, person, roster, credential, "
    "authenticator_data, client_data, signature, received_ms) "
    "VALUES (900, 'takes', %s, 1, '', '', '', '', 1)"
)
_RESOLUTION = (
    "INSERT INTO registers_resolution (id, village, title, matter, person, made_ms) "
    "VALUES (900, 'v', 't', 'm', 'geng', 1)"
)
_MEETING = (
    "INSERT INTO registers_step (resolution_id, step, meeting, day, entitled, came, agreed, "
    "against, abstained, words, pages, reason, person, at_ms) VALUES "
    "(900, 'decision', 'villagers', '2026-03-01', 3, 2, 2, 0, 0, '', '[\"a\"]', '', 'geng', 1)"
)
_ENDING = (
    "INSERT INTO registers_ending (resolution_id, outcome, data, sha256, person, at_ms) "
    "VALUES (900, 'passed', 'd', 's', 'bing', 1)"
)
_FACT = (
    "INSERT INTO registers_sealfact (village, seal, kind, day, data, pages, reason, person, at_ms) "
    "VALUES ('v', 's', 'filed', '2026-03-01', '{}', '[]', '', 'geng', 1)"
)
_EXAMINED = (
    "INSERT INTO redaction_examined (id, village, kind, sha256, title, back, at_ms) "
    "VALUES (9, 'sunrise', 'release', 'x', '名单', '/', 1)"
)
_TRACE = (
    'INSERT INTO redaction_trace (id, examined_id, number, what, place, start, "end", width, '
    "height, boxes, before, masked, after) "
    "VALUES (9, 9, 1, 'id_number', '标题', 0, 18, 0, 0, '[]', '', '', '')"
)
_RULING = (
    "INSERT INTO redaction_ruling (trace_id, word, reason, person, at_ms) "
    "VALUES (9, 'leave_out', '', 'geng', 1)"
)
_SETTLED = "INSERT INTO redaction_settled (examined_id, at_ms) VALUES (9, 2)"
_RELIEF = (
    (
        "INSERT INTO relief_batch (id, kind, person, at_ms, sha256, lines, withdrawn_by, reason) "
        "VALUES (9, 'benefits', 'gui', 1, '', 1, '', '')"
    ),
    (
        "INSERT INTO relief_household (id, village, number, generation, made_by) "
        "VALUES (9, 'sunrise', 'H-1', 1, '')"
    ),
    (
        "INSERT INTO relief_benefit (batch_id, village, household_id, name, index, generation, "
        "project, amount, day, source) "
        "VALUES (9, 'sunrise', 9, '示例二', 'i', 1, 'p', 1, '2026-09-30', 's')"
    ),
    (
        'INSERT INTO affairs_event (id, village, item, "on", called, person, at_ms) '
        "VALUES (9, 'sunrise', 'relief-grants', '2026-11-27', 'c', 'gui', 1)"
    ),
    "INSERT INTO relief_handed (batch_id, village, event_id) VALUES (9, 'sunrise', 9)",
    "INSERT INTO relief_keymark (generation, mark) VALUES (1, 'm')",
)
