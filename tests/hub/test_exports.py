"""Bulk exports: verified elsewhere, told of here, streamed, and of what was asked for alone."""

import csv
import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django.fixtures import Settings
from pytest_mock import MockerFixture

from hub import days
from hub.api.tokens import create_token
from hub.clock import now_ms
from hub.exports import archive, running
from hub.exports.models import BulkExport
from hub.exports.scope import Scope, Wanted, scope
from hub.exports.tables import BOM
from hub.ingest.models import Record
from inspector import cli as inspector
from tests.hub import public_rig as hub
from tests.hub.journal_rig import COUNTERS
from tests.hub.logged_rig import Logged
from tests.support.contents import VILLAGE
from wire.refusals import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def rig(settings: Settings, tmp_path: Path) -> Logged:
    settings.ROOT_URLCONF = "hub.urls_staff"
    settings.STATE = tmp_path
    return Logged.build(tmp_path, title="居住证明")


def unpacked(pieces: Iterator[bytes], folder: Path) -> Path:
    with tarfile.open(fileobj=io.BytesIO(b"".join(pieces))) as file:
        for member in file:
            taken = file.extractfile(member)
            if taken is not None:
                path = folder / member.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(taken.read())
    return folder


def rows(folder: Path) -> list[list[str]]:
    text = (folder / "records.csv").read_bytes().decode("utf-8")
    assert text.startswith(BOM)
    return list(csv.reader(io.StringIO(text.removeprefix(BOM))))


@pytest.mark.parametrize("village", [None, VILLAGE])
def test_sealinspect_verifies_what_was_taken_out(
    rig: Logged, tmp_path: Path, village: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    rig.stamp()
    rig.keep(list_first=True)
    folder = unpacked(archive.take(Wanted(village), person="ren"), tmp_path / "out")
    asked = ["verify", str(folder / "bundle"), "--policy", str(rig.policy()), "--json"]
    state = ["--state", str(tmp_path / "state")]
    assert inspector.main([*asked, *state]) == 0, capsys.readouterr()
    assert json.loads(capsys.readouterr().out)["stamps"] == 1
    (photo, *_) = (folder / "bundle/photos").iterdir()
    photo.write_bytes(photo.read_bytes() + b"x")
    assert inspector.main([*asked, "--again", *state]) == 1


def test_days_make_a_range_that_is_verified_by_itself(
    rig: Logged, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    day = days.today(rig.journal.now_ms)
    while len(rig.journal.written) < 700:
        rig.journal.write("heartbeat", **COUNTERS)
    rig.journal.now_ms += 3 * 86_400_000
    rig.stamp()
    later = days.today(rig.journal.now_ms)
    while len(rig.journal.written) < 1000:
        rig.journal.write("heartbeat", unlatches=2, presses=2)
    rig.keep(list_first=True)
    wanted = Wanted(since=later, until=later)
    found = scope(wanted)
    assert found is not None
    assert (found.first, found.ranged) == (512, True)
    folder = unpacked(archive.take(wanted, person="ren"), tmp_path / "out")
    assert json.loads((folder / "bundle/scope.json").read_text())["first"] == 512
    tiles = sorted(path.name for path in (folder / "bundle/tile/entries").iterdir())
    assert tiles == ["000", "002", "003.p"]  # the first names the list that was in force
    asked = ["verify", str(folder / "bundle"), "--policy", str(rig.policy()), "--json"]
    assert inspector.main([*asked, "--state", str(tmp_path / "state")]) == 0, capsys.readouterr()
    assert json.loads(capsys.readouterr().out)["stamps"] == 1
    days_told = {row[0][:10] for row in rows(folder)[1:]}
    assert days_told == {later.isoformat()}
    assert day < later


def test_tables_are_of_the_days_and_the_village_and_no_formula(rig: Logged, tmp_path: Path) -> None:
    rig.stamp()
    rig.keep(list_first=True)
    today = days.today(rig.journal.now_ms)
    folder = unpacked(archive.take(Wanted(VILLAGE, today, today), person="ren"), tmp_path / "a")
    (head, *found) = rows(folder)
    assert head[0] == "时间"
    assert "居住证明" in {row[head.index("文件")] for row in found}
    told = json.loads((folder / "records.json").read_text("utf-8"))
    assert [one["sha256"] for one in told] == [row[-1] for row in found]
    before = today - timedelta(days=30)
    empty = unpacked(archive.take(Wanted(until=before), person="ren"), tmp_path / "b")
    assert len(rows(empty)) == 1
    assert json.loads((empty / "records.json").read_text()) == []
    assert json.loads((empty / "export.json").read_text("utf-8"))["bundle"] is False
    assert not (empty / "bundle").exists()


def test_a_title_that_is_a_formula_stays_text(settings: Settings, tmp_path: Path) -> None:
    settings.STATE = tmp_path
    rig = Logged.build(tmp_path, title="=1+1")
    rig.stamp()
    rig.keep(list_first=True)
    folder = unpacked(archive.take(Wanted(), person="ren"), tmp_path / "out")
    assert "'=1+1" in {row[5] for row in rows(folder)}


def test_who_took_what_is_kept_first_and_its_hash_when_all_of_it_went_out(rig: Logged) -> None:
    rig.stamp()
    rig.keep(list_first=True)
    pieces = archive.take(Wanted(VILLAGE), person="ren", by="任的电脑")
    row = BulkExport.objects.get()
    assert (row.person, row.token, row.village, row.sha256) == ("ren", "任的电脑", VILLAGE, None)
    data = next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert BulkExport.objects.get().sha256 is None
    data = b"".join(archive.take(Wanted(VILLAGE), person="ren"))
    assert bytes(BulkExport.objects.latest("pk").sha256 or b"") == sha256(data).digest()
    for change in ({"person": "gui"}, {"sha256": b"x" * 32}):
        with pytest.raises(IntegrityError), transaction.atomic():
            BulkExport.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        BulkExport.objects.all().delete()


def test_memory_does_not_grow_with_the_export(rig: Logged) -> None:
    """Pieces are small, whatever a file is."""
    rig.stamp()
    rig.keep(list_first=True)
    assert max(map(len, archive.take(Wanted(), person="ren"))) <= archive.PIECE


def test_by_token_and_by_page_alike(rig: Logged, tmp_path: Path) -> None:
    rig.stamp()
    rig.keep(list_first=True)
    token = create_token("任的电脑", person="ren", may=("exports",))
    headers = {"Authorization": f"Bearer {token}"}
    taken: Any = Client(headers=headers).post(
        "/api/v1/exports", {"village": VILLAGE}, content_type="application/json"
    )
    assert taken.status_code == 200, taken.content
    data = taken.getvalue()
    folder = unpacked(iter([data]), tmp_path / "a")
    assert (folder / "bundle/checkpoint").exists()
    (told,) = Client(headers=headers).get("/api/v1/exports").json()["rows"]
    assert told["sha256"] == sha256(data).hexdigest()
    client = Client()
    hub.sign_in(client, "ren")
    taken = client.post("/port/export", {"village": "", "since": "", "until": ""})
    assert taken["Content-Type"] == "application/x-tar"
    assert unpacked(iter([taken.getvalue()]), tmp_path / "b")
    assert BulkExport.objects.count() == 2
    wrong = client.post("/port/export", {"since": "2026-13-01", "village": "nowhere"})
    assert wrong.status_code == 400
    assert "不是日期" in wrong.content.decode()
    assert 'value="2026-13-01"' in wrong.content.decode()


def test_one_at_a_time_of_each_token_and_each_person(rig: Logged) -> None:
    rig.stamp()
    rig.keep(list_first=True)
    tokens = {name: create_token(name, person="ren", may=("exports",)) for name in "ab"}

    def post(name: str) -> Any:
        headers = {"Authorization": f"Bearer {tokens[name]}"}
        return Client(headers=headers).post("/api/v1/exports", {}, "application/json")

    page = Client()
    hub.sign_in(page, "ren")
    under_way = [post("a"), post("b"), page.post("/port/export", {})]
    assert [one.status_code for one in under_way] == [200] * 3
    assert all(next(iter(one)) for one in under_way)
    second = post("a")
    assert (second.status_code, second.json()["code"]) == (429, "export_running")
    assert int(second["Retry-After"]) > 0
    again = page.post("/port/export", {})
    assert (again.status_code, "还没有结束" in again.content.decode()) == (429, True)
    assert BulkExport.objects.count() == 3
    for one in under_way:
        one.close()
    assert b"".join(post("a").streaming_content)
    assert post("a").status_code == 200


def test_one_that_was_broken_off_makes_room_and_never_goes_on(
    rig: Logged, mocker: MockerFixture
) -> None:
    rig.stamp()
    rig.keep(list_first=True)
    clock = mocker.patch.object(archive, "now_ms", return_value=now_ms())
    first = archive.take(Wanted(), person="ren")
    assert next(first)
    for _ in range(3):
        clock.return_value += running.STALE_MS - 1
        assert next(first)
        with pytest.raises(Refused, match="export_running"):
            archive.take(Wanted(), person="ren")
    clock.return_value += running.STALE_MS + 1
    second = archive.take(Wanted(), person="ren")
    with pytest.raises(running.BrokenOffError):
        next(first)
    assert b"".join(second)
    assert [one.sha256 is None for one in BulkExport.objects.order_by("pk")] == [True, False]


@pytest.mark.parametrize("body", ["", "[]", '{"since": 5}', '{"x": "y"}', '{"since": "soon"}', "{"])
def test_what_is_wrong_takes_nothing_out(rig: Logged, body: str) -> None:
    headers = {"Authorization": f"Bearer {create_token('x', person='ren', may=('exports',))}"}
    answer = Client(headers=headers).post("/api/v1/exports", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
    assert not BulkExport.objects.exists()


def test_a_scope_knows_its_tiles() -> None:
    made = Scope(b"", 1000, None, 256, 512)
    assert [made.overlaps(start, 256) for start in (0, 256, 512, 768)] == [
        *(False, True, False, False)
    ]
    assert made.fields() == {"village": None, "first": 256, "end": 512}
    assert replace(made, first=0, end=1000).fields() is None
    assert Record.objects.count() == 0
