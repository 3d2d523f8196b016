"""Sheets of relief: read row by row, seen before they are taken, whole or not at all."""

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from pytest_django.fixtures import Settings
from pytest_mock import MockerFixture

from hub import config
from hub.clock import now_ms
from hub.config import config as read_config
from hub.days import today
from hub.operate.kept import kept
from hub.relief import cards, fields, forget, keys, listed, marks, rotate, taken
from hub.relief.fields import BENEFITS, FUNDS, PROJECTS
from hub.relief.look import Asked, look
from hub.relief.models import Batch, Benefit, Fund, Household, Prepared, Project
from hub.relief.settings import Settings as Relief
from hub.relief.settings import read
from tests.hub import relief_rig as rig
from tests.hub.flow_rig import client, page, person
from tests.hub.page_rig import ask
from tests.hub.page_rig import look as walk_pages
from tests.support.contents import VILLAGE
from wire.stamp_code import check_digit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("township")]
DAY_MS = 86_400_000
ONE = rig.given("示例二", 1)


@pytest.fixture
def leader() -> Client:
    return client(rig.LEADER)


def bring(leader: Client, *rows: tuple[str, ...], kind: str = BENEFITS, **typed: str) -> Any:
    return rig.upload(leader, kind, rig.sheet(kind, rows), **typed)


def changed(row: tuple[str, ...], kind: str, field: str, text: str) -> tuple[str, ...]:
    at = list(fields.COLUMNS[kind]).index(field)
    return (*row[:at], text, *row[at + 1 :])


def test_what_was_brought_is_seen_then_taken(leader: Client) -> None:
    rig.take(PROJECTS, rig.WORK)
    answer = bring(leader, ONE, rig.given("示例三", 2, "H-2", "2,000.5"))
    said = leader.get(answer["Location"]).content.decode()
    assert "3,500.50 元" in said
    assert rig.number(1) not in said
    assert not Benefit.objects.exists()
    taken_ = leader.post(answer["Location"], {"take": "1"})
    assert taken_["Location"] == f"/relief/lists/{Batch.objects.latest('id').pk}/?village={VILLAGE}"
    rows = Benefit.objects.order_by("id").values_list("name", "amount", "household__number")
    assert list(rows) == [("示例二", 150_000, "H-1"), ("示例三", 200_050, "H-2")]
    assert not Prepared.objects.exists()
    assert leader.post(answer["Location"], {"take": "1"}).status_code == 404


def test_what_was_left_is_gone(leader: Client) -> None:
    answer = bring(leader, rig.FUND, kind=FUNDS)
    assert leader.post(answer["Location"], {"leave": "1"}).status_code == 302
    assert not Prepared.objects.exists()
    assert not Fund.objects.exists()


def test_what_nobody_took_goes_the_next_day(leader: Client) -> None:
    bring(leader, rig.FUND, kind=FUNDS)
    forget.forget(now_ms() + DAY_MS - 60_000)
    assert Prepared.objects.exists()
    forget.forget(now_ms() + DAY_MS + 60_000)
    assert not Prepared.objects.exists()


def test_nobody_takes_what_another_brought(leader: Client) -> None:
    answer = bring(leader, rig.FUND, kind=FUNDS)
    Prepared.objects.update(person="other")
    assert leader.post(answer["Location"], {"take": "1"}).status_code == 404


WRONG = {
    "no name": ("name", "", "姓名：没有填"),
    "a name of one sign": ("name", "张", "姓名：请写身份证上的全名"),
    "a wrong check digit": ("number", "339999195001010019", "身份证号：不是 18 位身份证号码"),
    "a short number": ("number", "33999919500101", "身份证号：不是 18 位身份证号码"),
    "no number": ("number", "", "身份证号：没有填"),
    "an unknown village": ("village", "外村", "村：没有叫“外村”的村"),
    "an unknown project": ("project", "修路", "项目：这个村没有登记过叫“修路”的项目"),
    "no amount": ("amount", "", "金额(元)：没有填"),
    "an amount in words": ("amount", "一千", "金额(元)：“一千”不是金额"),
    "nothing": ("amount", "0", "金额(元)：“0”不是金额"),
    "less than nothing": ("amount", "-5", "金额(元)：“-5”不是金额"),
    "no such day": ("day", "2026-02-30", "日期：“2026-02-30”不是日期"),
    "a telephone": ("source", "王某 13800000000", "资金来源：里面有手机号码"),
    "too long": ("household", "H" * 33, "户编号：最多 32 个字"),
    "a sign that nobody sees": ("name", "示例\u200b二", "姓名：换行了，或者有看不见的字符"),
    "writing turned around": ("source", "县\u202e政财", "资金来源：换行了，或者有看不见的字符"),
}


@pytest.mark.parametrize("name", WRONG)
def test_one_wrong_cell_is_named_by_row_and_column_and_nothing_is_taken(
    leader: Client, name: str
) -> None:
    rig.take(PROJECTS, rig.WORK)
    field, text, says = WRONG[name]
    answer = bring(leader, rig.given("示例三", 2), changed(ONE, BENEFITS, field, text))
    said = answer.content.decode()
    assert answer.status_code == 400
    assert f"第 3 行，{says}" in said
    assert "第 2 行" not in said
    assert rig.number(1) not in said
    assert not Prepared.objects.exists()
    assert not Benefit.objects.exists()


PLAIN = "晨光村,H-1,示例二,{number},茶园补助,1500,2026-09-30,县财政\r\n"
HEAD = "村,户编号,姓名,身份证号,项目,金额(元),日期,资金来源\r\n"
UGLY = {
    "GBK of a Chinese Excel": (HEAD + PLAIN).encode("gb18030"),
    "UTF-8 with a mark": (HEAD + PLAIN).encode("utf-8-sig"),
    "UTF-16 with tabs": (HEAD + PLAIN).replace(",", "\t").encode("utf-16"),
    "semicolons": (HEAD + PLAIN).replace(",", ";").encode(),
    "a title above": f"晨光村名单,,,,,,,\r\n\r\n{HEAD}{PLAIN}".encode(),
    "blanks and wide signs": (HEAD + PLAIN).replace("示例二", " 示\u3000例二\u00a0").encode(),
    "an apostrophe before the number": (HEAD + PLAIN).replace("{n", "'{n").encode(),
    "yuan and groups": (HEAD + PLAIN).replace("1500", '"￥1,500.00元"').encode(),
    "a Chinese day": (HEAD + PLAIN).replace("2026-09-30", "2026年9月30日").encode(),
}


@pytest.mark.parametrize("how", UGLY)
def test_a_sheet_is_read_however_an_office_saved_it(leader: Client, how: str) -> None:
    rig.take(PROJECTS, rig.WORK)
    number = rig.number(1)
    data = UGLY[how].replace(b"{number}", number.encode())
    if how.startswith("UTF-16"):
        data = (HEAD + PLAIN).replace(",", "\t").replace("{number}", number).encode("utf-16")
    answer = rig.upload(leader, BENEFITS, data)
    assert answer.status_code == 302
    (row,) = Prepared.objects.get().rows
    assert (row["name"], row["amount"], row["day"]) == ("示例二", 150_000, "2026-09-30")
    assert row["index"] == keys.person(keys.load(read_config().state), "示例二", number).hex()


SPOILT = {
    "a quotation mark alone": (HEAD + '晨光村,"H-9,示例\r\n').encode(),
    "a head that is missing": (HEAD + PLAIN).replace("户编号", "户").encode(),
    "heads alone": HEAD.encode(),
    "no table": b"\x89PNG\r\n\x1a\n\xff\xfe\x00",
    "half a workbook": b"PK\x03\x04" + bytes(200),
    "an old workbook": b"\xd0\xcf\x11\xe0" + bytes(600),
    "too much": b"a," * (2 << 20),
    "nothing": b"",
}


@pytest.mark.parametrize("how", SPOILT)
def test_what_is_no_sheet_is_refused_in_words(leader: Client, how: str) -> None:
    answer = rig.upload(leader, BENEFITS, SPOILT[how])
    assert answer.status_code == 400
    assert 'id="sheet-wrong"' in answer.content.decode()
    assert not Prepared.objects.exists()


def test_all_that_is_wrong_is_said_at_once(leader: Client) -> None:
    rig.take(PROJECTS, rig.WORK)
    row = changed(changed(ONE, BENEFITS, "amount", "?"), BENEFITS, "day", "?")
    said = bring(leader, row, ("", *ONE[1:])).content.decode()
    for words in ("第 2 行，金额(元)", "第 2 行，日期", "第 3 行，村：没有填"):
        assert words in said


def test_the_same_row_is_refused_within_a_sheet_and_after_it(leader: Client) -> None:
    rig.all_of_it(ONE)
    other = rig.given("示例三", 2)
    assert "已经登记过" in bring(leader, ONE).content.decode()
    assert "第 3 行，姓名：和第 2 行重复" in bring(leader, other, other).content.decode()


def test_two_who_take_the_same_rows_take_them_once(leader: Client) -> None:
    rig.take(PROJECTS, rig.WORK)
    answers = [bring(leader, ONE)["Location"] for _ in range(2)]
    assert leader.post(answers[0], {"take": "1"}).status_code == 302
    late = leader.post(answers[1], {"take": "1"})
    assert late.status_code == 400
    assert "刚刚已经登记过" in late.content.decode()
    assert Benefit.objects.count() == 1


def test_a_workbook_is_read_and_a_number_that_it_rounded_is_refused(leader: Client) -> None:
    rig.take(PROJECTS, rig.WORK)
    for number, code in ((rig.number(1), 302), (int(rig.number(1)[:17]), 400)):
        book, made = openpyxl.Workbook(), io.BytesIO()
        sheet: Any = book.active
        sheet.append(rig.HEADS[BENEFITS])
        when = today(now_ms())
        sheet.append(["晨光村", "H-1", "示例二", number, rig.PROJECT, 1500.5, when, "县财政"])
        book.save(made)
        answer = rig.upload(leader, BENEFITS, made.getvalue())
        assert answer.status_code == code
    assert "被表格当成了数字" in answer.content.decode()
    assert Prepared.objects.get().rows[0]["amount"] == 150_050


def test_funds_and_projects_newest_row_counts_and_funds_may_be_the_townships() -> None:
    rig.take(FUNDS, rig.FUND, ("", *rig.FUND[1:]))
    rig.take(FUNDS, changed(rig.FUND, FUNDS, "result", "发给 31 户"))
    found = listed.funds([listed.TOWNSHIP, VILLAGE])
    assert [(one.village, one.result) for one in found] == [
        ("", "发给 30 户"),
        (VILLAGE, "发给 31 户"),
    ]
    rig.take(PROJECTS, rig.WORK)
    wrong = changed(rig.WORK, PROJECTS, "last", "2026-02-01")
    judged = taken.read(PROJECTS, rig.sheet(PROJECTS, [wrong]), read_config())
    assert [(one.number, one.column) for one in judged.wrong] == [(2, "结束日期")]


def test_a_sheet_that_was_wrong_is_withdrawn_with_a_reason_once(leader: Client) -> None:
    batch = rig.all_of_it(ONE)
    where = f"/relief/lists/{batch.pk}/withdraw"
    assert "请写明原因" in leader.post(where, {"reason": " "}).content.decode()
    assert leader.post(where, {"reason": "金额写错"}).status_code == 302
    assert leader.post(where, {"reason": "再来"}).status_code == 400
    said = page(rig.LEADER, f"/relief/lists/{batch.pk}/?village={VILLAGE}")
    assert "金额写错" in said
    assert bring(leader, ONE).status_code == 302


def test_rows_are_not_changed_and_not_deleted_by_whoever_owns_the_database() -> None:
    batch = rig.all_of_it(ONE)
    for edit in (
        lambda: Benefit.objects.update(amount=1),
        lambda: Benefit.objects.update(name="示例九"),
        lambda: Benefit.objects.all().delete(),
        lambda: Fund.objects.update(scale=1),
        lambda: Project.objects.all().delete(),
        lambda: Batch.objects.filter(pk=batch.pk).update(lines=9),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            edit()


def test_an_export_is_for_excel_and_holds_no_number() -> None:
    rig.all_of_it(ONE, rig.given("示例三", 2, "=1+1"))
    reply = client("geng").get("/relief/benefits.csv")
    assert reply.content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(reply.content.decode("utf-8-sig"))))
    assert lines[0] == ["姓名", "项目", "金额", "日期", "资金来源"]
    assert lines[1] == ["示例二", rig.PROJECT, "1,500.00", "2026-09-30", "县财政"]
    assert rig.number(1).encode() not in reply.content
    assert "120,000.00" in client("geng").get("/relief/funds.csv").content.decode()


def test_a_village_sees_its_own_and_takes_nothing_in(leader: Client) -> None:
    batch = rig.all_of_it(ONE)
    clerk = client("geng")
    assert "示例二" in page("geng", f"/relief/lists/{batch.pk}/")
    for path in ("/relief/?village=sunset", f"/relief/lists/{batch.pk}/?village=sunset"):
        assert clerk.get(path).status_code == 404
    assert bring(clerk, ONE).status_code == 403
    assert bring(client("ren"), ONE).status_code == 403


def test_cards_are_printed_once_and_a_lost_one_is_replaced(leader: Client) -> None:
    rig.all_of_it(ONE)
    said = leader.post("/relief/cards/", {"village": VILLAGE}).content.decode()
    household = Household.objects.get()
    assert "<svg" in said
    assert "style=" not in said
    again = leader.post("/relief/cards/", {"village": VILLAGE}).content.decode()
    assert "<svg" not in again
    code = bytes(household.code or b"")
    assert "<svg" in leader.post(f"/relief/cards/{household.pk}/").content.decode()
    household.refresh_from_db()
    assert bytes(household.code or b"") != code


def test_every_single_wrong_digit_of_a_code_is_no_code() -> None:
    code = cards.drawn()
    assert len(code) == 16
    for at in range(15):
        for digit in set("0123456789") - {code[at]}:
            assert check_digit(code[:at] + digit + code[at + 1 : 15]) != code[15]


def finds(**typed: str) -> bool:
    return bool(look(Asked(**typed), "192.0.2.7", read_config(), now_ms()).rows)


def test_another_key_is_put_over_the_first_and_all_is_found_as_before(tmp_path: Path) -> None:
    rig.all_of_it(ONE)
    leader = person(rig.LEADER)
    code = cards.make(Household.objects.all(), leader, read_config(), now_ms())[0].code
    former, index = keys.load(tmp_path), bytes(Benefit.objects.get().index)
    assert rotate.rotate(tmp_path) == 2
    assert keys.load(tmp_path)[:1] == former
    assert bytes(Benefit.objects.get().index) not in (index, keys.person(former, ONE[2], ONE[3]))
    assert finds(name="示例二", number=rig.number(1))
    assert finds(code=code)
    rig.take(BENEFITS, rig.given("示例三", 2))
    assert finds(name="示例三", number=rig.number(2))


def test_a_rotation_that_was_broken_off_anywhere_is_run_again_after_a_restart(
    tmp_path: Path, mocker: MockerFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each write of a file, each row that is put under the new key, and each removal."""
    rig.all_of_it(ONE, rig.given("示例三", 2, "H-2"))
    code = cards.make(Household.objects.all(), person(rig.LEADER), read_config(), now_ms())[0].code
    monkeypatch.setattr(keys, "MOST", 1000)
    broken_off = 0
    for name in ("pathlib.Path.replace", "pathlib.Path.unlink", "hub.relief.keys.further"):
        where, _, what = name.rpartition(".")
        target = Path if where == "pathlib.Path" else keys
        whole = getattr(target, what)
        for at in range(20):
            left = iter([*[True] * at, False])

            def failing(*args: Any, left: Any = left, whole: Any = whole, **kw: Any) -> Any:
                if next(left, True):
                    return whole(*args, **kw)
                raise OSError("power cut")

            before = len(keys.load(tmp_path))
            mocker.patch.object(target, what, failing)
            try:
                rotate.rotate(tmp_path)
            except OSError:
                broken_off += 1
                mocker.stopall()
                rotate.rotate(tmp_path)
                assert len(keys.load(tmp_path)) in (before + 1, before + 2)
            else:
                mocker.stopall()
                break
            assert marks.trouble(tmp_path) == marks.GOOD
            assert finds(name="示例二", number=rig.number(1))
            assert finds(name="示例三", number=rig.number(2))
            assert finds(code=code)
    assert broken_off >= 6


def test_the_key_is_a_secret_file_backed_up_as_private_keys_are(tmp_path: Path) -> None:
    assert (tmp_path / keys.FILE).stat().st_mode & 0o077 == 0
    assert keys.FILE in kept(tmp_path).private
    before = keys.load(tmp_path)
    assert not keys.ensure(tmp_path)
    assert keys.load(tmp_path) == before


def test_a_key_that_was_lost_is_not_silently_another(tmp_path: Path) -> None:
    rig.all_of_it(ONE)
    (tmp_path / keys.FILE).unlink()
    rotate.ensure(tmp_path)
    with pytest.raises(config.ConfigError, match="没有或不能读"):
        keys.load(tmp_path)


def test_rows_are_hashed_under_no_other_keys_than_those_before(
    leader: Client, tmp_path: Path
) -> None:
    rig.all_of_it(ONE)
    file = tmp_path / keys.FILE
    whole = file.read_bytes()
    file.unlink()
    assert marks.trouble(tmp_path) == marks.MISSING
    keys.ensure(tmp_path)
    assert marks.trouble(tmp_path) == marks.OTHER
    answer = bring(leader, rig.given("示例三", 2))
    with pytest.raises(config.ConfigError, match="不是原来的密钥"):
        leader.post(answer["Location"], {"take": "1"})
    with pytest.raises(config.ConfigError, match="不是原来的密钥"):
        rotate.rotate(tmp_path)
    assert Benefit.objects.count() == 1
    file.write_bytes(whole)
    assert leader.post(answer["Location"], {"take": "1"}).status_code == 302


def test_an_older_copy_of_the_keys_is_noticed_and_one_that_others_read(tmp_path: Path) -> None:
    rig.all_of_it(ONE)
    file = tmp_path / keys.FILE
    old = file.read_bytes()
    rotate.rotate(tmp_path)
    assert marks.trouble(tmp_path) == marks.GOOD
    new = file.read_bytes()
    file.write_bytes(old)
    assert marks.trouble(tmp_path) == marks.OTHER
    file.write_bytes(new)
    file.chmod(0o640)
    assert marks.trouble(tmp_path) == marks.READABLE


def test_settings_are_read_strictly() -> None:
    assert read({}) == Relief()
    for wrong in (
        {"notice_days": 0}, {"delay_ms": 5}, {"offices": ["village.clerk"]}, {"county": "ftp://x"},
        {"county_name": 5}, {"colour": 1}, {"day": True},
    ):  # fmt: skip
        with pytest.raises(config.ConfigError, match=next(iter(wrong))):
            read(wrong)


def test_pages_hold_on_a_phone_and_on_a_desk(leader: Client, settings: Settings) -> None:
    batch = rig.all_of_it(ONE, rig.given("示例三", 2, "H-2"))
    rig.take(FUNDS, ("", *rig.FUND[1:]))
    where = bring(leader, rig.given("示例四", 4, "H-3"))["Location"]
    finds(name="示例二", number="1")
    pages = {
        "index": f"/relief/?village={VILLAGE}",
        "bring": f"/relief/take/{BENEFITS}/",
        "prepared": where,
        "list": f"/relief/lists/{batch.pk}/?village={VILLAGE}",
        "cards": f"/relief/cards/?village={VILLAGE}",
    }
    said = ask(leader, pages.values(), ["hub/hub.css", "relief/relief.css"])
    said |= ask(client("ren"), ["/relief/looks/"], [])
    wrong = bring(leader, changed(ONE, BENEFITS, "amount", "?"))
    printed = leader.post("/relief/cards/", {"village": VILLAGE})
    for name, reply in (("wrong", wrong), ("printed", printed)):
        said[f"/{name}"] = (dict(reply.items()), reply.content)
        pages[name] = f"/{name}"
    walk_pages(said, {**pages, "looks": "/relief/looks/"}, "relief")
