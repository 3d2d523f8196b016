"""The public site: what villagers see and fetch, and what they can never get.

Pages are files that `sealhub site` makes; the public application gives out the same files.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from hub.records.models import Review
from tests.hub import public_rig as hub
from tests.hub import site_rig
from tests.hub.journal_rig import COUNTERS, Journal
from tests.hub.site_rig import Site
from tests.support import contents
from tests.support.contents import DAY, NOW
from tests.support.township import Township
from wire.approval import draft
from wire.approval.draft import Draft

pytestmark = pytest.mark.django_db
GRANT = b"g" * 32
SEAL = "v/sunrise/seal/"
STAFF = ("people_", "approvals_approval", "applications_", "auth_", "django_session")
"""The bytes of a release, which are public once it is published, are an `approvals_subject`."""


@pytest.fixture
def site(public: Client) -> Site:
    return site_rig.site()


@pytest.fixture
def township(public: Client, journal: Journal) -> Township:
    return hub.township(journal)


def test_each_stamp_is_shown_with_its_receipt(
    site: Site, journal: Journal, township: Township
) -> None:
    journal.stamp(GRANT, sheet=2)
    page = shown(site, journal)
    for words in (
        *("居住证明", "晨光村村民委员会章", "第 2 次", "已盖章", "2026年11月2日 8:00"),
        f'href="../../../s/{journal.written[1].hash.hex()}/index.html"',
    ):
        assert words in page, words


def test_no_person_and_no_title_is_shown(site: Site, journal: Journal, township: Township) -> None:
    grant = township.grant(township.application(title="某人的低保申请", purpose="看病"))
    hub.publish(township, [grant])
    journal.stamp(grant.id)
    page = shown(site, journal)
    for words in (*contents.NAMES.values(), "某人的低保申请", "看病"):
        assert words not in page, words
    for entry in journal.written:
        for name in ("operator", "before", "after"):
            value = entry.entry.body.get(name)
            assert value is None or value.hex() not in page


def test_a_corrected_stamp_stays_and_says_so_and_names_what_took_its_place(
    site: Site, journal: Journal, township: Township
) -> None:
    wrong = journal.stamp(GRANT).entry.seq
    hub.correct(journal, wrong, replacement=b"h" * 32)
    journal.stamp(b"h" * 32)
    lost = journal.stamp(b"i" * 32).entry.seq
    hub.correct(journal, lost, state="lost")
    page = shown(site, journal)
    assert page.count("已盖章") == 3
    assert "已作废，原件已收回" in page
    assert "已作废，原件遗失" in page
    assert f"由申请 {'68' * 8} 代替" in page
    assert page.count(f"代替作废件，申请 {'68' * 8}") == 1
    assert 'href="../../../log/proof/3" download="3.txt">作废凭证' in page
    assert "log/proof/3" in site
    assert "戊五辉" not in page


def test_an_emergency_is_shown_as_one_that_waits_for_review(
    site: Site, journal: Journal, township: Township
) -> None:
    journal.stamp(GRANT)
    hub.declare(journal, b"e" * 32)
    journal.stamp(b"e" * 32)
    page = shown(site, journal)
    assert page.count("应急用印，镇纪委复核") == 1
    assert page.index("应急用印，镇纪委复核") < page.index("已盖章", page.index("已盖章") + 1)
    for words in ("戊五辉", "丙三晴", "受灾救助", "台风", "AAAABBBB"):
        assert words not in page, words


def test_what_is_for_staff_alone_is_not_on_the_page(
    site: Site, journal: Journal, township: Township
) -> None:
    begun = Draft("residence", "seal-committee", "林小满", "低保", "看病", 1, (bytes(32),))
    journal.write("drafted", item="residence", pages=1, draft=draft.encode(begun), operator="wu")
    journal.write("demanded", item="kinship", demander="某银行县城支行", operator="wu")
    declared = hub.declare(journal, b"e" * 32)
    journal.stamp(b"e" * 32)
    site_rig.log(journal.written)
    Review.objects.create(
        entry_hash=declared.hash, person="ren", verdict="irregular", words="已约谈", made_ms=1
    )
    site.build()
    page = site.text(SEAL)
    assert "应急用印，镇纪委复核" in page
    for words in (
        *(*contents.NAMES.values(), "林小满", "低保", "看病", "某银行", "受灾救助申请", "台风"),
        *("AAAABBBBCCCCDDDD", "存在异常", "已约谈"),
    ):
        assert words not in page, words


def test_a_use_outside_the_machine_is_disclosed(
    site: Site, journal: Journal, township: Township
) -> None:
    hub.use_outside(journal)
    page = shown(site, journal)
    for words in ("机外用印", "登记本 登-001", "2 次", "晨光村村民委员会章", "/log/proof/0"):
        assert words in page, words
    for words in ("戊五辉", "丙三晴", "某人的低保"):
        assert words not in page, words


def test_openings_that_went_wrong_are_shown_as_such(
    site: Site, journal: Journal, township: Township
) -> None:
    for returned in (True, False):
        seq = journal.authorise(GRANT).entry.seq
        journal.write("aborted", authorised=seq, code="busy", returned=returned, **COUNTERS)
    seq = journal.authorise(GRANT).entry.seq
    journal.write("interrupted", authorised=seq, returned=False, **COUNTERS)
    journal.authorise(GRANT)
    hub.store(journal.written, logged=False)
    site.build()
    page = site.text(SEAL)
    for words in ("锁未打开", "已中止", "中断", "等待结果", "凭证生成中"):
        assert words in page, words
    assert "已盖章" not in page
    assert "/log/proof/" not in page


def test_what_may_and_may_not_be_stamped_is_said(site: Site, township: Township) -> None:
    site.build()
    allowed, rest = site.text(f"{SEAL}may.html"), site.text(f"{SEAL}may-not.html")
    for words in ("党员组织关系迁转", "要 2 个人批：村委会主任", "/v/sunrise/apply/residence/"):
        assert words in allowed, words
    assert "亲属关系证明" not in allowed
    for words in ("亲属关系证明", "去哪里办：请到镇便民服务中心办理", "权属争议说明"):
        assert words in rest, words
    assert "先报上级的事" in rest
    assert all(words in site.text(f"{SEAL}complain.html") for words in ("12388", "12345"))
    assert "还没有盖过章" in site.text(SEAL)


def test_the_hotline_is_offered_on_the_first_page_where_the_township_has_one(
    site: Site, township: Township, tmp_path: Path
) -> None:
    site.build()
    pages = ("v/sunrise/", f"{SEAL}complain.html")
    assert not any("hotline.example" in site.text(page) for page in pages)
    with (tmp_path / "hub.toml").open("a", encoding="utf-8") as toml:
        toml.write('\n[hotline]\norigin = "https://hotline.example"\n')
    site.build()
    for page in pages:
        assert 'href="https://hotline.example/?village=sunrise' in site.text(page)


def test_each_month_has_a_page_and_they_are_counted(
    site: Site, journal: Journal, township: Township
) -> None:
    for day in range(45):
        journal.stamp(GRANT, wall_ms=NOW - (44 - day) * DAY)
    newest = shown(site, journal)
    october, september = (site.text(f"{SEAL}2026-{one}/") for one in ("10", "09"))
    for page, count in ((newest, 2), (october, 31), (september, 12)):
        assert page.count('<p class="state good">已盖章') == count
        assert f"这个月盖章 <strong>{count}</strong> 次" in page
    for words in ('href="2026-10/index.html">2026年10月<br>盖章 31 次', "2026年11月2日"):
        assert words in newest, words
    assert "2026年9月19日" in september
    assert 'href="../2026-10/index.html">看2026年10月' in september
    figures = site.text(f"{SEAL}figures.html")
    assert "一共盖章 <strong>45</strong> 次" in figures
    assert figures.count("<svg") == 4
    assert '<rect width="6.5" height="4"/>' in figures


def test_what_programs_read_is_what_the_page_says(
    site: Site, journal: Journal, township: Township
) -> None:
    stamped = journal.stamp(GRANT)
    hub.declare(journal, b"e" * 32)
    wrong = journal.stamp(b"e" * 32)
    hub.correct(journal, wrong.entry.seq)
    shown(site, journal)
    data = json.loads(site.text(f"{SEAL}2026-11/stamps.json"))
    assert [one["stamp"] for one in data["uses"]] == [wrong.hash.hex(), stamped.hash.hex()]
    rows = list(csv.DictReader(io.StringIO(site.text(f"{SEAL}2026-11/stamps.csv"))))
    assert site.text(f"{SEAL}2026-11/stamps.csv").startswith("\ufeff")
    assert [(one["事项"], one["应急"], one["作废"]) for one in rows] == [
        ("居住证明", "true", "已作废，原件已收回"),
        ("居住证明", "false", ""),
    ]
    package = json.loads(site.text(f"{SEAL}datapackage.json"))
    (resource,) = package["resources"]
    assert f"{SEAL}{resource['path']}" in site
    names = [field["name"] for field in resource["schema"]["fields"]]
    assert ["\ufeff" + names[0], *names[1:]] == list(rows[0])


def test_an_item_that_left_the_catalogue_keeps_its_line(
    site: Site, journal: Journal, township: Township
) -> None:
    journal.stamp(GRANT, item="former", seal="seal-former")
    page = shown(site, journal)
    assert "<h3>former</h3>" in page
    assert "seal-former" in page


def test_pages_ask_no_staff_table(
    site: Site, public: Client, journal: Journal, township: Township, statements: list[str]
) -> None:
    journal.stamp(GRANT)
    site_rig.log(journal.written)
    statements.clear()
    site.build()
    assert statements
    for path in ("/", "/v/sunrise/", "/v/sunrise/seal/", "/v/sunrise/qr.svg"):
        assert public.get(path).status_code == 200
    for sql in statements:
        assert not any(table in sql for table in STAFF), sql
        assert sql.lstrip().upper().startswith(("SELECT", "SAVEPOINT", "RELEASE", "BEGIN")), sql


def test_villages_are_listed_and_others_are_unknown(
    site: Site, public: Client, township: Township
) -> None:
    site.build()
    assert 'href="v/sunrise/index.html"' in site.text("")
    assert "示例镇各村公开" in site.text("")
    for path in ("/v/sunset/", "/v/sunset/qr.svg", "/v/sunset/seal/"):
        assert public.get(path).status_code == 404, path


def test_a_hub_without_lists_says_so(site: Site, public: Client) -> None:
    assert public.get("/").status_code == 404
    site.build()
    assert "还没有村登记印章机" in public.get("/").content.decode()
    assert public.get("/v/sunrise/").status_code == 404


def test_the_application_gives_out_the_files_as_they_lie(
    site: Site, public: Client, journal: Journal, township: Township
) -> None:
    journal.stamp(GRANT)
    shown(site, journal)
    files = [one for one in site.files() if not one.startswith(("static/", "log/"))]
    for path in files:
        answer = public.get(f"/{path.removesuffix('index.html')}")
        assert answer.status_code == 200, path
        assert answer.content == (site.root / path).read_bytes(), path
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert public.get("/v/sunrise/seal")["Location"] == "/v/sunrise/seal/"
    for path, kind in (
        ("v/sunrise/", "text/html; charset=utf-8"),
        ("v/sunrise/qr.svg", "image/svg+xml"),
        ("v/sunrise/seal/2026-11/stamps.csv", "text/csv; charset=utf-8"),
        ("v/sunrise/manifest.sig", "text/plain; charset=utf-8"),
    ):
        assert public.get(f"/{path}")["Content-Type"] == kind


@pytest.mark.parametrize(
    "path",
    [
        "../hub.toml", "v/../../../hub.toml", "v/%2e%2e/%2e%2e/%2e%2e/hub.toml", "//etc/passwd",
        "v/sunrise/.index.html.new", "v/sunrise//index.html", "v/sunrise/index.html/", "v\\sunrise",
        "site-index/township.json", ".", "v/sunrise/%0a",
    ],
)  # fmt: skip
def test_nothing_beside_the_site_is_given_out(
    site: Site, public: Client, township: Township, path: str
) -> None:
    site.build()
    (site.root / "v/sunrise/.index.html.new").write_bytes(b"half written")
    assert public.get(f"/{path}").status_code == 404


def test_nothing_can_be_sent(site: Site, public: Client, township: Township) -> None:
    site.build()
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


def shown(site: Site, journal: Journal) -> str:
    """The newest month of the village, once all is in the log."""
    site_rig.log(journal.written)
    site.build()
    return site.text(SEAL)
