"""The inspectors' port asked too often: who waits, for how long, and what it costs the hub."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings
from pytest_mock import MockerFixture

from hub.api import guard, pace
from hub.api.models import Spent
from hub.api.pace import Pace
from hub.api.tokens import create_token
from hub.audit.models import Attempt
from hub.clock import now_ms
from hub.config import FILE
from tests.hub import public_rig as hub
from tests.hub.journal_rig import Journal

pytestmark = pytest.mark.django_db
MINUTE = 60_000
FIGURES = "[port]\ntoken_minute = 5\npull_minute = 45\nstranger_minute = 3\n"


class Clock:
    """The port's, at the beginning of a minute."""

    def __init__(self, mocker: MockerFixture) -> None:
        self.now = now_ms() // MINUTE * MINUTE
        mocker.patch.object(guard, "now_ms", self.read)
        mocker.patch.object(guard, "PACE", Pace())

    def read(self) -> int:
        return self.now


@pytest.fixture(autouse=True)
def clock(settings: Settings, tmp_path: Path, mocker: MockerFixture) -> Clock:
    hub.staff_site(settings, tmp_path)
    hub.township(Journal())
    file = tmp_path / FILE
    file.write_text(f"{file.read_text('utf-8')}\n{FIGURES}", "utf-8")
    return Clock(mocker)


@pytest.fixture
def token(clock: Clock) -> str:
    return create_token("任的电脑", person="ren", may=("records", "lists"))


def ask(token: str, path: str = "api/v1/records", **headers: Any) -> Any:
    return Client(headers={"Authorization": f"Bearer {token}", **headers}).get(f"/{path}")


def asked(count: int, question: Callable[[], Any]) -> list[int]:
    return [question().status_code for _ in range(count)]


def test_a_token_waits_until_its_minute_is_over(clock: Clock, token: str) -> None:
    clock.now += 18_500
    assert asked(6, lambda: ask(token)) == [200] * 5 + [429]
    answer = ask(token)
    said = answer.json()
    assert (answer.status_code, said["code"], answer["Retry-After"]) == (429, "too_often", "42")
    assert all(said[one] for one in ("zh", "en", "next_zh", "next_en"))
    clock.now += 41_499
    assert ask(token)["Retry-After"] == "1"
    clock.now += 1
    assert asked(6, lambda: ask(token)) == [200] * 5 + [429]


def test_a_token_waits_for_itself_alone(token: str) -> None:
    other = create_token("别的电脑", person="ren", may=("records",))
    assert asked(6, lambda: ask(token))[-1] == 429
    assert ask(other).status_code == 200


def test_a_pull_has_a_number_of_its_own(token: str) -> None:
    assert asked(6, lambda: ask(token))[-1] == 429
    assert asked(46, lambda: ask(token, "inspect/v1/roots")) == [200] * 45 + [429]


def test_who_shows_no_token_in_force_is_stopped_by_his_address(clock: Clock, token: str) -> None:
    assert asked(4, lambda: ask("a guess")) == [401] * 3 + [429]
    assert Client().get("/api/v1/nowhere").status_code == 429
    assert ask(token).status_code == 200
    assert ask("a guess", **{"X-Forwarded-For": "203.0.113.7"}).status_code == 401
    clock.now += MINUTE
    assert ask("a guess").status_code == 401


def test_what_is_refused_is_kept_once_a_minute_and_writes_no_more(clock: Clock, token: str) -> None:
    asked(7, lambda: ask(token))
    asked(5, lambda: ask("a guess"))
    rows = Attempt.objects.filter(outcome="too_often").values_list("person", "about")
    assert list(rows) == [("ren", "token=任的电脑"), ("", "")]
    with CaptureQueriesContext(
        connection,
    ) as made:
        assert ask(token).status_code == 429
    assert [one["sql"].split()[0] for one in made] == ["SELECT"]
    clock.now += MINUTE
    asked(6, lambda: ask(token))
    assert Attempt.objects.filter(outcome="too_often", person="ren").count() == 2


def test_most_questions_write_no_count(token: str) -> None:
    with CaptureQueriesContext(connection) as made:
        assert asked(40, lambda: ask(token, "inspect/v1/roots")) == [200] * 40
    counted = [one for one in made if one["sql"].startswith("UPDATE") and "api_spent" in one["sql"]]
    assert len(counted) == 40 / pace.PORTION


def test_processes_count_together(clock: Clock) -> None:
    """Each has taken a portion that the other cannot have."""
    first, second = Pace(), Pace()
    turns = [one for _ in range(60) for one in (first, second)]
    admitted = [one.ask("token", 45, clock.now) is None for one in turns]
    assert sum(admitted) == 45
    assert first.ask("token", 45, clock.now + MINUTE) is None


def test_a_clock_put_back_stops_nobody(clock: Clock) -> None:
    own = Pace()
    assert [own.ask("token", 1, clock.now) is None for _ in range(2)] == [True, False]
    assert own.ask("token", 1, clock.now - MINUTE) is None


def test_what_was_counted_names_nobody(token: str) -> None:
    asked(2, lambda: ask(token))
    asked(2, lambda: ask("a guess"))
    held = str(list(Spent.objects.values()))
    assert token not in held
    assert "127.0.0.1" not in held
    assert Spent.objects.count() == 2
