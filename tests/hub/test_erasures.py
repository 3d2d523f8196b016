"""Searches, uses of tokens, notices, people given relief: kept until the township sets days, held
by cases, erased in the open.
"""

from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django.fixtures import Settings
from pytest_mock import MockerFixture

from hub.alarms.models import Alarm
from hub.audit import erasures, periods
from hub.audit.models import Attempt, Erasure
from hub.cases import act
from hub.cases.models import Case
from hub.clock import now_ms
from hub.config import FILE, ConfigError, config
from hub.ingest.models import Record
from hub.notices.models import Delivery, Notice
from hub.operate.retain import rows
from hub.operate.retain.rows import DAY_MS, Rows
from hub.records import index
from hub.relief.models import Batch, Benefit, Household
from hub.searches.models import Search
from tests.hub import public_rig as hub
from tests.hub.journal_rig import Journal
from tests.hub.test_notices import raised
from tests.support.contents import DEVICE, VILLAGE

pytestmark = pytest.mark.django_db
NOW = now_ms()
OLD = NOW - 100 * DAY_MS
TABLES: dict[str, Any] = {
    "searches": Search,
    "uses": Attempt,
    "notices": Notice,
    "relief": Benefit,
}
DAYS = dict.fromkeys(TABLES, 90)


@pytest.fixture(autouse=True)
def journal(settings: Settings, tmp_path: Path, mocker: MockerFixture) -> Journal:
    hub.staff_site(settings, tmp_path)
    mocker.patch.object(rows, "PORTION", 2)
    made = Journal()
    hub.township(made)
    return made


def days(**numbers: int) -> None:
    """What hub.toml says from now on."""
    file = config().state / FILE
    lines = "".join(f"{name} = {number}\n" for name, number in numbers.items())
    file.write_text(f"{file.read_text('utf-8')}\n[retain]\n{lines}", "utf-8")


def searched(at_ms: int, **values: str) -> int:
    return Search.objects.create(person="ren", about="records", values=values, made_ms=at_ms).pk


def used(at_ms: int, route: str = "api-records", about: str = "token=x") -> int:
    row = {"method": "GET", "outcome": "done", "person": "ren"}
    return Attempt.objects.create(at_ms=at_ms, route=route, about=about, **row).pk


def told(at_ms: int, number: int, kind: str = "alarm_raised") -> int:
    cause = f"{kind}{number}{at_ms}".encode().ljust(32, b"-")[:32]
    made = Notice.objects.create(
        cause=cause, kind=kind, village=VILLAGE, device=DEVICE, told={"number": number},
        made_ms=at_ms,
    )  # fmt: skip
    Delivery.objects.create(notice=made, target="t", state="sent", due_ms=at_ms)
    return made.pk


def helped(at_ms: int, household: str) -> int:
    where = Household.objects.get_or_create(village=VILLAGE, number=household)[0]
    batch = Batch.objects.create(kind="benefits", person="gui", at_ms=at_ms, sha256=b"", lines=1)
    return Benefit.objects.create(
        batch=batch, village=VILLAGE, household=where, name="示例二", index=b"i" * 32, generation=1,
        project="茶园补助", amount=150_000, day="2026-09-30", source="县财政",
    ).pk  # fmt: skip


def left() -> dict[str, set[int]]:
    return {name: set(one.objects.values_list("pk", flat=True)) for name, one in TABLES.items()}


def fill() -> tuple[dict[str, set[int]], dict[str, set[int]]]:
    """(old rows, young ones), by kind."""
    made = tuple(
        {
            "searches": {searched(at, person="wu") for _ in range(5)},
            "uses": {used(at), used(at, "pull-openings"), used(at, "api-export")},
            "notices": {told(at, number) for number in range(3)},
            "relief": {helped(at, f"{at}"), helped(at, "both")},
        }
        for at in (OLD, NOW - 80 * DAY_MS)
    )
    return made[0], made[1]


def test_what_hub_toml_does_not_name_is_kept() -> None:
    fill()
    before = left()
    assert periods.days(config()) == {}
    assert rows.erase({}, NOW) == ()
    assert left() == before
    assert not Erasure.objects.exists()


def test_what_is_older_goes_and_the_hub_says_so_for_good() -> None:
    old, young = fill()
    until = NOW - 90 * DAY_MS
    due = [Rows(name, until, len(old[name]), 0) for name in DAYS]
    assert list(rows.planned(DAYS, NOW)) == due
    assert left() == {name: old[name] | young[name] for name in TABLES}
    assert list(rows.erase(DAYS, NOW)) == due
    assert left() == young
    assert Delivery.objects.count() == 3
    assert {one.number for one in Household.objects.all()} == {f"{NOW - 80 * DAY_MS}", "both"}
    lines = Erasure.objects.order_by("pk").values_list("what", "days", "until_ms", "count")
    assert list(lines) == [(name, 90, until, len(old[name])) for name in DAYS]
    assert [one.count for one in rows.erase(DAYS, NOW)] == [0, 0, 0, 0]
    assert Erasure.objects.count() == 4


def test_of_the_audit_only_what_programs_did_goes() -> None:
    others = {used(OLD, route) for route in ("port:new", "login-verify", "apis", "application-new")}
    used(OLD, "api-records")
    rows.erase({"uses": 1}, NOW)
    assert left()["uses"] == others
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.filter(pk__in=others).delete()


@pytest.mark.parametrize("name", TABLES)
def test_the_database_itself_lets_nothing_go_that_no_erasure_covers(name: str) -> None:
    old, young = fill()
    erasures.begin(name, 90, NOW - 90 * DAY_MS, NOW)
    Delivery.objects.all().delete()
    table = TABLES[name].objects
    with pytest.raises(IntegrityError), transaction.atomic():
        table.filter(pk__in=young[name]).delete()
    other = next(one for one in TABLES if one != name)
    with pytest.raises(IntegrityError), transaction.atomic():
        TABLES[other].objects.filter(pk__in=old[other]).delete()
    table.filter(pk__in=old[name]).delete()


def test_what_was_erased_cannot_be_hidden() -> None:
    row = erasures.begin("searches", 90, OLD, NOW)
    erasures.end(row, 5)
    for change in ({"count": 4}, {"until_ms": 1}, {"what": "uses"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Erasure.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Erasure.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        erasures.begin("searches", 0, NOW, NOW)


def test_a_run_that_was_broken_off_has_no_count_and_the_next_goes_on(
    mocker: MockerFixture,
) -> None:
    fill()
    holder = mocker.patch("hub.cases.holds.searches", side_effect=[set(), RuntimeError])
    with pytest.raises(RuntimeError):
        rows.erase({"searches": 90}, NOW)
    assert (Search.objects.count(), Erasure.objects.get().count) == (8, None)
    mocker.stop(holder)
    assert rows.erase({"searches": 90}, NOW)[0].count == 3
    assert [one.count for one in Erasure.objects.order_by("pk")] == [None, 3]


def test_a_notice_that_somebody_still_waits_for_stays() -> None:
    number = told(OLD, 1)
    Delivery.objects.update(state="waiting")
    assert rows.erase({"notices": 90}, NOW)[0] == Rows("notices", NOW - 90 * DAY_MS, 0, 0)
    assert left()["notices"] == {number}


@pytest.fixture
def case(journal: Journal) -> Case:
    """About a stamp at the machine, and an alarm."""
    journal.stamp(b"g" * 32)
    hub.store(journal.written)
    while index.step():
        pass
    raised()
    record = Record.objects.get(kind="stamped")
    made = act.open_with("夜间用印", record, "ren", NOW)
    act.add(made, Alarm.objects.get(), "ren", NOW)
    return made


def test_an_open_case_holds_what_it_is_about(case: Case) -> None:
    stamped = bytes(Record.objects.get(kind="stamped").entry_hash).hex()
    kept = {
        "searches": {
            searched(OLD, person="wu"),
            searched(OLD, person="戊五辉"),
            searched(OLD, device=DEVICE),
            searched(OLD, village=VILLAGE, kind="stamped"),
        },
        "uses": {
            used(OLD, "api-records-sha256", f"token=x sha256={stamped}"),
            used(OLD, "api-records-sha256", f"token={'x' * 64} sha256={stamped}"[:120]),
            used(OLD, "api-cases-number", f"token=x number={case.pk}"),
        },
        "notices": {told(OLD, Alarm.objects.get().pk)},
    }
    searched(OLD, person="jia")
    searched(OLD, village="elsewhere")
    searched(OLD, kind="stamped")
    used(OLD, "api-records-sha256", f"token=x sha256={'0' * 64}")
    used(OLD, "api-cases-number", f"token=x number={case.pk}1")
    told(OLD, 999)
    young = set(Notice.objects.filter(made_ms__gt=OLD).values_list("pk", flat=True))
    made = rows.erase(DAYS, NOW)
    assert [(one.count, one.held) for one in made] == [(3, 4), (2, 3), (1, 1), (0, 0)]
    assert left() == {**kept, "notices": kept["notices"] | young, "relief": set()}


def test_a_closed_case_lets_go_after_its_days(case: Case) -> None:
    searched(OLD, person="wu")
    act.end(case, "unfounded", "查过，没有问题。", "ren", NOW)
    assert rows.erase({"searches": 90}, NOW)[0].held == 1
    file = config().state / FILE
    file.write_text(f"{file.read_text('utf-8')}\n[cases]\nkeep_days = 0\n", "utf-8")
    assert rows.erase({"searches": 90}, NOW)[0].count == 1


@pytest.mark.parametrize("line", ["searches_days = 0", "records_days = 5", 'uses_days = "1"'])
def test_settings_are_read_strictly(tmp_path: Path, line: str) -> None:
    file = tmp_path / FILE
    file.write_text(f"{file.read_text('utf-8')}\n[retain]\n{line}\n", "utf-8")
    with pytest.raises(ConfigError, match="retain"):
        periods.days(config())


def test_each_page_says_how_long_and_what_went() -> None:
    fill()
    leader, inspector = Client(), Client()
    hub.sign_in(leader, "gui")
    hub.sign_in(inspector, "ren")
    pages = {"/searches/": leader, "/audit/": inspector, "/port/": inspector}
    for path, client in pages.items():
        assert "没有设保存期，一直保存" in client.get(path).content.decode(), path
    days(searches_days=90, uses_days=90, notices_days=90)
    rows.erase(periods.days(config()), NOW)
    for path, count in zip(pages, (5, 3, 3), strict=True):
        text = pages[path].get(path).content.decode()
        assert "保存 90 天，到期清除" in text, path
        assert f"{count} 条" in text, path
