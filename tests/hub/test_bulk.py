"""Forty machines from one sheet: all rows or none, once and not twice, on labels that scan."""

import csv
import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hub.clock import now_ms
from tests.support import labels
from tests.support.contents import VILLAGE, VILLAGE_NAME
from tests.support.hub import Hub
from wire.provisioning import token
from wire.provisioning.token import JoinToken

pytestmark = [pytest.mark.processes, pytest.mark.browser, pytest.mark.xdist_group("hub_bulk")]
HEADS = ["机号", "村", "序列号"]
FORTY = [[f"depot-{n:02d}", VILLAGE_NAME, f"10000000abcdef{n:02d}"] for n in range(1, 41)]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    made = Hub.build(tmp_path_factory.mktemp("hub"), now_ms(), broker=False)
    yield made
    made.close()


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    return tmp_path / "到货清单.csv"


def _fill(sheet: Path, *rows: list[str]) -> Path:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADS, *rows])
    sheet.write_bytes(text.getvalue().encode("gb18030"))
    return sheet


def _tokens(hub: Hub) -> int:
    return int(hub.rows("SELECT count(*) FROM devices_invitation")[0][0])


def test_forty_rows_become_forty_labels_that_a_scanner_reads(hub: Hub, sheet: Path) -> None:
    out = sheet.parent / "labels"
    said = hub.run("device", "bulk", str(_fill(sheet, *FORTY)), "--out", str(out), "--days", "10")
    assert "40" in said
    assert "SEAL1" not in said
    scanned = [token.decode(one) for one in labels.read(out, picture="depot-labels")]
    assert [(one.device, one.serial) for one in scanned] == [(a, c) for a, _, c in FORTY]
    assert len({one.secret for one in scanned}) == 40
    listed = (out / "depot.csv").read_text("utf-8-sig")
    assert "SEAL1" not in listed
    rows = list(csv.DictReader(io.StringIO(listed)))
    assert [(row["机号"], row["序列号"]) for row in rows] == [(a, c) for a, _, c in FORTY]
    assert [row["核对码"] for row in rows] == [one.code for one in scanned]
    assert {file.stat().st_mode & 0o777 for file in out.iterdir()} == {0o600}
    assert out.stat().st_mode & 0o777 == 0o700
    assert f"token {scanned[0].code}" in hub.run("device", "show", "depot-01")


def test_the_same_sheet_again_makes_no_second_token_and_says_so(hub: Hub, sheet: Path) -> None:
    before, again = _tokens(hub), sheet.parent / "again"
    said = hub.run("device", "bulk", str(_fill(sheet, *FORTY)), "--out", str(again))
    assert said.count("未用") == 40
    assert "新开通码 new tokens: 0" in said
    assert not again.exists()
    more = _fill(sheet, *FORTY, ["depot-41", VILLAGE_NAME, "10000000abcdef41"])
    said = hub.run("device", "bulk", str(more), "--out", str(again))
    assert "新开通码 new tokens: 1" in said
    assert _tokens(hub) == before + 1


def test_every_wrong_row_is_named_and_nothing_is_made(hub: Hub, sheet: Path) -> None:
    before, out = _tokens(hub), sheet.parent / "labels"
    wrong = _fill(
        sheet,
        ["fine-1", VILLAGE_NAME, "10000000abcdef91"],
        ["", VILLAGE_NAME, "10000000abcdef92"],
        ["fine-3", "没有的村", "10000000abcdef93"],
        ["fine-4", VILLAGE_NAME, "1E+15"],
        ["Fine 5", VILLAGE_NAME, "10000000abcdef95"],
        ["fine-6", VILLAGE_NAME, ""],
        ["fine-1", VILLAGE_NAME, "10000000ABCDEF91"],
        ["depot-01", VILLAGE_NAME, "10000000abcdef98"],
        ["fine-9", VILLAGE_NAME, "10000000abcdef02"],
        ["fine-10", VILLAGE_NAME, "#N/A"],
        ["sunrise-1", VILLAGE_NAME, "10000000abcdef99"],
    )
    done = hub.command("device", "bulk", str(wrong), "--out", str(out))
    assert done.returncode == 1
    named = [line for line in done.stderr.splitlines() if "row " in line]
    told = [(int(line.partition("row ")[2].partition(":")[0]), line) for line in named]
    expected = {
        3: "没有机号",
        4: "没有叫 没有的村 的村",
        5: "当成了数字",
        6: "不合规则",
        7: "没有序列号",
        9: "depot.*revoke depot-01|sealhub device revoke depot-01",
        10: "已给了 depot-02",
        11: "不像序列号",
    }
    assert {number for number, _ in told} == {*expected, 8}
    for number, why in expected.items():
        assert any(one == number and why.split("|")[-1] in line for one, line in told), number
    assert [line for number, line in told if number == 8 and "第 2 行重复" in line]
    assert "Traceback" not in done.stderr
    assert (_tokens(hub), out.exists()) == (before, False)


def test_labels_that_cannot_be_written_leave_no_token_behind(hub: Hub, sheet: Path) -> None:
    before, full = _tokens(hub), sheet.parent / "labels"
    full.mkdir()
    (full / "older.html").touch()
    row = ["late-1", VILLAGE_NAME, "10000000abcdef71"]
    done = hub.command("device", "bulk", str(_fill(sheet, row)), "--out", str(full))
    assert done.returncode == 1
    assert "空的文件夹" in done.stderr
    assert _tokens(hub) == before


def test_a_lost_label_is_revoked_and_made_anew_and_one_that_ran_out_is_told(
    hub: Hub, sheet: Path
) -> None:
    rows = [[f"lost-{n}", VILLAGE_NAME, f"10000000abcdef6{n}"] for n in (1, 2)]
    hub.run("device", "bulk", str(_fill(sheet, *rows)), "--out", str(sheet.parent / "first"))
    hub.run("device", "revoke", "lost-1")
    said = hub.run("device", "bulk", str(sheet), "--out", str(sheet.parent / "second"))
    assert "lost-1 前一个已失效" in said
    assert "lost-2 开通码未用" in said
    assert "新开通码 new tokens: 1" in said


def test_a_machine_at_work_is_never_to_be_revoked_for_a_sheet(hub: Hub, sheet: Path) -> None:
    hub.run("device", "add", "older-1", "--village", VILLAGE)
    hub.run("device", "add", "older-2", "--village", VILLAGE, "--serial", "10000000abcdef82")
    with closing(sqlite3.connect(hub.state / "hub.sqlite3", timeout=20)) as database:
        for device in ("older-1", "older-2"):
            database.execute(
                "INSERT INTO devices_certificate (device, serial, request, pem, alg, record_key, "
                "issued_ms, expires_ms) VALUES (?, ?, '', '', '', '', 1, 2)",
                (device, device),
            )
        database.commit()
    plain, other = (["older-1", VILLAGE_NAME, "10000000abcdef81"], "10000000abcdef83")
    said = hub.run("device", "bulk", str(_fill(sheet, plain)), "--out", str(sheet.parent / "out"))
    assert "new tokens: 0" in said
    wrong = _fill(sheet, plain, ["older-2", VILLAGE_NAME, other])
    done = hub.command("device", "bulk", str(wrong), "--out", str(sheet.parent / "out"))
    assert (done.returncode, "已开通，登记的是：序列号" in done.stderr) == (1, True)
    assert "revoke" not in done.stderr


def test_a_machine_that_was_shut_out_is_not_let_in_by_a_sheet(hub: Hub, sheet: Path) -> None:
    with closing(sqlite3.connect(hub.state / "hub.sqlite3", timeout=20)) as database:
        database.execute(
            "INSERT INTO devices_certificate (device, serial, request, pem, alg, record_key, "
            "issued_ms, expires_ms, revoked_ms) VALUES ('stolen-1', '1', '', '', '', '', 1, 2, 3)"
        )
        database.commit()
    row = ["stolen-1", VILLAGE_NAME, "10000000abcdef51"]
    done = hub.command("device", "bulk", str(_fill(sheet, row)), "--out", str(sheet.parent / "out"))
    assert done.returncode == 1
    assert "已被吊销" in done.stderr


def test_a_token_bound_to_a_board_says_so_and_others_are_as_before() -> None:
    given = ("sunrise-2", "https://hub.example:8707", bytes(32), bytes(16))
    plain, bound = JoinToken(*given), JoinToken(*given, serial="10000000abcdef02")
    assert token.decode(token.encode(bound)) == bound
    assert token.decode(token.encode(plain)) == plain
    assert len(token.encode(bound)) < 512
