"""Villagers ask from the public page and look by a receipt code; staff take up, decline, file."""

import re
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from hub.applications import deciding
from hub.applications.granted import granted
from hub.applications.limits import Limits
from hub.applications.models import Filed
from hub.approvals.models import Subject
from hub.blobs import store
from hub.clock import now_ms
from hub.devices import authority
from hub.requests import codes
from hub.requests.forget import DAY_MS, Forgotten, forget
from hub.requests.models import Request
from tests.hub import flow_rig, papers, site_rig
from tests.hub.flow_rig import client, page, sign
from tests.hub.test_again import OTHER
from tests.hub.test_seal_register import retired
from tests.support.contents import DEVICE
from tests.support.township import Township
from wire.approval import subject
from wire.lists.catalogue import Band, Item

FORM = "/v/sunrise/apply/residence/"
SITE = "[applications]\nrequests_per_day = 2\npages_max = 3\nuploads_per_minute = 1000\n"
LEASE = "/v/sunrise/apply/contract/"


@pytest.fixture
def township(db: None, settings: Settings, tmp_path: Path) -> Township:
    settings.ROOT_URLCONF = "hub.urls_staff"
    settings.STATE = tmp_path
    return flow_rig.opened(tmp_path, site=SITE)


@pytest.fixture
def villager(township: Township, settings: Settings) -> "Villager":
    return Villager(settings)


class Villager:
    """Somebody at the public site, whose addresses are others than the staff's."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client = Client()

    def get(self, path: str) -> Any:
        self._settings.ROOT_URLCONF = "hub.urls_public"
        try:
            return self._client.get(path)
        finally:
            self._settings.ROOT_URLCONF = "hub.urls_staff"

    def post(self, path: str, fields: dict[str, Any]) -> Any:
        self._settings.ROOT_URLCONF = "hub.urls_public"
        try:
            return self._client.post(path, fields)
        finally:
            self._settings.ROOT_URLCONF = "hub.urls_staff"

    def check(self, path: str = FORM, **changes: Any) -> dict[str, Any]:
        """The fields of the page on which the villager checks what he typed."""
        answer = self.post(path, form(**changes))
        text = answer.content.decode()
        assert answer.status_code == 200, text
        found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text)
        fields: dict[str, Any] = {name: value for name, value in found if name != "page"}
        return {**fields, "page": [value for name, value in found if name == "page"]}

    def send(self, path: str = FORM, **changes: Any) -> str:
        """The receipt code of a request."""
        answer = self.post(path, self.check(path, **changes))
        found = re.search(r"\d{4} \d{4} \d{4} \d{4}", answer.content.decode())
        assert found is not None
        return found[0]

    def look(self, code: str) -> str:
        return str(self.post("/look/", {"code": code}).content.decode())


def may() -> str:
    """The page of what may be stamped, as it is now."""
    found = site_rig.site()
    found.build()
    return found.text("v/sunrise/seal/may.html")


def upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("page.png", papers.PAPER, "image/png")


def form(**changes: Any) -> dict[str, Any]:
    plain = {
        "name": "林小满",
        "phone": "138 0000 0000",
        "title": "居住证明",
        "purpose": "给学校",
        "impressions": "1",
        "pages": upload(),
    }
    return {**plain, **changes}


def taken_up() -> Subject:
    """The clerk files the only request, as its form is filled."""
    (asked,) = Request.objects.all()
    path = f"/items/residence/new?request={asked.pk}"
    text = page("geng", path)
    assert "林小满" in text
    fields = {
        "request": asked.pk,
        "title": asked.title,
        "purpose": asked.purpose,
        "for_whom": asked.name,
        "phone": asked.phone,
        "seal": "seal-committee",
        "impressions": "1",
        "seams": "0",
        "operators": ["wu"],
        "page": asked.pages,
        "confirmed": "yes",
    }
    assert client("geng").post("/items/residence/new", fields).status_code == 302
    return Filed.objects.get().subject


def test_a_villager_asks_and_sees_each_step_by_his_code(
    villager: Villager, township: Township
) -> None:
    assert "网上申请" in may()
    code = villager.send()
    assert "等工作人员受理" in villager.look(code)
    assert "林小满" in page("geng", "/")
    made = taken_up()
    assert "等村委会主任审批" in villager.look(code)
    take_one(township, made, "director", "yi")
    assert "等村党组织书记审批" in villager.look(code)
    take_one(township, made, "secretary", "jia")
    assert "已批准" in villager.look(code.replace(" ", "-"))
    application = subject.decode(bytes(made.data))
    assert application.purpose == "给学校（为林小满办理）"
    assert [one.hex() for one in application.pages] == Request.objects.get().pages
    assert "等着受理" not in page("geng", "/")


def take_one(township: Township, made: Subject, step: str, person: str, **verdict: str) -> None:
    """As it comes from the county's page."""
    deciding.take(made, sign(township, made, step, person, **verdict), now_ms())


def test_a_reason_for_returning_reaches_the_villager(
    villager: Villager, township: Township
) -> None:
    code = villager.send()
    made = taken_up()
    take_one(township, made, "director", "yi", verdict="return")
    assert "请写明原因" in page("yi", f"/applications/{made.pk}/")
    assert "请写明原因" not in page("geng", f"/applications/{made.pk}/")
    path = f"/applications/{made.pk}/explain"
    assert client("geng").post(path, {"words": "x"}).status_code == 409
    assert client("yi").post(path, {"words": "地址和户口本不同"}).status_code == 302
    assert client("yi").post(path, {"words": "又一次"}).status_code == 409
    shown = villager.look(code)
    assert "已退回" in shown
    assert "地址和户口本不同" in shown
    assert "退回原因：地址和户口本不同" in page("geng", f"/applications/{made.pk}/")


def test_where_the_seal_was_retired_meanwhile_the_villager_is_told(
    villager: Villager, township: Township
) -> None:
    code = villager.send()
    taken_up()
    assert "原来的印章已停用" not in villager.look(code)
    retired(township)
    assert "原来的印章已停用，请找村里工作人员重新申请" in villager.look(code)


def test_once_its_days_are_over_the_villager_is_told(villager: Villager) -> None:
    code = villager.send()
    taken_up()
    Filed.objects.update(not_after=now_ms() - 1)
    shown = villager.look(code)
    assert ("已过期" in shown, "撤回申请" in shown) == (True, False)


def test_staff_decline_with_a_reason(villager: Villager) -> None:
    code = villager.send()
    (asked,) = Request.objects.all()
    path = f"/requests/{asked.pk}/decline"
    wrong = client("geng").post(path, {"words": "长" * 201})
    assert (wrong.status_code, "长" * 201 in wrong.content.decode()) == (400, True)
    assert client("geng").post(path, {"words": "请到派出所办"}).status_code == 302
    assert "请到派出所办" in villager.look(code)
    assert client("geng").post(path, {"words": "again"}).status_code == 409
    assert client("geng").get(f"/items/residence/new?request={asked.pk}").status_code == 404


def test_what_the_villager_withdraws_nobody_stamps(villager: Villager, township: Township) -> None:
    code = villager.send()
    made = taken_up()
    take_one(township, made, "director", "yi")
    take_one(township, made, "secretary", "jia")
    assert len(granted(DEVICE)) == 1
    assert "已撤回" in villager.post("/look/recall", {"code": code}).content.decode()
    assert granted(DEVICE) == []
    assert "已撤回" in page("geng", f"/applications/{made.pk}/")
    assert villager.post("/look/recall", {"code": code}).status_code == 409


def test_a_request_that_is_withdrawn_is_not_taken_up(villager: Villager) -> None:
    villager.post("/look/recall", {"code": villager.send()})
    (asked,) = Request.objects.all()
    assert "林小满" not in page("geng", "/")
    assert client("geng").get(f"/items/residence/new?request={asked.pk}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "林\u202e小满"}, "name"),
        ({"phone": "call me"}, "phone"),
        ({"title": "长" * 101}, "title"),
        ({"purpose": ""}, "purpose"),
        ({"impressions": "4"}, "impressions"),
        ({"impressions": "²"}, "impressions"),
        ({"pages": []}, "pages"),
        ({"pages": SimpleUploadedFile("a.svg", b"<svg/>", "image/png")}, "pages"),
        ({"page": ["0" * 64]}, "page"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_the_rest_is_kept(
    villager: Villager, changes: dict[str, Any], field: str
) -> None:
    given = form(**changes)
    answer = villager.post(FORM, given)
    shown = answer.content.decode()
    if field == "page":
        assert (answer.status_code, "0" * 64 in shown) == (200, False)
        return
    assert (answer.status_code, f'id="{field}-error"' in shown) == (400, True)
    assert all(given[name] in shown for name in ("name", "title", "purpose") if name != field)
    assert not Request.objects.exists()


def test_pages_are_kept_while_something_else_is_wrong(villager: Villager) -> None:
    shown = villager.post(FORM, form(name="")).content.decode()
    kept = re.findall(r'name="page" value="([^"]+)"', shown)
    assert len(kept) == 1
    assert villager.get(f"/papers/{kept[0]}")["Content-Type"] == "image/png"
    assert villager.get(f"/papers/{kept[0][:-1]}x").status_code == 404
    again = form(page=kept)
    del again["pages"]
    assert "请核对" in villager.post(FORM, again).content.decode()


def test_sending_twice_asks_once_and_so_many_a_day(villager: Villager) -> None:
    fields = villager.check()
    assert villager.post(FORM, fields).content == villager.post(FORM, fields).content
    assert Request.objects.count() == 1
    villager.send()
    full = villager.post(FORM, villager.check())
    assert (full.status_code, "请明天再来" in full.content.decode()) == (400, True)
    assert Request.objects.count() == 2


def test_so_many_files_are_read_and_codes_looked_up_in_a_minute(
    villager: Villager, tmp_path: Path
) -> None:
    code, file = villager.send(), tmp_path / "hub.toml"
    slow = "uploads_per_minute = 1\nlooks_per_minute = 2"
    file.write_text(file.read_text("utf-8").replace("uploads_per_minute = 1000", slow), "utf-8")
    two = form(pages=[upload(), upload()])
    answer = villager.post(FORM, two).content.decode()
    assert ("正在处理别人的文件" in answer, answer.count('name="page"')) == (True, 1)
    assert [("已收到" in villager.look(code)) for _ in range(3)] == [True, True, False]


def test_nothing_is_found_by_what_is_no_code_and_the_table_holds_none(villager: Villager) -> None:
    code = villager.send().replace(" ", "")
    other = code[:-2] + str((int(code[-2]) + 1) % 10) + code[-1]
    for wrong in ("", "1234", other, code[:-1], "'; --"):
        answer = villager.post("/look/", {"code": wrong})
        assert (answer.status_code, "没有查到" in answer.content.decode()) == (404, True)
    (kept,) = Request.objects.all()
    assert code.encode() not in bytes(kept.code)
    assert codes.read(f" {code[:4]}－".replace("－", "-") + code[4:]) == code


def change_matters(township: Township, **items: Item) -> None:
    """The officers sign another list of matters."""
    catalogue = township.authority.catalogue
    changed = replace(catalogue, items={**catalogue.items, **items})
    later = township.change(catalogue=changed)
    authority.import_package(later.package, root_sha256=sha256(later.roots[0]).digest())


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"amount": "1000"}, "resolution"),
        ({"amount": "1000", "resolution": "长" * 101}, "resolution"),
    ],
)
def test_what_the_item_demands_is_asked_of_the_villager(
    villager: Villager, township: Township, typed: dict[str, str], field: str
) -> None:
    lease = township.authority.catalogue.items["contract"]
    change_matters(township, contract=replace(lease, bands=(Band(1000, lease.chain, True),)))
    answer = villager.post(LEASE, form(**typed))
    assert (answer.status_code, f'id="{field}-error"' in answer.content.decode()) == (400, True)
    given = {"amount": "1,000.50", "resolution": "村民代表会议第2项"}
    assert "<dt>金额</dt><dd>1,000.50 元" in villager.post(LEASE, form(**given)).content.decode()
    villager.send(LEASE, **given)
    (asked,) = Request.objects.all()
    assert (asked.amount, asked.resolution) == (100_050, "村民代表会议第2项")
    shown = page("geng", f"/items/contract/new?request={asked.pk}")
    assert all(one in shown for one in ('value="1,000.50"', 'value="村民代表会议第2项"'))


def test_what_is_not_in_force_or_has_no_seal_there_cannot_be_asked_for(
    villager: Villager, township: Township
) -> None:
    items = township.authority.catalogue.items
    assert f'href="http://public.localhost{FORM}"' in may()
    change_matters(
        township,
        residence=replace(items["residence"], since="2999-01-01"),
        contract=replace(items["contract"], seals=("elsewhere",)),
    )
    shown = may()
    for path in (FORM, LEASE):
        assert path not in shown
        assert villager.get(path).status_code == villager.post(path, form()).status_code == 404


def test_only_what_a_village_may_stamp_can_be_asked_for(villager: Villager) -> None:
    for path in ("/v/sunrise/apply/kinship/", "/v/sunrise/apply/x/", "/v/nowhere/apply/residence/"):
        assert villager.get(path).status_code == 404


def test_answers_with_names_are_stored_nowhere(villager: Villager) -> None:
    code = villager.send()
    for answer in (villager.get(FORM), villager.post("/look/", {"code": code})):
        assert answer["Cache-Control"] == "no-store"
        assert not answer.cookies


def test_staff_file_for_an_elder_who_gets_a_code(villager: Villager, township: Township) -> None:
    fields = {
        "title": "居住证明",
        "purpose": "办补贴",
        "for_whom": "何春生",
        "phone": "0577-6400000",
        "seal": "seal-committee",
        "impressions": "1",
        "seams": "0",
        "operators": ["wu"],
        "pages": upload(),
    }
    checked = client("geng").post("/items/residence/new", fields).content.decode()
    assert "办补贴（为何春生办理）" in checked
    kept = re.findall(r'name="page" value="(\w+)"', checked)
    sent = {**fields, "page": kept, "confirmed": "yes"}
    del sent["pages"]
    answer = client("geng").post("/items/residence/new", sent)
    printed = page("geng", answer["Location"])
    code = re.search(r"\d{4} \d{4} \d{4} \d{4}", printed)
    assert code is not None
    assert "等村委会主任审批" in villager.look(code[0])
    assert client("geng").get("/applications/999/receipt").status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"), [({"phone": "call"}, "phone"), ({"for_whom": "长" * 33}, "for_whom")]
)
def test_what_staff_type_wrong_of_an_elder_is_said(
    township: Township, changes: dict[str, str], field: str
) -> None:
    fields = {"title": "居住证明", "purpose": "办补贴", "for_whom": "何春生", **changes}
    answer = client("geng").post("/items/residence/new", fields)
    assert (answer.status_code, f'id="{field}-error"' in answer.content.decode()) == (400, True)


def test_another_villages_staff_see_no_request(villager: Villager) -> None:
    villager.send()
    Request.objects.update(village="sunset")
    (asked,) = Request.objects.all()
    assert "林小满" not in page("geng", "/")
    assert client("geng").get(f"/items/residence/new?request={asked.pk}").status_code == 404
    assert client("geng").post(f"/requests/{asked.pk}/decline", {"words": "x"}).status_code == 404


def test_the_townships_people_see_no_names_of_villagers(villager: Villager) -> None:
    villager.send()
    (asked,) = Request.objects.all()
    for name in ("ren", "gui"):
        assert "林小满" not in page(name, "/")
        assert client(name).get(f"/items/residence/new?request={asked.pk}").status_code == 404


def test_names_go_after_a_while_and_so_do_pages_that_nobody_sent(villager: Villager) -> None:
    code, limits, now = villager.send(), Limits(names_days=90), now_ms()
    dropped = SimpleUploadedFile("a.png", OTHER, "image/png")
    unsent = bytes.fromhex(villager.check(pages=dropped)["page"][0].split(":")[0])
    assert forget(limits, now) == Forgotten(0, 0)
    assert store.get(unsent) is not None
    assert forget(limits, now + 100 * DAY_MS) == Forgotten(0, 1)
    assert store.get(unsent) is None
    made = taken_up()
    page_of = subject.decode(bytes(made.data)).pages[0]
    assert "已撤回" in villager.post("/look/recall", {"code": code}).content.decode()
    assert forget(limits, now + 89 * DAY_MS) == Forgotten(0, 0)
    assert forget(limits, now + 91 * DAY_MS) == Forgotten(1, 0)
    (asked,) = Request.objects.all()
    assert (asked.name, asked.phone, asked.purpose, asked.pages) == ("", "", "", [])
    assert "已撤回" in villager.look(code)
    assert store.get(page_of) is not None
