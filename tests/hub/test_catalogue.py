"""The list of matters on the staff site: who would sign, versions side by side, its files."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from hub.blobs import store as blobs
from hub.catalogue.load import load
from hub.catalogue.versions import _versions
from hub.devices import authority
from tests.hub import public_rig as hub
from tests.hub.journal_rig import Journal
from tests.hub.page_rig import Answers, ask, look, serve
from tests.support import browser as browsers
from tests.support.browser import PHONE
from tests.support.contents import CHAIR, SECRETARY
from tests.support.township import Township
from wire.lists.content import Band, encode
from wire.matters import files

pytestmark = pytest.mark.django_db
ONCE = {"impressions": "1", "seams": "0", "seal": "seal-cooperative", "operators": "wu"}
WHO = "/catalogue/who/?item=%s&applicant=%s&amount=%s&day=%s"


@pytest.fixture
def township(settings: Settings, tmp_path: Path) -> Township:
    """Two lists of matters: the second has a band and no membership any more."""
    hub.staff_site(settings, tmp_path)
    made = hub.township(Journal())
    items = dict(made.authority.catalogue.items)
    del items["membership"]
    band = Band(1000, (CHAIR, SECRETARY), resolution=True)
    items["contract"] = replace(items["contract"], bands=(band,), seam_pages=2)
    later = made.change(catalogue=replace(made.authority.catalogue, items=items))
    root = sha256(made.roots[0]).digest()
    authority.import_package(later.package, root_sha256=root)
    return later


@pytest.fixture
def clerk(township: Township) -> Client:
    client = Client()
    hub.sign_in(client, "geng")
    return client


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_names_of_those_who_would_sign(clerk: Client) -> None:
    text = page(clerk, WHO % ("residence", "", "", ""))
    assert "要 2 个人签" in text
    steps = text.split('<ol class="steps card">')[1]
    assert steps.index("乙二亮") < steps.index("甲一明")
    text = page(clerk, WHO % ("residence", "yi", "", ""))
    assert "替 村委会主任" in text
    assert "乙二亮：是申请人" in text


def test_by_amount_with_a_resolution(clerk: Client) -> None:
    text = page(clerk, WHO % ("contract", "", "", ""), 400)
    assert "按金额定由谁批，请填金额" in text
    assert "村民决议" not in page(clerk, WHO % ("contract", "", "999.99", ""))
    assert "申请时要写明是哪次会议的哪一项" in page(clerk, WHO % ("contract", "", "1,000", ""))
    assert "2 页以上必须盖" in page(clerk, WHO % ("contract", "", "1000", ""))


def test_the_form_asks_for_what_the_matter_demands(clerk: Client) -> None:
    typed = {"title": "承包合同", "purpose": "续签", **ONCE, "confirmed": "yes"}
    typed["page"] = blobs.put(b"a page", "page", "geng").hex()
    for more, said in (
        ({}, "请填金额"),
        ({"amount": "many"}, "金额请写成 15300"),
        ({"amount": "1,000"}, "请写明决议"),
    ):
        answer = clerk.post("/items/contract/new", {**typed, **more})
        assert (answer.status_code, said in answer.content.decode()) == (400, True), said
    whole = {**typed, "amount": "1,000.50", "resolution": "村民代表会议第2项"}
    filed = clerk.post("/items/contract/new", whole)
    assert filed.status_code == 302
    text = page(clerk, filed["Location"])
    assert "1,000.50 元" in text
    assert "村民代表会议第2项" in text


def test_what_is_not_stamped_here_says_where_to_go_and_rings(clerk: Client) -> None:
    text = page(clerk, WHO % ("kinship", "", "", ""))
    assert "去哪里办：请到镇便民服务中心办理" in text
    assert "电话：0577-0000000" in text
    assert "要先办：" in page(clerk, WHO % ("dispute", "", "", ""))


def test_on_a_day_when_nobody_is_in_office_it_says_what_is_lacking(clerk: Client) -> None:
    text = page(clerk, WHO % ("residence", "", "", "2020-01-01"))
    assert "没有人能签" in text
    assert "无人在职" in text


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (("", "", "", ""), "请选一个事项"),
        (("nothing", "", "", ""), "清单上没有这一事项"),
        (("residence", "nobody", "", ""), "名册上没有此人"),
        (("residence", "", "many", ""), "金额请写成"),
        (("contract", "", "", ""), "请填金额"),
        (("", "", "1.005", ""), "金额请写成"),
        (("residence", "", "", "soon"), "日期请写成"),
        (("residence", "", "", "2026-02-30"), "日期请写成"),
    ],
)
def test_wrong_input_is_told_beside_the_field_and_kept(
    clerk: Client, values: tuple[str, ...], said: str
) -> None:
    text = page(clerk, WHO % values, 400)
    assert said in text
    typed = values[2] or values[3]
    assert not typed or f'value="{typed}" aria-invalid="true"' in text
    assert 'id="answer"' not in text


def test_nothing_is_wrong_before_somebody_asked(clerk: Client) -> None:
    assert "请选一个事项" not in page(clerk, "/catalogue/who/")


def test_a_clerk_asks_of_his_own_village_alone(clerk: Client) -> None:
    assert 'name="village"' not in page(clerk, "/catalogue/who/?village=other")
    inspector = Client()
    hub.sign_in(inspector, "ren")
    assert '<option value="sunrise" selected>晨光村' in page(inspector, "/catalogue/who/")
    assert "没有这个村" in page(inspector, "/catalogue/who/?village=other&item=residence", 400)


def test_whoever_is_kin_of_an_officer_can_be_named_as_the_applicant(
    clerk: Client, township: Township
) -> None:
    assert "辛八曦" not in page(clerk, "/catalogue/who/")
    persons = dict(township.roster.persons)
    persons["xin"] = replace(persons["xin"], relatives=("yi",))
    kin = township.change(roster=replace(township.roster, persons=persons))
    authority.import_package(kin.package, root_sha256=sha256(kin.roots[0]).digest())
    assert "辛八曦" in page(clerk, "/catalogue/who/")
    assert "乙二亮：是申请人的亲属" in page(clerk, WHO % ("residence", "xin", "", ""))


def test_what_is_not_in_force_today_is_shown_with_its_day_and_not_filed(
    clerk: Client, township: Township
) -> None:
    items = dict(township.authority.catalogue.items)
    day = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    items["residence"] = replace(items["residence"], since=day)
    later = township.change(catalogue=replace(township.authority.catalogue, items=items))
    authority.import_package(later.package, root_sha256=sha256(later.roots[0]).digest())
    text = page(clerk, "/items/")
    assert f"{day} 起" in text
    assert "/items/residence/new" not in text
    assert "item_not_in_force" in page(clerk, "/items/residence/new", 400)
    assert f"{day} 起" in page(clerk, WHO % ("residence", "", "", ""))
    assert "要 2 个人签" in page(clerk, WHO % ("residence", "", "", day))


def test_two_versions_side_by_side(clerk: Client) -> None:
    text = page(clerk, "/catalogue/versions/")
    assert "第 1 版 → 第 2 版" in text
    assert "党员组织关系迁转 · 整个事项" in text
    assert "满 1,000 元" in text
    assert "用党组织章" in text
    assert "不要求" in text
    assert "第 2 版 → 第 1 版" in page(clerk, "/catalogue/versions/?old=2&new=1")
    assert "没有不同" in page(clerk, "/catalogue/versions/?old=2&new=2")


def test_the_list_in_force_as_files(clerk: Client) -> None:
    for form, read in (("csv", files.from_csv), ("json", files.from_json)):
        answer = clerk.get(f"/catalogue/matters.{form}")
        assert f'matters-2.{form}"' in answer["Content-Disposition"]
        assert read(answer.content, 2) == authority.catalogue()


def test_the_pages_ask_the_database_little(
    clerk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for path in (WHO % ("residence", "", "", ""), "/catalogue/versions/"):
        _versions.cache_clear()
        with django_assert_max_num_queries(12):
            page(clerk, path)


def test_the_shipped_list_goes_there_and_back() -> None:
    shipped = load(locality="示例镇", effective="2026-01-01")
    assert encode(files.from_csv(files.to_csv(shipped), 1)) == encode(shipped)
    assert any(one.bands for one in shipped.items.values())


def test_every_shipped_matter_says_where_it_is_from_and_what_is_only_an_example() -> None:
    shipped = load(locality="示例镇", effective="2026-01-01").items.values()
    forbidden = [one for one in shipped if one.cls == "forbidden"]
    assert {one.basis for one in forbidden} == {"民发〔2020〕20号"}
    assert len(forbidden) == 20
    assert all(one.where_zh.startswith("示例") for one in shipped if one.cls != "allowed")
    assert all(one.basis.startswith("示例清单（") for one in shipped if one.cls != "forbidden")


PAGES = {
    "who": "/catalogue/who/",
    "versions": "/catalogue/versions/",
    "signed": "/signed",
    "gone": "/gone",
    "wrong": "/wrong",
    "lacking": "/lacking",
    "new-wrong": "/new-wrong",
    "items": "/items/",
    "new": "/items/contract/new",
}


@pytest.fixture
def answers(clerk: Client) -> Answers:
    """All pages, asked for before a browser runs."""
    paths = [PAGES[name] for name in ("who", "versions", "items", "new")]
    found = ask(clerk, paths, ["hub/hub.css"])
    head = found[PAGES["who"]][0]
    found["/signed"] = (head, page(clerk, WHO % ("contract", "ding", "1000", "")).encode())
    found["/gone"] = (head, page(clerk, WHO % ("kinship", "", "", "")).encode())
    found["/wrong"] = (head, page(clerk, WHO % ("", "nobody", "many", "soon"), 400).encode())
    refused = clerk.post(
        PAGES["new"], {"title": "承包合同", "purpose": "续签", "amount": "many", **ONCE}
    )
    found["/new-wrong"] = (head, refused.content)
    found["/lacking"] = (head, page(clerk, WHO % ("residence", "", "", "2020-01-01")).encode())
    return found


@pytest.fixture
def chromium(answers: Answers) -> Iterator[browsers.Browser]:
    with browsers.chromium() as made:
        yield made


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_people_can_read_it(answers: Answers) -> None:
    look(answers, PAGES, "catalogue")


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_the_form_is_filled_in_and_sent_by_keyboard(
    chromium: browsers.Browser, answers: Answers
) -> None:
    answers[PAGES["who"]] = answers["/signed"]
    with chromium.page(PHONE) as shown:
        serve(shown, answers)
        shown.goto(f"http://hub.localhost{PAGES['who']}")
        shown.evaluate("document.activeElement.blur()")
        for _ in range(20):
            shown.keyboard.press("Tab")
            if shown.evaluate("document.activeElement.id") == "item":
                break
        shown.keyboard.type("居住")
        shown.keyboard.press("Tab")
        shown.keyboard.press("Tab")
        shown.keyboard.press("Control+A")
        shown.keyboard.type("1000")
        shown.keyboard.press("Enter")
        shown.wait_for_url("**/catalogue/who/?item=*&amount=1000&day=#answer")
        assert shown.locator("#answer").bounding_box()["y"] < PHONE[1] / 2  # type: ignore[index]
