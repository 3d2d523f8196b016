"""A superuser (超级用户): whatever Django's flags say, he approves nothing and edits no record."""

import json

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from demo.authenticator import Authenticator
from hub.applications.granted import granted
from hub.approvals.models import Approval
from hub.audit.models import Attempt
from hub.people.login import add_login_key
from hub.people.views import text_of
from hub.revocations import service as revocations
from tests.hub import public_rig as hub
from tests.hub.journal_rig import Journal
from tests.hub.test_staff_rules import filed
from tests.support.contents import DEVICE, ORIGIN, RP_ID
from tests.support.township import Township

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("township")]

_USERS = """CREATE TABLE auth_user (id integer PRIMARY KEY, username text, is_active bool,
is_staff bool, is_superuser bool, password text)"""


@pytest.fixture
def root(township: Township) -> Client:
    """A row with every flag, a log-in key of his own, and a session that says so."""
    with connection.cursor() as cursor:
        cursor.execute(_USERS)
        cursor.execute("INSERT INTO auth_user VALUES (1, 'root', 1, 1, 1, '!')")
    key = Authenticator().create("hub.localhost")
    add_login_key("root", key.id, key.public_key)
    client = Client()
    hub.sign_in(client, "root")
    session = client.session
    flags = {"is_staff": True, "is_superuser": True, "offices": ["village.secretary"]}
    session.update({"_auth_user_id": "1", "_auth_user_backend": "x", **flags})
    session.save()
    return client


def test_a_user_with_every_django_flag_approves_nothing(root: Client, township: Township) -> None:
    found = filed()
    device = Authenticator()
    device.create(RP_ID)
    made = device.get_assertion(RP_ID, ORIGIN, b"c" * 32)
    for person in ("root", "yi"):
        fields = {
            "subject": text_of(bytes(found.data)),
            "step": "director",
            "person": person,
            "decision": "approve",
            "roster": 1,
            "credential": text_of(made.credential),
            "authenticator_data": text_of(made.authenticator_data),
            "client_data": text_of(made.client_data),
            "signature": text_of(made.signature),
        }
        answer = root.post("/approvals/submit", json.dumps(fields), "application/json")
        assert answer.status_code in (400, 403, 409), person
    assert not Approval.objects.exists()
    assert granted(DEVICE) == []
    assert Attempt.objects.exclude(outcome="done").exists()


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", "/accounts/login/", "/api/"])
def test_there_is_no_site_for_him(root: Client, path: str) -> None:
    assert root.get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/people/",
        "/people/yi/suspend",
        "/people/yi/passkeys/take-back",
        "/records/",
        "/audit/",
        "/duty/enter",
        "/cases/open",
        "/fleet/sunrise-1/command",
    ],
)
def test_nothing_opens_for_him(root: Client, path: str) -> None:
    for answer in (root.get(path), root.post(path, {"reason": "x"})):
        told = answer.status_code, answer.headers.get("Location", "")[:7]
        assert told in ((405, ""), (302, "/login/"))
    assert revocations.in_force(0) == []


WRITTEN = (
    (
        "INSERT INTO revocations_revocation (kind, value, revoked, reason, at_ms, until_ms, by) "
        "VALUES ('person', 'yi', 1, 'w', 1, NULL, 'gui')"
    ),
    (
        "INSERT INTO audit_attempt (at_ms, person, method, route, about, outcome) "
        "VALUES (1, 'yi', 'POST', 'approval-submit', '', 'not_permitted')"
    ),
    (
        "INSERT INTO records_review (entry_hash, person, verdict, words, made_ms) "
        "VALUES (x'00', 'ren', 'irregular', 'w', 1)"
    ),
)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM approvals_subject",
        "UPDATE approvals_subject SET data = x'00'",
        "DELETE FROM ingest_record",
        "UPDATE ingest_record SET envelope = x'00'",
        "UPDATE ingest_record SET village = 'elsewhere'",
        "UPDATE devices_authority SET package = x'00'",
        "DELETE FROM records_review",
        "UPDATE records_review SET words = 'x'",
        "DELETE FROM revocations_revocation",
        "UPDATE revocations_revocation SET reason = 'x'",
        "UPDATE revocations_revocation SET until_ms = 2",
        "DELETE FROM audit_attempt",
        "UPDATE audit_attempt SET outcome = 'done'",
    ],
)
def test_nor_by_sql_past_every_page(statement: str) -> None:
    """On PostgreSQL the same: tests/hub/test_ingest_postgresql.py."""
    filed()
    journal = Journal()
    journal.stamp(b"g" * 32)
    hub.store(journal.written)
    with connection.cursor() as cursor:
        for one in WRITTEN:
            cursor.execute(one)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement)
