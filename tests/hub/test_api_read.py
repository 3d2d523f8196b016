"""What the inspectors' port gives: narrowed to the reader, in pages, in so many queries."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from hub.alarms import ledger
from hub.alarms.facts import Cause
from hub.alarms.limits import read as hours
from hub.alarms.models import Alarm
from hub.api import openapi, table
from hub.api.scopes import SCOPES, WHOLE
from hub.api.tokens import create_token
from hub.cases import act
from hub.clock import now_ms
from hub.ingest.models import Record
from hub.records import index
from hub.records.models import RecordPerson
from hub.searches.models import Search
from tests.hub import public_rig as hub
from tests.hub.journal_rig import Journal
from tests.support.contents import DEVICE, VILLAGE

pytestmark = pytest.mark.django_db
NARROW = tuple(one for one in SCOPES if one not in WHOLE)
ELSEWHERE = "elsewhere"


@pytest.fixture
def journal(settings: Settings, tmp_path: Path) -> Journal:
    hub.staff_site(settings, tmp_path)
    made = Journal()
    hub.township(made)
    return made


@pytest.fixture
def token(journal: Journal) -> str:
    return create_token("任的电脑", person="ren", may=SCOPES)


@pytest.fixture
def narrow(journal: Journal) -> str:
    return create_token("只看晨光村", person="ren", may=NARROW, villages=(VILLAGE,))


def ask(token: str, path: str, method: str = "get", **more: Any) -> Any:
    client = Client(headers={"Authorization": f"Bearer {token}"})
    return getattr(client, method)(f"/api/v1/{path}", **more)


def read(token: str, path: str) -> Any:
    answer = ask(token, path)
    assert answer.status_code == 200, answer.content.decode()
    assert answer["Cache-Control"] == "private, no-store"
    return answer.json()


def stamps(journal: Journal, count: int, village: str = VILLAGE) -> None:
    before = len(journal.written)
    for _ in range(count):
        journal.stamp(b"g" * 32)
    hub.store(journal.written[before:], village=village)
    while index.step():
        pass


def raised(village: str, number: int) -> None:
    cause = Cause("machine", (number,), DEVICE, village, 5, told={"alarm": "case_opened"})
    ledger.raise_([cause], hours({}), now_ms())


def test_pages_follow_one_another_and_none_is_missed(journal: Journal, token: str) -> None:
    stamps(journal, 7)
    seen: list[str] = []
    page = read(token, "records?limit=5")
    while True:
        seen += [one["sha256"] for one in page["rows"]]
        if page["next"] is None:
            break
        page = read(token, f"records?limit=5&after={page['next']}")
    newest = Record.objects.order_by("-pk").values_list("entry_hash", flat=True)
    assert seen == [bytes(one).hex() for one in newest]


def test_one_record_comes_with_its_fields_and_signed_bytes(journal: Journal, token: str) -> None:
    stamps(journal, 1)
    (first, *_) = read(token, "records?kind=authorised")["rows"]
    assert (first["village"], first["kind_zh"]) == (VILLAGE, "准许开锁")
    found = read(token, f"records/{first['sha256']}")
    envelope = Record.objects.get(kind="authorised").envelope
    assert found["envelope"] == bytes(envelope).hex()
    assert "operator" in {one["name"] for one in found["fields"]}
    assert ask(token, f"records/{'0' * 64}").json()["code"] == "not_found"


def test_another_village_is_not_there_for_who_reads_one(
    journal: Journal, token: str, narrow: str
) -> None:
    stamps(journal, 1)
    stamps(journal, 1, ELSEWHERE)
    raised(VILLAGE, 1)
    raised(ELSEWHERE, 2)
    for path in ("records", "alarms"):
        assert {one["village"] for one in read(token, path)["rows"]} == {VILLAGE, ELSEWHERE}
        assert {one["village"] for one in read(narrow, path)["rows"]} == {VILLAGE}
        answer = ask(narrow, f"{path}?village={ELSEWHERE}")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")
    other = bytes(Record.objects.filter(village=ELSEWHERE)[0].entry_hash).hex()
    assert ask(narrow, f"records/{other}").status_code == 404
    counts = {one["zh"]: one["rows"] for one in read(narrow, "statistics")["tables"]}
    assert sum(one["count"] for one in counts["各时段"]) == 1
    assert sum(one["count"] for one in counts["盖印员"]) == 1
    for path in ("exports", "records?village=x&village=y"):
        assert ask(narrow, path).status_code in (400, 403)


def test_whoever_took_part_finds_no_case_about_it(journal: Journal, token: str) -> None:
    stamps(journal, 1)
    record = Record.objects.get(kind="authorised")
    case = act.open_with("晨光村多盖一次", record, "gui", now_ms())
    assert [one["number"] for one in read(token, "cases")["rows"]] == [case.pk]
    assert read(token, f"cases/{case.pk}")["title"] == "晨光村多盖一次"
    RecordPerson.objects.create(record=record, person="ren")
    assert read(token, "cases?state=all")["rows"] == []
    assert ask(token, f"cases/{case.pk}").json()["code"] == "not_found"


def test_a_reader_of_one_village_sees_cases_of_it_alone(journal: Journal, narrow: str) -> None:
    stamps(journal, 1)
    stamps(journal, 1, ELSEWHERE)
    own, other = (
        Record.objects.filter(village=one, kind="stamped")[0] for one in (VILLAGE, ELSEWHERE)
    )
    ours = act.open_with("本村", own, "gui", now_ms())
    act.open_with("别村", other, "gui", now_ms())
    mixed = act.open_with("两村", own, "gui", now_ms())
    act.add(mixed, other, "gui", now_ms())
    act.open_case("只有题目", "gui", now_ms())
    assert [one["number"] for one in read(narrow, "cases")["rows"]] == [ours.pk]


def test_machines_and_how_they_stand(token: str) -> None:
    (one,) = read(token, "machines")["rows"]
    assert (one["device"], one["village"], one["state"]) == (DEVICE, VILLAGE, "unheard")
    assert read(token, f"machines?after={DEVICE}") == {"rows": [], "next": None}


def test_what_was_looked_for_is_kept_for_superiors_as_on_the_pages(
    journal: Journal, token: str
) -> None:
    stamps(journal, 2)
    read(token, "records?kind=stamped&since=2020-01-01")
    page = read(token, "records?limit=1")
    read(token, f"records?kind=boot&after={page['next']}")
    read(token, "alarms?rule=machine")
    kept = Search.objects.order_by("pk").values_list("person", "about", "values")
    assert list(kept) == [
        ("ren", "records", {"kind": "stamped", "since": "2020-01-01"}),
        ("ren", "alarms", {"rule": "machine"}),
    ]


@pytest.mark.parametrize("path", ["records", "alarms", "cases", "machines", "exports"])
def test_a_list_takes_the_same_queries_however_long_it_is(
    journal: Journal, token: str, path: str
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            read(token, f"{path}?limit=200")
        return len(seen)

    def more(count: int) -> None:
        stamps(journal, count)
        for number in range(count):
            raised(VILLAGE, Alarm.objects.count() * 1000 + number)
            act.open_case(f"第 {number} 件", "gui", now_ms())

    more(3)
    read(token, path)
    few = queries()
    more(40)
    assert queries() == few


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("records?person=wu", 400, "bad_request"),
        ("records?limit=0", 400, "bad_request"),
        ("records?limit=201", 400, "bad_request"),
        ("records?limit=1&limit=2", 400, "bad_request"),
        ("records?after=x", 400, "bad_request"),
        ("records?after=٣.٣", 400, "bad_request"),
        ("records?kind=nothing", 400, "bad_request"),
        ("records?since=20261102", 400, "bad_request"),
        ("records?since=2026-02-30", 400, "bad_request"),
        ("statistics?days=0", 400, "bad_request"),
        ("nothing", 404, "not_found"),
        ("records/zz", 404, "not_found"),
        ("cases/999999999999999999999", 404, "not_found"),
    ],
)
def test_what_is_wrong_is_said_in_one_shape(token: str, path: str, status: int, code: str) -> None:
    answer = ask(token, path)
    told = answer.json()
    assert (answer.status_code, told["code"]) == (status, code)
    assert all(told[name] for name in ("zh", "en", "next_zh", "next_en"))


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch", "options", "trace"])
def test_nothing_can_be_written(token: str, method: str) -> None:
    for route in table.ROUTES:
        if "{" in route.path or (route.path == table.TAKEN and method == "post"):
            continue
        answer = ask(token, route.path, method)
        assert (answer.status_code, answer.json()["code"]) == (405, "wrong_method"), route.path
        assert "GET" in answer["Allow"]


def test_a_day_beyond_all_days_finds_nothing_and_breaks_nothing(token: str) -> None:
    for query in ("since=9999-12-31", "until=0001-01-01", "since=2026-11-03&until=2026-11-02"):
        assert read(token, f"records?{query}")["rows"] == []
        read(token, f"statistics?{query.split('&')[0].replace('since', 'until')}&days=366")


def test_the_description_is_made_of_the_table_and_served_to_everybody(journal: Journal) -> None:
    document = Client().get("/api/v1/openapi.json").json()
    assert document == json.loads(json.dumps(openapi.document()))
    assert {path.removeprefix("/api/v1/") for path in document["paths"]} == {
        route.path for route in table.ROUTES
    }
