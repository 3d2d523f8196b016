"""Log-ins: who fails too often waits, nobody is told who is in office, and sessions end in time."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django.fixtures import Settings
from pytest_mock import MockerFixture

from hub.audit.models import Attempt
from hub.clock import moment, now_ms
from hub.config import FILE, ConfigError
from hub.people import limits, tries
from hub.people.models import Sitting, Tries
from hub.people.views import text_of
from hub.revoke import revoke
from tests.hub.test_staff_site import Person
from tests.support.township import Township

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("township")]
MINUTE, HOUR = 60_000, 3_600_000
WRONG = {name: text_of(b"x" * 60) for name in ("credential", "authenticator_data", "signature")}


class Clock:
    """The hub's, for what judges time here."""

    def __init__(self, mocker: MockerFixture) -> None:
        self.now = now_ms()
        for where in ("views", "session", "pages"):
            mocker.patch(f"hub.people.{where}.now_ms", self.read)

    def read(self) -> int:
        return self.now


@pytest.fixture
def clock(mocker: MockerFixture) -> Clock:
    return Clock(mocker)


def ask(client: Client, name: str, **headers: Any) -> Any:
    return client.post(
        "/login/options", json.dumps({"person": name}), "application/json", **headers
    )


def fail(client: Client, name: str, **headers: Any) -> tuple[int, str]:
    ask(client, name, **headers)
    fields = {**WRONG, "client_data": text_of(b"{}")}
    answer = client.post("/login/verify", json.dumps(fields), "application/json", **headers)
    return answer.status_code, answer.json()["code"]


def log_in(person: Person) -> int:
    return person.verify(person.sign(person.asked()))


def test_after_five_failures_even_the_right_passkey_waits_a_quarter_of_an_hour(
    clock: Clock,
) -> None:
    person = Person("geng")
    assert {fail(Client(), "geng") for _ in range(5)} == {(403, "passkey_wrong")}
    assert fail(Client(), "geng") == (403, "login_locked")
    assert log_in(person) == 403
    assert log_in(Person("jia")) == 200
    clock.now += 15 * MINUTE
    assert log_in(person) == 200


def test_a_log_in_forgets_what_failed_before_but_the_day_does_not(clock: Clock) -> None:
    person = Person("geng")
    for _ in range(7):
        for _ in range(4):
            fail(Client(), "geng")
        assert log_in(person) == 200
    for _ in range(2):
        fail(Client(), "geng")
    assert log_in(person) == 403
    clock.now += 24 * HOUR
    assert log_in(person) == 200


def test_one_address_is_stopped_whoever_it_says_it_is() -> None:
    told = [fail(Client(), f"nobody-{number}")[1] for number in range(61)]
    assert told == ["passkey_wrong"] * 60 + ["login_locked"]
    elsewhere = {"headers": {"X-Forwarded-For": "203.0.113.7"}}
    assert fail(Client(), "geng", **elsewhere) == (403, "passkey_wrong")


def test_an_address_is_the_one_that_the_web_server_in_front_saw() -> None:
    for number in range(60):
        forged = {"headers": {"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.7"}}
        fail(Client(), f"nobody-{number}", **forged)
    seen = {"headers": {"X-Forwarded-For": "203.0.113.7"}}
    assert fail(Client(), "geng", **seen) == (403, "login_locked")


def test_the_counts_name_nobody_and_do_not_grow(mocker: MockerFixture) -> None:
    mocker.patch.object(tries, "BUCKETS", 8)
    for number in range(60):
        fail(Client(), f"nobody-{number}")
    assert Tries.objects.count() <= 3 * 8
    assert "nobody" not in str(list(Tries.objects.values()))


def test_nor_do_strangers_sessions(clock: Clock) -> None:
    answers = [ask(Client(), "geng").status_code for _ in range(241)]
    assert answers == [200] * 240 + [429]
    assert Session.objects.count() == 240
    Session.objects.update(expire_date=moment(clock.now - HOUR))
    clock.now += HOUR
    assert ask(Client(), "geng").status_code == 200
    assert Session.objects.count() == 1


def test_who_is_on_no_roster_is_answered_like_who_is(township: Township) -> None:
    Person("geng")
    revoke("person", "jia", "调查", township.now_ms)
    known, suspended, nobody = (
        ask(Client(), name).json() for name in ("geng", "jia", "no-such-person")
    )
    assert len({frozenset(one) for one in (known, suspended, nobody)}) == 1
    for one in (known, suspended, nobody):
        assert len(one["credentials"]) == 4
        assert {len(each) for each in one["credentials"]} == {43}
    assert ask(Client(), "no-such-person").json()["credentials"] == nobody["credentials"]
    told = {fail(Client(), name) for name in ("geng", "jia", "no-such-person")}
    assert told == {(403, "passkey_wrong")}


def test_the_page_lists_nobody() -> None:
    page = Client().get("/login/").content.decode()
    assert not any(name in page for name in ("庚七晨", "甲一明", "geng"))


def test_a_name_does_as_well_as_an_id(township: Township) -> None:
    person = Person("geng")
    person.name = township.roster.persons["geng"].name
    assert log_in(person) == 200
    assert person.client.get("/").status_code == 200


def test_who_proved_his_passkey_is_told_why_he_may_not_come_in(township: Township) -> None:
    person, left = Person("geng"), Person("xin")
    revoke("person", "geng", "调查", township.now_ms)
    for one, code in ((person, "person_suspended"), (left, "not_in_office")):
        assert log_in(one) == 403
        assert Attempt.objects.latest("id").outcome == code
        assert Attempt.objects.latest("id").about == f"person={one.name}"


def test_a_passkey_that_was_taken_back_logs_nobody_in_and_ends_what_it_began(
    township: Township,
) -> None:
    person = Person("geng")
    assert log_in(person) == 200
    credential = person.device.credentials[0].id.hex()
    revoke("login", credential[:12], "手机丢失", township.now_ms)
    assert person.client.get("/").status_code == 302
    assert log_in(person) == 403
    revoke("login", credential, "找到了", township.now_ms, lift=True)
    assert log_in(person) == 200


def test_a_suspension_ends_a_session_for_good(township: Township) -> None:
    person = Person("geng")
    log_in(person)
    revoke("person", "geng", "调查", township.now_ms)
    assert person.client.get("/").status_code == 302
    revoke("person", "geng", "已查明", township.now_ms, lift=True)
    assert person.client.get("/").status_code == 302
    assert log_in(person) == 200


def test_a_session_ends_when_nobody_used_it_and_after_its_hours(clock: Clock) -> None:
    person = Person("geng")
    log_in(person)
    for _ in range(12):
        assert person.client.get("/").status_code == 200
        clock.now += 59 * MINUTE
    clock.now += 30 * MINUTE
    assert person.client.get("/").status_code == 302
    log_in(person)
    clock.now += 61 * MINUTE
    assert person.client.get("/").status_code == 302
    assert Attempt.objects.latest("id").outcome == "session_over"


def test_one_sees_ones_own_log_ins_and_ends_them() -> None:
    first, second, other = Person("geng"), Person("geng"), Person("jia")
    for one in (first, second, other):
        log_in(one)
    theirs = Sitting.objects.get(person="jia")
    assert first.client.post(f"/me/sittings/{theirs.pk}/end").status_code == 404
    page = first.client.get("/me/").content.decode()
    assert page.count("就是这里") == 1
    assert "结束其他的登录" in page
    first.client.post("/me/sittings/end")
    assert second.client.get("/").status_code == 302
    assert first.client.get("/").status_code == 200
    assert other.client.get("/").status_code == 200


def test_a_cookie_alone_opens_nothing_after_its_log_out() -> None:
    person = Person("geng")
    log_in(person)
    thief = Client()
    thief.cookies["sealhub"] = person.client.cookies["sealhub"].value
    assert thief.get("/").status_code == 200
    person.client.post("/logout")
    assert thief.get("/").status_code == 302


@pytest.mark.parametrize("line", ["idle_minutes = 0", 'lock_minutes = "x"', "idle = 5"])
def test_a_setting_that_makes_no_sense_is_named(settings: Settings, line: str) -> None:
    file = Path(settings.STATE) / FILE
    file.write_text(file.read_text("utf-8").replace("[login]", f"[login]\n{line}"), "utf-8")
    from hub.config import read

    with pytest.raises(ConfigError, match=line.split(" ")[0]):
        limits.limits(read(Path(settings.STATE)))


def test_the_numbers_are_the_townships(settings: Settings) -> None:
    file = Path(settings.STATE) / FILE
    file.write_text(
        file.read_text("utf-8").replace("[login]", "[login]\nperson_failures = 2"), "utf-8"
    )
    told = [fail(Client(), "geng")[1] for _ in range(3)]
    assert told == ["passkey_wrong"] * 2 + ["login_locked"]
