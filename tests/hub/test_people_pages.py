"""People's pages: suspend, take back, one's own log-ins; only taking away, and never adding."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from demo.authenticator import Authenticator
from hub.clock import now_ms
from hub.config import config
from hub.devices import authority
from hub.devices.models import ListVersion
from hub.operate.doctor import gather
from hub.operate.doctor.checks import authenticators
from hub.people import roster
from hub.people.login import add_login_key
from hub.people.models import LoginKey
from hub.revocations import service
from hub.revocations.models import Revocation
from hub.work import Publisher
from tests.hub import public_rig as hub
from tests.hub.page_rig import ask, look
from tests.hub.test_staff_site import Person
from tests.support.contents import DEVICE, OFFICES, RP_ID, person
from tests.support.township import Township
from wire.lists import bundle, content
from wire.lists.content import Grants, Passkey

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("township")]


def day(ahead: int) -> str:
    return (timezone.localdate() + timedelta(days=ahead)).isoformat()


def newest(township: Township, now_ms: int) -> Grants:
    Publisher(township.keys.hub, 3600, lambda *_: None).step(now_ms)
    files = bundle.decode(bytes(ListVersion.objects.latest("version").bundle)).files
    return content.decode(Grants, files[bundle.grants_path(DEVICE)])


def test_a_person_is_suspended_with_a_reason_until_a_day(
    leader: Client, township: Township
) -> None:
    client = Client()
    hub.sign_in(client, "yi")
    told = leader.post("/people/yi/suspend", {"reason": "群众举报，核查", "until": day(3)})
    assert told.status_code == 302
    assert client.get("/").status_code == 302
    page = leader.get("/people/yi/").content.decode()
    assert "群众举报，核查" in page
    assert "癸" in page or "gui" in page
    row = Revocation.objects.get()
    assert (row.by, row.value) == ("gui", "yi")
    assert newest(township, township.now_ms).revoked_persons == ("yi",)
    assert row.until_ms is not None
    after = row.until_ms + 1
    assert newest(township, after).revoked_persons == ()
    assert roster.find("yi", after) is not None


@pytest.mark.django_db(databases=["default", "hotline"])
def test_doctor_names_whoever_has_one_key_only_and_no_one_who_is_suspended(
    leader: Client, township: Township
) -> None:
    """All have one passkey for approving; ren and geng get two, and to log in two and one."""
    persons = dict(township.roster.persons)
    for holder, times in (("ren", 2), ("geng", 1)):
        made = [Authenticator().create(RP_ID) for _ in range(2)]
        pair = tuple(Passkey(one.id, one.public_key) for one in made)
        persons[holder] = replace(persons[holder], passkeys=pair)
        for one in made[:times]:
            add_login_key(holder, one.id, one.public_key)
    township = township.change(roster=replace(township.roster, persons=persons))
    authority.import_package(township.package, root_sha256=sha256(township.roots[0]).digest())
    leader.post("/people/yi/suspend", {"reason": "核查"})
    found = authenticators.examine(gather.look(config(), now_ms()))
    everybody = set(OFFICES) | set(hub.STAFF)
    named = found.zh.split("（")[1].strip("）。").removeprefix("晨光村：").split("、")
    assert found.level == "warn"
    assert sorted(named) == sorted(everybody - {"xin", "yi", "ren"})
    assert found.zh.startswith(f"{len(named)} 人")


def test_he_is_given_back_with_a_reason(leader: Client) -> None:
    leader.post("/people/yi/suspend", {"reason": "核查"})
    assert leader.post("/people/yi/lift", {"reason": ""}).status_code == 400
    leader.post("/people/yi/lift", {"reason": "已查明"})
    page = leader.get("/people/yi/").content.decode()
    assert "已查明" in page
    assert "恢复此人" not in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"reason": "", "until": day(1)}, "请写明原因"),
        ({"reason": "字" * 301, "until": ""}, "请写明原因"),
        ({"reason": "核查", "until": day(-1)}, "不能早于今天"),
        ({"reason": "核查", "until": "tomorrow"}, "不是日期"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    leader: Client, typed: dict[str, str], words: str
) -> None:
    answer = leader.post("/people/yi/suspend", typed)
    page = answer.content.decode()
    assert (answer.status_code, words in page) == (400, True)
    assert all(f'value="{value}"' in page for value in typed.values() if value)
    assert not Revocation.objects.exists()


def test_a_lost_authenticator_is_taken_back_at_once(leader: Client, township: Township) -> None:
    person = Person("yi")
    assert person.verify(person.sign(person.asked())) == 200
    approving = township.roster.persons["yi"].passkeys[0].credential.hex()
    login = person.device.credentials[0].id.hex()
    for key in (approving, login):
        told = leader.post("/people/yi/passkeys/take-back", {"key": key, "reason": "手机丢失"})
        assert told.status_code == 302
    assert person.client.get("/").status_code == 302
    grants = newest(township, township.now_ms)
    assert grants.revoked_credentials == (bytes.fromhex(approving),)
    assert leader.get("/people/yi/").content.decode().count("已停用") == 2


@pytest.mark.parametrize("key", ["", "ab" * 32, "zz"])
def test_a_key_that_is_not_his_is_not_taken_back(leader: Client, key: str) -> None:
    told = leader.post("/people/yi/passkeys/take-back", {"key": key, "reason": "手机丢失"})
    assert told.status_code == 404
    assert service.in_force(0) == []


def test_no_page_gives_anybody_an_office_or_a_key(leader: Client, township: Township) -> None:
    for path in ("/people/", "/people/yi/"):
        for fields in ({"office": "village.secretary"}, {"credential": "ab" * 32}):
            assert leader.post(path, fields).status_code == 405
    assert not LoginKey.objects.exists()


def test_who_has_only_one_authenticator_is_told_and_shown(leader: Client) -> None:
    Person("geng")
    client = Client()
    hub.sign_in(client, "geng")
    assert client.get("/me/").content.decode().count("的钥匙只有一把") == 2
    assert "只有一把钥匙" in leader.get("/people/").content.decode()


def test_the_list_takes_as_many_queries_for_many_keys_as_for_few(leader: Client) -> None:
    counted = []
    for count in (10, 1000):
        LoginKey.objects.bulk_create(
            LoginKey(person="geng", credential=f"{count}-{number}".encode(), public_key=b"k")
            for number in range(count)
        )
        counted.append(asked(leader))
    assert counted[0] == counted[1]


def test_many_people_take_as_many_queries_as_few(leader: Client, township: Township) -> None:
    few = asked(leader)
    clerks = {f"p{n}": person(f"p{n}", ("village.clerk",), now_ms=now_ms()) for n in range(20)}
    roster = replace(township.roster, persons={**township.roster.persons, **clerks})
    changed = township.change(roster=roster)
    authority.import_package(changed.package, root_sha256=sha256(township.roots[0]).digest())
    assert asked(leader) == few
    page = leader.get("/people/").content.decode()
    assert "p19（p19）" in page
    assert "晨光村 · 文书" in page


def asked(leader: Client) -> int:
    """Queries of the list, once what is kept in memory is there."""
    leader.get("/people/")
    with CaptureQueriesContext(connection) as queries:
        assert leader.get("/people/").status_code == 200
    return len(queries)


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_the_pages_on_a_phone_and_on_a_desk(leader: Client) -> None:
    Person("gui")
    hub.sign_in(Client(), "gui")
    leader.post("/people/yi/suspend", {"reason": "群众举报，核查期间暂停", "until": day(3)})
    pages = {
        "all": "/people/",
        "suspended": "/people/yi/",
        "one": "/people/jia/",
        "me": "/me/",
        "login": "/login/",
    }
    look(ask(leader, pages.values(), ["hub/hub.css"]), pages, "people")
