"""A wrong stamp at the hub: proposed, signed by one approver, sent to the machine, then written."""

import json
from typing import Any

import pytest
from django.test import Client

from hub.approvals.models import Subject
from hub.corrections import file
from hub.people.views import bytes_of, text_of
from tests.hub import public_rig as hub
from tests.hub.flow_rig import client
from tests.hub.journal_rig import Journal, Written
from tests.support.contents import DEVICE, ORIGIN, RP_ID
from tests.support.township import Township
from wire.approval import correction, decision, subject

pytestmark = pytest.mark.django_db
GRANT = b"g" * 32


@pytest.fixture
def stamped(journal: Journal, township: Township) -> Written:
    """A stamp in the records."""
    made = journal.stamp(GRANT, wall_ms=township.now_ms)
    hub.store(journal.written)
    return made


def propose(stamped: Written, person: str = "geng", **changes: str) -> Any:
    typed = {"state": "cancelled", "reason": "姓名写错", "replacement": "", **changes}
    return client(person).post(f"/corrections/new/{stamped.hash.hex()}", typed)


def submit(township: Township, step: str, person: str, **changes: Any) -> Any:
    """What the county's page brings back for the only correction there is."""
    found = Subject.objects.get(kind="correction")
    verdict = changes.pop("decision", "approve")
    challenge = decision.challenge(
        "correction", bytes(found.hash), step, person, verdict, township.roster.version
    )
    made = township.authenticators[person].get_assertion(RP_ID, ORIGIN, challenge)
    fields = {
        "v": 1,
        "subject_hash": text_of(bytes(found.hash)),
        "step": step,
        "person": person,
        "decision": verdict,
        "roster": township.roster.version,
        "credential": text_of(made.credential),
        "authenticator_data": text_of(made.authenticator_data),
        "client_data": text_of(made.client_data),
        "signature": text_of(made.signature),
        **changes,
    }
    return Client().post("/approvals/submit", json.dumps(fields), content_type="application/json")


def test_proposed_signed_listed_and_then_written(
    township: Township, journal: Journal, stamped: Written
) -> None:
    answer = propose(stamped)
    assert answer.status_code == 302
    page = client("yi").get(answer["Location"]).content.decode()
    link = page.split('href="http://county.localhost/sign/#')[1].split('"')[0]
    asked = json.loads(bytes_of(link))
    made = correction.decode(bytes_of(asked["subject"]))
    assert (made.entry, made.stamped, asked["person"]) == (stamped.hash, stamped.entry.seq, "yi")
    assert file.signed(DEVICE) == ()
    taken = submit(township, "director", "yi")
    assert taken.json() == {"ok": True, "next": answer["Location"]}
    (listed,) = file.signed(DEVICE)
    assert subject.subject_hash(listed.subject) == listed.id
    bundle = township.lists(corrections=(listed,))
    assert bundle.grants.corrections == (listed,)
    assert "等机器记下" in client("geng").get(answer["Location"]).content.decode()
    written = hub.correct(journal, stamped.entry.seq, subject=listed.id)
    hub.store([written])
    assert file.signed(DEVICE) == ()
    assert "机器已记下" in client("geng").get(answer["Location"]).content.decode()
    assert propose(stamped).status_code == 400


def test_one_signature_is_enough_and_a_second_is_refused(
    township: Township, stamped: Written
) -> None:
    propose(stamped)
    assert submit(township, "secretary", "jia").status_code == 200
    again = submit(township, "director", "yi")
    assert (again.status_code, again.json()["code"]) == (409, "grant_void")


@pytest.mark.parametrize(
    ("step", "person", "code"),
    [
        ("director", "jia", "approver_not_entitled"),
        ("director", "ding", "approver_not_entitled"),
        ("director", "wu", "approver_not_entitled"),
        ("chair", "ding", "approver_not_entitled"),
    ],
)
def test_who_may_not_sign(
    township: Township, stamped: Written, step: str, person: str, code: str
) -> None:
    propose(stamped)
    answer = submit(township, step, person)
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert file.signed(DEVICE) == ()


def test_a_signature_for_a_stamp_is_none_for_a_correction(
    township: Township, stamped: Written
) -> None:
    propose(stamped)
    found = Subject.objects.get(kind="correction")
    challenge = decision.challenge("application", bytes(found.hash), "director", "yi", "approve", 1)
    made = township.authenticators["yi"].get_assertion(RP_ID, ORIGIN, challenge)
    forged = {"client_data": text_of(made.client_data), "signature": text_of(made.signature)}
    answer = submit(township, "director", "yi", **forged)
    assert answer.json()["code"] == "approval_invalid"


def test_a_returned_one_is_listed_nowhere(township: Township, stamped: Written) -> None:
    where = propose(stamped)["Location"]
    assert submit(township, "director", "yi", decision="return").status_code == 200
    assert file.signed(DEVICE) == ()
    assert "已退回" in client("geng").get(where).content.decode()


def test_whoever_proposed_it_does_not_sign_it(township: Township, stamped: Written) -> None:
    propose(stamped, "yi")
    assert submit(township, "director", "yi").json()["code"] == "approver_not_entitled"
    assert submit(township, "secretary", "jia").status_code == 200


def test_of_several_for_one_stamp_the_first_signed_is_sent(
    township: Township, stamped: Written
) -> None:
    propose(stamped)
    submit(township, "director", "yi")
    first = file.signed(DEVICE)
    propose(stamped, state="lost")
    assert file.signed(DEVICE) == first


@pytest.mark.parametrize(
    "changes",
    [{"state": "undone"}, {"reason": ""}, {"reason": "一\u202e二"}, {"replacement": "00" * 32}],
)
def test_what_cannot_be_proposed(
    township: Township, stamped: Written, changes: dict[str, str]
) -> None:
    assert propose(stamped, **changes).status_code == 400
    assert not Subject.objects.exists()


def test_what_was_typed_stays_and_each_field_says_what_is_wrong(
    township: Township, stamped: Written
) -> None:
    page = propose(stamped, reason="", state="lost").content.decode()
    assert 'value="lost" required checked' in page
    assert 'id="reason-wrong"' in page
    assert "请写明为什么作废" in page
    page = propose(stamped, state="").content.decode()
    assert 'value="姓名写错"' in page
    assert 'id="state-wrong"' in page


def test_only_a_stamp_can_be_void(township: Township, journal: Journal, stamped: Written) -> None:
    for other in (journal.written[0].hash.hex(), "00" * 32, "no-hash", "0" * 63):
        assert client("geng").get(f"/corrections/new/{other}").status_code == 404


def test_nobody_sees_it_before_logging_in(township: Township, stamped: Written) -> None:
    where = propose(stamped)["Location"]
    for path in (where, f"/corrections/new/{stamped.hash.hex()}"):
        answer = Client().get(path)
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/login/")


def test_another_village_sees_none_of_it(township: Township, journal: Journal) -> None:
    elsewhere = Journal("sunset-1")
    made = elsewhere.stamp(GRANT)
    hub.store(elsewhere.written, village="sunset")
    assert client("geng").get(f"/corrections/new/{made.hash.hex()}").status_code == 404


def test_a_damaged_proposal_stops_no_list(township: Township, stamped: Written) -> None:
    propose(stamped)
    submit(township, "director", "yi")
    good = file.signed(DEVICE)
    Subject.objects.create(
        hash=b"h" * 32,
        kind="correction",
        data=b"garbage",
        proposer="geng",
        excluded=[],
        created_ms=0,
    )
    assert file.signed(DEVICE) == good
    assert client("geng").get(f"/corrections/new/{stamped.hash.hex()}").status_code == 200


def test_a_proposal_that_another_forestalled_says_so(
    township: Township, journal: Journal, stamped: Written
) -> None:
    propose(stamped)
    other = propose(stamped, state="lost")["Location"]
    hub.store([hub.correct(journal, stamped.entry.seq)])
    page = client("geng").get(other).content.decode()
    assert "已由另一份作废决定记下" in page
    assert "机器已记下" not in page


def test_whoever_may_sign_one_finds_it_on_the_home_page(
    township: Township, stamped: Written
) -> None:
    where = propose(stamped, "jia")["Location"]
    link = f'href="{where}"'
    assert link in client("yi").get("/").content.decode()
    for person in ("jia", "wu", "geng"):
        assert link not in client(person).get("/").content.decode(), person
    submit(township, "director", "yi")
    assert link not in client("yi").get("/").content.decode()
