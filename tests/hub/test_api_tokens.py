"""Tokens of the inspectors' port: whose each is, what it may, until when; each use is kept."""

from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django.fixtures import Settings

from hub.api import listed
from hub.api.limits import limits
from hub.api.models import Token
from hub.api.scopes import SCOPES, WHOLE
from hub.api.tokens import DAY_MS, create_token, revoke
from hub.audit.models import Attempt
from hub.clock import now_ms
from hub.config import FILE, ConfigError, config
from tests.hub import public_rig as hub
from tests.hub.journal_rig import Journal
from tests.support.contents import VILLAGE
from wire.refusals import Refused

pytestmark = pytest.mark.django_db
ALL = tuple(SCOPES)


@pytest.fixture(autouse=True)
def site(settings: Settings, tmp_path: Path) -> None:
    hub.staff_site(settings, tmp_path)
    hub.township(Journal())


def ask(token: str, path: str, method: str = "get", **more: Any) -> Any:
    client = Client(headers={"Authorization": f"Bearer {token}"})
    return getattr(client, method)(f"/api/v1/{path}", **more)


def code(token: str, path: str = "records") -> tuple[int, str]:
    answer = ask(token, path)
    return answer.status_code, answer.json().get("code", "")


def test_an_inspectors_token_reads_what_it_says(tmp_path: Path) -> None:
    token = create_token("任的电脑", person="ren", may=("records", "alarms"))
    assert code(token) == (200, "")
    assert code(token, "cases") == (403, "not_permitted")
    told = ask(token, "token").json()
    assert (told["person"], told["may"], told["villages"]) == ("ren", ["records", "alarms"], None)


def test_a_term_that_ended_ends_the_token() -> None:
    assert code(create_token("x", person="xin", may=("records",))) == (403, "not_permitted")


@pytest.mark.parametrize("person", ["gui", "geng", "wu", "nobody"])
def test_who_holds_no_office_that_reads_here_reads_nothing(person: str) -> None:
    token = create_token("x", person=person, may=ALL)
    for path in ("records", "alarms", "cases", "machines", "statistics", "exports"):
        assert code(token, path) == (403, "not_permitted"), path
    client = Client(headers={"Authorization": f"Bearer {token}"})
    assert client.get("/inspect/v1/openings").status_code == 403


def test_an_office_of_a_village_reads_its_village_alone(tmp_path: Path) -> None:
    text = (tmp_path / FILE).read_text()
    (tmp_path / FILE).write_text(f'{text}\n[port]\nreaders = ["village.clerk"]\n')
    token = create_token("x", person="geng", may=ALL)
    told = ask(token, "token").json()
    assert told["villages"] == [VILLAGE]
    assert not set(told["may"]) & set(WHOLE)
    assert code(token, "records?village=another") == (403, "not_permitted")
    assert code(create_token("y", person="ren", may=ALL)) == (403, "not_permitted")


def test_a_program_of_nobody_reads_bundles_alone() -> None:
    token = create_token("县里的备份")
    assert code(token) == (403, "not_permitted")
    client = Client(headers={"Authorization": f"Bearer {token}"})
    assert client.get("/inspect/v1/roots").status_code == 200
    with pytest.raises(Refused, match="only for a person"):
        create_token("x", may=("records",))


@pytest.mark.parametrize(
    "wrong",
    [
        {"may": ()},
        {"may": ("everything",)},
        {"may": ("openings",), "villages": ("sunrise",)},
        {"may": ("records",), "days": 0},
        {"may": ("records",), "days": 366},
    ],
)
def test_what_no_token_may_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="bad_request"):
        create_token("x", person="ren", **wrong)
    assert not Token.objects.exists()


def test_a_token_ends_by_itself_or_at_once_when_it_is_withdrawn() -> None:
    token = create_token("x", person="ren", may=("records",), days=3)
    found = Token.objects.get()
    assert found.expires_ms - found.created_ms == 3 * DAY_MS
    assert code(token) == (200, "")
    revoke(found, now_ms())
    assert code(token) == (401, "token_refused")
    Token.objects.create(
        name="old", sha256=b"o" * 32, created_ms=1, person="ren", may=["records"], expires_ms=2
    )
    assert [one.good for one in listed.tokens(now_ms())] == [False, False]


def test_what_a_token_may_is_never_changed_and_a_withdrawn_one_never_given_back() -> None:
    create_token("x", person="ren", may=("records",))
    revoke(Token.objects.get(), 5)
    for change in (
        {"may": ["records", "cases"]},
        {"person": "gui"},
        {"villages": ["sunrise"]},
        {"expires_ms": 1 << 50},
        {"revoked_ms": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Token.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Token.objects.all().delete()


def test_each_use_is_in_the_audit_under_its_persons_name() -> None:
    token = create_token("任的电脑", person="ren", may=("records",))
    for _ in range(2):
        ask(token, "records?kind=boot")
    ask(token, "alarms")
    ask("guess", "records")
    rows = Attempt.objects.order_by("pk").values_list("person", "route", "about", "outcome")
    assert list(rows) == [
        ("ren", "api-records", "token=任的电脑", "done"),
        ("ren", "api-records", "token=任的电脑", "done"),
        ("ren", "api-alarms", "token=任的电脑", "not_permitted"),
        ("", "api-records", "", "token_refused"),
    ]


def test_what_a_pull_asks_a_thousand_times_is_in_the_audit_once_an_hour() -> None:
    client = Client(headers={"Authorization": f"Bearer {create_token('周检')}"})
    for _ in range(5):
        client.get("/inspect/v1/openings")
    client.get("/inspect/v1/roots")
    rows = Attempt.objects.order_by("pk").values_list("person", "route", "outcome")
    assert list(rows) == [
        ("token:周检", "pull-openings", "done"),
        ("token:周检", "pull-roots", "done"),
    ]


def test_when_a_token_was_used_last_is_kept() -> None:
    token = create_token("x", person="ren", may=("records",))
    assert Token.objects.get().used_ms is None
    ask(token, "records")
    used = Token.objects.get().used_ms
    assert used is not None
    ask(token, "records")
    assert Token.objects.get().used_ms == used


@pytest.mark.parametrize(
    "line",
    ["days = 3", 'readers = "x"', "token_days = 0", "readers = [1]", "pull_minute = true"],
)
def test_settings_are_read_strictly(tmp_path: Path, line: str) -> None:
    text = (tmp_path / FILE).read_text()
    (tmp_path / FILE).write_text(f"{text}\n[port]\n{line}\n")
    with pytest.raises(ConfigError, match="port"):
        limits(config())
