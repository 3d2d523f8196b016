"""The public site: what villagers see and fetch, and what they can never get."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from hub.records.models import Review
from tests.hub import public_rig as hub
from tests.hub.journal_rig import COUNTERS, Journal
from tests.support import contents
from tests.support.contents import DAY, NOW
from tests.support.township import Township
from wire.approval import draft
from wire.approval.draft import Draft

pytestmark = pytest.mark.django_db
GRANT = b"g" * 32
STAFF = ("people_", "approvals_", "applications_", "auth_", "django_session")


@pytest.fixture
def township(public: Client, journal: Journal) -> Township:
    return hub.township(journal)


def test_each_stamp_is_shown_with_its_receipt(
    public: Client, journal: Journal, township: Township
) -> None:
    journal.stamp(GRANT, sheet=2)
    hub.store(journal.written)
    page = _text(public, "/v/sunrise/")
    for words in (
        *("居住证明", "晨光村村民委员会章", "第 2 次", "已盖章", "2026年11月2日 08:00"),
        'href="/log/proof/1"',
    ):
        assert words in page, words


def test_no_person_and_no_title_is_shown(
    public: Client, journal: Journal, township: Township
) -> None:
    grant = township.grant(township.application(title="某人的低保申请", purpose="看病"))
    hub.publish(township, [grant])
    journal.stamp(grant.id)
    hub.store(journal.written)
    page = _text(public, "/v/sunrise/")
    for words in (*contents.NAMES.values(), "某人的低保申请", "看病"):
        assert words not in page, words
    for entry in journal.written:
        for name in ("operator", "before", "after"):
            value = entry.entry.body.get(name)
            assert value is None or value.hex() not in page


def test_a_corrected_stamp_stays_and_says_so_and_names_what_took_its_place(
    public: Client, journal: Journal, township: Township
) -> None:
    wrong = journal.stamp(GRANT).entry.seq
    hub.correct(journal, wrong, replacement=b"h" * 32)
    journal.stamp(b"h" * 32)
    lost = journal.stamp(b"i" * 32).entry.seq
    hub.correct(journal, lost, state="lost")
    hub.store(journal.written)
    page = _text(public, "/v/sunrise/")
    assert page.count("已盖章") == 3
    assert "已作废，原件已收回" in page
    assert "已作废，原件遗失" in page
    assert f"由申请 {'68' * 8} 代替" in page
    assert page.count(f"代替作废件，申请 {'68' * 8}") == 1
    assert 'href="/log/proof/3">作废凭证' in page
    assert "戊五辉" not in page


def test_an_emergency_is_shown_as_one_that_waits_for_review(
    public: Client, journal: Journal, township: Township
) -> None:
    journal.stamp(GRANT)
    hub.declare(journal, b"e" * 32)
    journal.stamp(b"e" * 32)
    hub.store(journal.written)
    page = _text(public, "/v/sunrise/")
    assert page.count("应急用印，镇纪委复核") == 1
    assert page.index("应急用印，镇纪委复核") < page.index("已盖章", page.index("已盖章") + 1)
    for words in ("戊五辉", "丙三晴", "受灾救助", "台风", "AAAABBBB"):
        assert words not in page, words


def test_what_is_for_staff_alone_is_not_on_the_page(
    public: Client, journal: Journal, township: Township
) -> None:
    begun = Draft("residence", "seal-committee", "林小满", "低保", "看病", 1, (bytes(32),))
    journal.write("drafted", item="residence", pages=1, draft=draft.encode(begun), operator="wu")
    journal.write("demanded", item="kinship", demander="某银行县城支行", operator="wu")
    declared = hub.declare(journal, b"e" * 32)
    journal.stamp(b"e" * 32)
    hub.store(journal.written)
    Review.objects.create(
        entry_hash=declared.hash, person="ren", verdict="irregular", words="已约谈", made_ms=1
    )
    page = _text(public, "/v/sunrise/")
    assert "应急用印，镇纪委复核" in page
    for words in (
        *(*contents.NAMES.values(), "林小满", "低保", "看病", "某银行", "受灾救助申请", "台风"),
        *("AAAABBBBCCCCDDDD", "存在异常", "已约谈"),
    ):
        assert words not in page, words


def test_a_use_outside_the_machine_is_disclosed(
    public: Client, journal: Journal, township: Township
) -> None:
    hub.use_outside(journal)
    hub.store(journal.written)
    page = _text(public, "/v/sunrise/")
    for words in ("机外用印", "登记本 登-001", "2 次", "晨光村村民委员会章", "/log/proof/0"):
        assert words in page, words
    for words in ("戊五辉", "丙三晴", "某人的低保"):
        assert words not in page, words


def test_openings_that_went_wrong_are_shown_as_such(
    public: Client, journal: Journal, township: Township
) -> None:
    for returned in (True, False):
        seq = journal.authorise(GRANT).entry.seq
        journal.write("aborted", authorised=seq, code="busy", returned=returned, **COUNTERS)
    seq = journal.authorise(GRANT).entry.seq
    journal.write("interrupted", authorised=seq, returned=False, **COUNTERS)
    journal.authorise(GRANT)
    hub.store(journal.written, logged=False)
    page = _text(public, "/v/sunrise/")
    for words in ("锁未打开", "已中止", "中断", "等待结果", "凭证生成中"):
        assert words in page, words
    assert "已盖章" not in page
    assert "/log/proof/" not in page


def test_what_may_and_may_not_be_stamped_is_said(public: Client, township: Township) -> None:
    page = _text(public, "/v/sunrise/")
    allowed, rest = page.split('id="may-not"')
    assert "党员组织关系迁转" in allowed
    assert "权属争议说明" in allowed
    assert "亲属关系证明" not in allowed
    assert "亲属关系证明" in rest
    assert "去哪里办：请到镇便民服务中心办理" in rest
    assert "12388" in rest
    assert "还没有盖过章" in page


def test_months_are_summed_and_long_records_are_paged(
    public: Client, journal: Journal, township: Township
) -> None:
    for day in range(45):
        journal.stamp(GRANT, wall_ms=NOW - (44 - day) * DAY)
    hub.store(journal.written)
    first, last = _text(public, "/v/sunrise/"), _text(public, "/v/sunrise/?page=3")
    for page in (first, last):
        assert '<th scope="row">2026-11</th><td>2</td>' in page
        assert '<th scope="row">2026-10</th><td>31</td>' in page
    assert first.count("已盖章") == 20
    assert last.count("已盖章") == 5
    assert "2026年11月2日" in first
    assert "2026年9月19日" in last
    assert _text(public, "/v/sunrise/?page=99") == _text(public, "/v/sunrise/?page=3")
    assert _text(public, "/v/sunrise/?page=<script>") == first


def test_an_item_that_left_the_catalogue_keeps_its_line(
    public: Client, journal: Journal, township: Township
) -> None:
    journal.stamp(GRANT, item="former", seal="seal-former")
    hub.store(journal.written)
    page = _text(public, "/v/sunrise/")
    assert "<strong>former</strong>" in page
    assert "seal-former" in page


def test_pages_ask_no_staff_table(
    public: Client, journal: Journal, township: Township, statements: list[str]
) -> None:
    journal.stamp(GRANT)
    hub.store(journal.written)
    statements.clear()
    for path in ("/", "/v/sunrise/", "/v/sunrise/qr.svg"):
        assert public.get(path).status_code == 200
    assert statements
    for sql in statements:
        assert not any(table in sql for table in STAFF), sql
        assert sql.lstrip().upper().startswith(("SELECT", "SAVEPOINT", "RELEASE", "BEGIN")), sql


def test_villages_are_listed_and_others_are_unknown(public: Client, township: Township) -> None:
    assert 'href="/v/sunrise/"' in _text(public, "/")
    assert public.get("/v/sunset/").status_code == 404
    assert public.get("/v/sunset/qr.svg").status_code == 404


def test_a_hub_without_lists_says_so(public: Client) -> None:
    assert "还没有村登记印章机" in _text(public, "/")
    assert public.get("/v/sunrise/").status_code == 404


def test_nothing_can_be_sent(public: Client, township: Township) -> None:
    for path in ("/", "/v/sunrise/", "/v/sunrise/qr.svg", "/log/checkpoint", "/log/proof/0"):
        for method in ("post", "put", "delete"):
            assert getattr(public, method)(path).status_code == 405, (method, path)


def test_the_log_is_served_as_tiles(public: Client, tmp_path: Path) -> None:
    names = ("tile/0/x001/234", "tile/0/000.p/5", "tile/entries/000.p/5", "tile/63/000")
    for name in ("checkpoint", *names):
        file = tmp_path / "public" / "log" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(name.encode())
    head = public.get("/log/checkpoint")
    assert (head.content, head["Content-Type"]) == (b"checkpoint", "text/plain; charset=utf-8")
    assert head["Cache-Control"] == "no-cache"
    for name in names:
        tile = public.get(f"/log/{name}")
        assert (tile.content, tile["Content-Type"]) == (name.encode(), "application/octet-stream")
        assert "immutable" in tile["Cache-Control"]
        assert tile["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "path",
    [
        "../../hub.toml", "tile/../../../hub.toml", "tile/0/../../../../hub.toml", "/etc/passwd",
        "tile/0/%2e%2e/%2e%2e/hub.toml", "tile", "tile/0", "tile/0/000", "tile/64/000",
        "tile/0/000.p/256", "tile/0/000.p/0", "tile/0/x001", "tile/entries/000\n", "checkpoint/",
        "tile/0/٠٠٠", "checkpoint.tmp", ".", "tile/0/000.p/1/../../../../../hub.toml",
    ],
)  # fmt: skip
def test_nothing_beside_the_log_is_served(public: Client, tmp_path: Path, path: str) -> None:
    folder = tmp_path / "public" / "log"
    (folder / "tile" / "0" / "000.p").mkdir(parents=True)
    (folder / "checkpoint.tmp").write_bytes(b"half written")
    assert public.get(f"/log/{path}").status_code == 404


@pytest.fixture
def statements(db: None) -> Iterator[list[str]]:
    """Every SQL statement of the test."""
    said: list[str] = []

    def listen(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        said.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(listen):
        yield said


def _text(client: Client, path: str) -> str:
    reply = client.get(path)
    assert reply.status_code == 200, reply.status_code
    return reply.content.decode()
