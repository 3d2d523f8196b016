"""Nobody learns from the look-up of relief but who knows name and number, or has the card."""

import hmac
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings
from pytest_mock import MockerFixture

from hub import config
from hub.clock import now_ms
from hub.config import config as read_config
from hub.days import today
from hub.relief import cards, keys, look_views, taken, tally
from hub.relief.look import Asked, Pace, look
from hub.relief.models import Household, LookDay, Tally
from tests.hub import relief_rig as rig
from tests.hub.flow_rig import client, page, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("township")]
NAME, OTHER = "示例二", "示例三"
DELAY_S = 0.8
TITLE = "没有查到"


class Clock:
    """Work takes `work` ns each time somebody looks at it; sleep is noted."""

    def __init__(self, work: int = 5_000_000) -> None:
        self.now, self.work, self.slept = 0, work, list[float]()

    def __call__(self) -> int:
        self.now += self.work
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += round(seconds * 1e9)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(look_views, "PACE", Pace(made, made.sleep))
    return made


@pytest.fixture
def villager(clock: Clock, settings: Settings) -> "Villager":
    rig.all_of_it(rig.given(NAME, 1), rig.given(OTHER, rig.with_x(), "H-2"))
    return Villager(settings)


class Villager:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def post(self, address: str = "192.0.2.7", **typed: str) -> Any:
        self._settings.ROOT_URLCONF = "hub.urls_public"
        try:
            return Client(REMOTE_ADDR=address).post("/relief/", typed)
        finally:
            self._settings.ROOT_URLCONF = "hub.urls_staff"

    def finds(self, **typed: str) -> bool:
        said = self.post(**typed).content.decode()
        assert ("查到了" in said) != (TITLE in said)
        return "查到了" in said


def card(number: str = "H-1") -> str:
    found = Household.objects.get(number=number)
    return cards.make([found], person(rig.LEADER), read_config(), now_ms())[0].code


def other_digit(code: str) -> str:
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def test_who_knows_both_sees_project_amount_date_and_source(villager: Villager) -> None:
    said = villager.post(name=NAME, number=rig.number(1)).content.decode()
    for word in ("1,500.00", rig.PROJECT, "2026-09-30", "县财政", "12317"):
        assert word in said
    assert OTHER not in said


def test_the_card_shows_the_household_and_no_other(villager: Villager) -> None:
    code = card()
    said = villager.post(code=" ".join(code[at : at + 4] for at in range(0, 16, 4)))
    assert NAME in said.content.decode()
    assert OTHER not in said.content.decode()


@pytest.mark.parametrize(
    ("name", "number"),
    [
        (NAME, "".join(chr(ord(one) + 0xFEE0) for one in rig.number(1))),
        (f" {NAME[:1]} {NAME[1:]}　", rig.number(1)),
        (NAME, f"{rig.number(1)[:6]} {rig.number(1)[6:14]}-{rig.number(1)[14:]}"),
        (OTHER, rig.number(rig.with_x()).lower()),
        (OTHER, rig.number(rig.with_x())[:-1] + "Ｘ"),
    ],
    ids=["full-width digits", "blanks in the name", "groups", "x for X", "full-width X"],
)
def test_it_does_not_matter_how_it_is_typed(villager: Villager, name: str, number: str) -> None:
    assert villager.finds(name=name, number=number)


def attacks() -> dict[str, dict[str, str]]:
    right = rig.number(1)
    return {
        "nothing": {},
        "the name alone": {"name": NAME},
        "the number alone": {"number": right},
        "a wrong check digit": {"name": NAME, "number": other_digit(right[:-1] + "0")},
        "another's number": {"name": NAME, "number": rig.number(rig.with_x())},
        "a shorter number": {"name": NAME, "number": right[:-1]},
        "a pattern": {"name": "%", "number": "%" * 18},
        "an SQL quotation": {"name": "' OR 1=1 --", "number": right},
        "a code that nobody has": {"code": "0" * 15 + "1"},
        "the number as a code": {"code": right},
        "a lone surrogate": {"name": "\ud800".encode("utf-8", "replace").decode(), "number": "1"},
        "far too much": {"name": NAME * 5000, "number": right * 500},
    }


@pytest.mark.parametrize("attack", attacks())
def test_it_finds_nothing(villager: Villager, attack: str) -> None:
    assert not villager.finds(**attacks()[attack])


def measured(
    villager: Villager, clock: Clock, mocker: MockerFixture, address: str, **typed: str
) -> tuple[Any, ...]:
    """What somebody outside could tell answers apart by, and the work that was done for one."""
    hashes = mocker.spy(hmac, "digest")
    before = clock.now
    with CaptureQueriesContext(
        connection,
    ) as queries:
        reply = villager.post(address, **typed)
    made = (
        [" ".join(one["sql"].split()[:3]) for one in queries if "relief_" in one["sql"]],
        hashes.call_count,
        clock.now - before,
        len(reply.content),
        reply.status_code,
        sorted(reply.headers),
    )
    mocker.stop(hashes)
    return made


def test_hit_miss_and_malformed_are_the_same_work_released_at_the_same_time(
    villager: Villager, clock: Clock, mocker: MockerFixture
) -> None:
    code, right = card(), rig.number(1)
    asked = [
        {"name": NAME, "number": right},
        {"code": code},
        {"code": other_digit(code)},
        *attacks().values(),
    ]
    made = [
        measured(villager, clock, mocker, f"192.0.2.{at}", **one) for at, one in enumerate(asked)
    ]
    queries, hashes, taken_ns, length, status, _ = made[0]
    for one in made:
        assert one == made[0]
    assert (len(queries), hashes, length, status) == (4, 4, look_views.LENGTH, 200)
    assert taken_ns == pytest.approx(DELAY_S * 1e9, abs=2 * clock.work)


def test_the_answer_to_none_and_to_wrong_is_the_same_text(villager: Villager) -> None:
    said = {
        villager.post(f"192.0.2.{at}", **one).content.split(b"</html>")[0]
        for at, one in enumerate(attacks().values())
    }
    assert len(said) == 1
    assert NAME.encode() not in said.pop()


def test_what_takes_longer_is_released_at_the_next_beat(villager: Villager, clock: Clock) -> None:
    clock.work = 900_000_000
    villager.post(name=NAME)
    assert clock.slept == [pytest.approx(0.7)]


def test_who_finds_no_room_to_wait_is_told_so_and_learns_nothing(
    villager: Villager, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    room = BoundedSemaphore(1)
    room.acquire()
    monkeypatch.setattr(look_views, "PACE", Pace(clock, clock.sleep, room))
    for typed in ({"name": NAME, "number": rig.number(1)}, {"name": NAME}):
        reply = villager.post(**typed)
        assert reply.status_code == 503
        assert "过一会儿" in reply.content.decode()
    assert not LookDay.objects.exists()


def relief(lines: str) -> None:
    file = read_config().state / config.FILE
    file.write_text(f"{file.read_text('utf-8')}\n[relief]\n{lines}\n", "utf-8")


LIMITS: Mapping[str, tuple[str, Callable[[int], tuple[str, str]]]] = {
    "one address": ("address_day = 3", lambda at: ("192.0.2.7", f"例{at}")),
    "one address's network": ("address_day = 3", lambda at: (f"2001:db8:1:2::{at}", f"例{at}")),
    "one name from many addresses": ("key_day = 3", lambda at: (f"192.0.2.{at}", NAME)),
    "all together": ("day = 3", lambda at: (f"192.0.2.{at}", f"例{at}")),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_who_tries_too_often_is_refused_even_what_is_right(
    villager: Villager, clock: Clock, limit: str
) -> None:
    lines, each = LIMITS[limit]
    relief(lines)
    for at in range(3):
        address, name = each(at)
        assert villager.post(address, name=name, number=f"{at}").status_code == 200
    reply = villager.post(each(9)[0], name=NAME, number=rig.number(1))
    assert reply.status_code == 429
    assert "1,500.00" not in reply.content.decode()
    assert len(reply.content) == look_views.LENGTH
    assert clock.slept[-1] == pytest.approx(clock.slept[0])
    assert LookDay.objects.get().refused == 1


def test_one_households_code_is_limited_too(villager: Villager) -> None:
    relief("key_day = 2")
    code = card()
    said = [villager.post(f"192.0.2.{at}", code=code).status_code for at in range(3)]
    assert said == [200, 200, 429]


def test_inspectors_see_how_often_and_not_what_or_who(villager: Villager) -> None:
    villager.post(name=NAME, number=rig.number(1))
    villager.post(name=NAME, number="1")
    said = page("ren", "/relief/looks/")
    row = LookDay.objects.get()
    assert (row.asked, row.found, row.refused) == (2, 1, 0)
    assert f'<td data-label="查了">{row.asked}</td>' in said
    assert "2 次（满 12 次" in said
    assert NAME not in said
    assert "192.0.2.7" not in said


def test_no_table_holds_an_address_a_name_that_was_typed_or_a_number(villager: Villager) -> None:
    villager.post(name="外村人", number=rig.number(7))
    with connection.cursor() as cursor:
        dump = ""
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            dump += repr(cursor.fetchall())
    for secret in ("192.0.2.7", "外村人", rig.number(1), rig.number(7), card()):
        assert secret not in dump


def test_counts_of_a_day_cannot_be_joined_with_the_next_and_go(villager: Villager) -> None:
    now = now_ms()
    days = [now, now + 86_400_000]
    for at in days:
        look(Asked(NAME), "192.0.2.7", read_config(), at)
    address = Tally.objects.filter(kind=tally.ADDRESS)
    assert len({bytes(one.who) for one in address}) == 2
    look(Asked(NAME), "192.0.2.7", read_config(), now + 2 * 86_400_000)
    assert not Tally.objects.filter(day=today(now).isoformat()).exists()


def test_a_lost_card_finds_nothing_once_there_is_another(villager: Villager) -> None:
    lost = card()
    assert villager.finds(code=lost)
    found = card()
    assert not villager.finds(code=lost)
    assert villager.finds(code=found)


def test_what_was_withdrawn_is_not_found(villager: Villager) -> None:
    batch = rig.take("benefits", rig.given("示例四", 4, "H-4"))
    assert villager.finds(name="示例四", number=rig.number(4))
    taken.withdraw(batch, "金额写错", person(rig.LEADER), now_ms())
    assert not villager.finds(name="示例四", number=rig.number(4))


def test_it_is_asked_by_post_alone_and_stands_in_no_address(villager: Villager) -> None:
    villager._settings.ROOT_URLCONF = "hub.urls_public"
    said = Client().get(f"/relief/?name={NAME}&number={rig.number(1)}")
    assert "1,500.00" not in said.content.decode()
    assert said["Cache-Control"] == "no-store, no-transform"
    assert said["Referrer-Policy"] == "no-referrer"


def test_without_its_key_nothing_is_answered(villager: Villager, tmp_path: Path) -> None:
    (tmp_path / keys.FILE).unlink()
    with pytest.raises(config.ConfigError, match="relief"):
        villager.post(name=NAME, number=rig.number(1))


def test_staff_of_a_village_do_not_see_the_counts(villager: Villager) -> None:
    assert client("geng").get("/relief/looks/").status_code == 403
