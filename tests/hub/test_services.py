"""Services on the public site, appointments without account, and the staff's page of the day."""

import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from hub.clock import now_ms
from hub.config import ConfigError, config
from hub.days import today
from hub.operate.doctor import town
from hub.services import book, changes, files, pages, slots
from hub.services.forget import forget
from hub.services.guide import Guide
from hub.services.models import Appointment
from hub.services.sheet import SheetError
from hub.site.files import File
from hub.site.folder import Folder
from hub.site.place import Place
from hub.site.shared import shared
from tests.hub import flow_rig
from tests.hub.fleet_rig import alive
from tests.support import browser
from tests.support.contents import DAY, DEVICE, HOUR, VILLAGE, VILLAGE_NAME
from tests.support.crawler import Expected, crawl
from tests.support.township import Township

pytestmark = pytest.mark.django_db
WHERE = Place(VILLAGE, VILLAGE_NAME)
ROOM = "sunrise-room"
LABELLED = {"big 1 1", " 32 32"}
"""Boxes whose label is what is pressed."""
EXAMPLE = (files.EXAMPLE / files.FILE).read_text("utf-8")
PERSON = {"name": "甲某某", "phone": "138 0000-0000", "service": "别的事"}


@pytest.fixture(autouse=True)
def township(db: None, settings: Settings, tmp_path: Path) -> Township:
    settings.ROOT_URLCONF = "hub.urls_public"
    settings.STATE = tmp_path
    shutil.copy(files.EXAMPLE / files.FILE, tmp_path / files.FILE)
    items = (files.EXAMPLE / files.ITEMS).read_text("utf-8")
    (tmp_path / files.ITEMS).write_text(items.replace("no-kinship", "kinship"), "utf-8")
    book._rate.cache_clear()
    return flow_rig.opened(tmp_path)


@pytest.fixture
def staff(settings: Settings) -> Iterator[Settings]:
    settings.ROOT_URLCONF = "hub.urls_staff"
    yield settings
    settings.ROOT_URLCONF = "hub.urls_public"


def guide() -> Guide:
    return files.load(config().state)


def day(number: int = 0) -> date:
    return slots.days(guide().points[ROOM], guide().booking, today(now_ms()))[number]


def address(on: date | None = None) -> str:
    return f"/v/{VILLAGE}/appointment/{ROOM}/{on or day()}/"


def posted(**changes: str) -> Any:
    """The answer to the form, as a browser fills it in."""
    text = Client().get(address()).content.decode()
    drawn = re.findall(r'name="drawn" value="([^"]+)"', text)[0]
    return Client().post(address(), {"drawn": drawn, "time": "08:30", **PERSON, **changes})


def code(reply: Any) -> str:
    return str(re.findall(r"(?:[0-9]{4} ){3}[0-9]{4}", reply.content.decode())[0])


def made() -> dict[str, str]:
    """The village's files by name."""
    found = [one for one in pages.pages(WHERE, now_ms(), ()) if isinstance(one, File)]
    return {one.path.rsplit("/", 1)[-1]: one.data.decode() for one in found}


def test_the_pages_say_what_to_bring_where_when_how_long_and_whom_to_ask() -> None:
    text = made()["theme-housing.html"]
    for words in (
        "<li>身份证</li><li>户口簿（示例）</li>",
        "示例镇晨光村村委会一楼",
        "走路 3 分钟",
        "8:30—11:30",
        "多久办好",
        "0577-0000001",
    ):
        assert words in text
    assert 'href="http://public.localhost/v/sunrise/apply/residence/"' in text
    assert "apply/house-building" not in text
    assert 'href="http://public.localhost/v/sunrise/appointment/sunrise-room/"' in text
    assert text.index("最近的</dt>") < text.index("也可以去</dt>")


def test_an_item_says_whether_the_machine_that_stamps_it_is_online() -> None:
    assert "盖章机器没有联网，先打电话" in made()["theme-housing.html"]
    alive(DEVICE, now_ms())
    assert "盖章机器在线" in made()["theme-housing.html"]
    assert "盖章机器" not in made()["theme-security.html"]


def test_an_item_names_rooms_of_other_villages_where_nothing_is_nearer(tmp_path: Path) -> None:
    file = tmp_path / files.FILE
    text = file.read_text("utf-8")
    file.write_text(text.replace('village = "sunrise"', 'village = "sunset"'), "utf-8")
    found = made()
    assert "晨光村便民服务室" in found["theme-housing.html"]
    far = text.replace('village = "sunrise"', 'village = "sunset"').replace("27.5000", "27.9000")
    file.write_text(far, "utf-8")
    found = made()
    building = found["theme-housing.html"].split('id="house-building"')[1]
    assert "晨光村便民服务室" not in building
    assert "示例镇便民服务中心" in building
    assert "晨光村便民服务室" in found["theme-transport.html"]


def test_a_forbidden_item_needs_no_stamp_and_says_where_to_go() -> None:
    found = made()
    shown = found["theme-security.html"].split('id="kinship"')[1].split("</li>")[0]
    assert "不用盖章" in shown
    assert "请到镇便民服务中心办理" in shown
    assert "apply/" not in shown
    assert "亲属关系证明" in found["no-stamp.html"]


def test_the_points_tell_distance_and_whether_the_machine_is_online_at_that_time() -> None:
    assert "走路 3 分钟" in made()["points.html"]
    assert "直线距离" in made()["points.html"]
    assert "没有联网" in made()["points.html"]
    mark, villages = changes.changed("", now_ms())
    assert villages is None
    assert changes.changed(mark, now_ms()) == (mark, frozenset())
    alive(DEVICE, now_ms())
    assert changes.changed(mark, now_ms())[1] == frozenset({VILLAGE})
    assert "在线，可以盖章" in made()["points.html"]
    assert "没有联网" in next(_points(now_ms() + 2 * DAY))


def _points(at_ms: int) -> Iterator[str]:
    for one in pages.pages(WHERE, at_ms, ()):
        if isinstance(one, File) and one.path.endswith("/points.html"):
            yield one.data.decode()


def test_a_changed_guide_makes_every_village_anew(tmp_path: Path) -> None:
    mark, _ = changes.changed("", now_ms())
    items = (tmp_path / files.ITEMS).read_text("utf-8")
    (tmp_path / files.ITEMS).write_text(items.replace("车位证明", "停车位证明"), "utf-8")
    assert changes.changed(mark, now_ms())[1] is None
    assert "停车位证明" in made()["theme-transport.html"]


def test_without_a_guide_there_is_neither_tile_nor_page(tmp_path: Path) -> None:
    assert [one.name for one in pages.tiles(WHERE, now_ms())] == ["便民服务"]
    (tmp_path / files.FILE).unlink()
    assert pages.tiles(WHERE, now_ms()) == ()
    assert made() == {}
    assert Client().get(f"/v/{VILLAGE}/appointment/").status_code == 404


def test_the_pages_hold_nothing_of_a_person_and_are_made_in_few_queries(tmp_path: Path) -> None:
    posted()
    with CaptureQueriesContext(connection) as asked:
        Folder(tmp_path / "site", tmp_path / "beside").put("v", pages.pages(WHERE, now_ms(), ()))
    assert len(asked) == 9
    expected = Expected({"甲某某": lambda _: False}, guide().telephones | {"05770000000"})
    assert crawl(tmp_path / "site", expected).leaks == ()


def test_a_wrong_sheet_takes_nothing_and_a_right_one_mends_a_broken_one(tmp_path: Path) -> None:
    own = tmp_path / files.ITEMS
    before = own.read_bytes()
    with pytest.raises(SheetError, match=r"第 2 行，问谁：请填写"):
        files.take(
            tmp_path, before.replace("村便民服务室,0577-0000001,residence".encode(), b",,", 1)
        )
    assert own.read_bytes() == before
    own.write_bytes(b"nonsense")
    with pytest.raises(ConfigError, match=files.ITEMS):
        files.load(tmp_path)
    assert files.take(tmp_path, before) == 5
    assert len(files.load(tmp_path).items) == 5


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[walking]\nmetres = 60\nminutes = zehn\n", "line 3"),
        (EXAMPLE.replace("minutes = 10 ", "minutes = 0 "), "line 7: walking: minutes"),
        (EXAMPLE.replace('phone = "0577-0000000"', 'phone = "ask"'), "line 49: points: 1: phone"),
        (EXAMPLE.replace('政府旁"', '政府旁 13800000000"'), "line 47: points: 1: address"),
        (EXAMPLE.replace("minutes = 30", "minutes = 3"), "line 40: points: 0: times"),
        (EXAMPLE.replace("lat = 27.5010", "lat = 99"), "line 57: villages: sunrise: lat"),
    ],
)
def test_a_guide_that_was_spoilt_says_where_and_nobody_meets_a_broken_page(
    tmp_path: Path, staff: Settings, text: str, place: str
) -> None:
    staff.ROOT_URLCONF = "hub.urls_public"
    reply = posted()
    (tmp_path / files.FILE).write_text(text, "utf-8")
    found = town.spoilt(config())
    assert [*found] == ["services"]
    assert files.FILE in found["services"]
    assert place in found["services"]
    for path in (f"/v/{VILLAGE}/appointment/", address(date(2026, 11, 30))):
        closed = Client().get(path)
        assert closed.status_code == 503
        assert "请打电话约" in closed.content.decode()
    assert "约好了" in Client().post("/look/", {"code": code(reply)}).content.decode()
    staff.ROOT_URLCONF = "hub.urls_staff"
    assert place in flow_rig.page("geng", "/appointments/")
    assert forget(config(), now_ms() + 40 * DAY) == 1


def test_somebody_makes_an_appointment_looks_at_it_and_recalls_it() -> None:
    reply = posted()
    assert reply.status_code == 200
    assert reply["Cache-Control"] == "no-store"
    told = Client().post("/look/", {"code": code(reply)}).content.decode()
    assert "约好了" in told
    assert "08:30" in told
    assert "138" not in told
    gone = Client().post("/look/recall", {"code": code(reply)}).content.decode()
    assert "您已取消" in gone
    kept = Appointment.objects.get()
    assert (kept.name, kept.phone, kept.service) == ("", "", "")
    assert Client().post("/look/recall", {"code": code(reply)}).status_code == 409
    assert posted().status_code == 200


def test_one_place_is_given_once_and_the_form_keeps_what_was_typed() -> None:
    posted()
    reply = posted(phone="13900000000")
    text = reply.content.decode()
    assert reply.status_code == 400
    assert "约满了" in text
    assert 'value="甲某某"' in text
    with pytest.raises(IntegrityError):
        Appointment.objects.create(
            **{
                name: getattr(Appointment.objects.get(), name)
                for name in ("village", "point", "day", "time", "place", "created_ms")
            },
            code=b"x" * 32,
        )


def test_the_same_form_twice_is_one_appointment() -> None:
    text = Client().get(address()).content.decode()
    drawn = re.findall(r'name="drawn" value="([^"]+)"', text)[0]
    fields = {"drawn": drawn, "time": "08:30", **PERSON}
    first, second = (Client().post(address(), fields) for _ in range(2))
    assert code(first) == code(second)
    assert Appointment.objects.count() == 1


def test_a_telephone_has_so_many_open_appointments_however_it_is_written() -> None:
    assert posted(time="08:30").status_code == 200
    assert posted(time="09:00", phone="13800000000").status_code == 200
    reply = posted(time="09:30", phone="138-0000-0000")
    assert reply.status_code == 400
    assert "已经有 2 个预约" in reply.content.decode()


def test_all_together_make_so_many_a_minute(tmp_path: Path) -> None:
    file = tmp_path / files.FILE
    file.write_text(file.read_text("utf-8").replace("per_minute = 30", "per_minute = 1"), "utf-8")
    assert posted().status_code == 200
    reply = posted(time="09:00", phone="13900000000")
    assert "现在预约的人太多" in reply.content.decode()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": ""}, "请填写姓名。"),
        ({"phone": "一二三"}, "电话只写数字"),
        ({"time": ""}, "请选一个时间。"),
        ({"time": "03:00"}, "约满了"),
        ({"service": "长" * 41}, "办什么事最多 40 个字"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(changes: dict[str, str], told: str) -> None:
    reply = posted(**changes)
    assert reply.status_code == 400
    assert told in reply.content.decode()
    assert not Appointment.objects.exists()


def test_no_day_but_those_offered_can_be_asked_for() -> None:
    for on in (today(now_ms()), day() - timedelta(days=7), today(now_ms()) + timedelta(days=300)):
        assert Client().get(address(on)).status_code == 404
    assert Client().get(f"/v/{VILLAGE}/appointment/{ROOM}/gestern/").status_code == 404
    assert Client().get(f"/v/{VILLAGE}/appointment/nowhere/").status_code == 404


def test_names_go_when_the_day_is_over() -> None:
    posted()
    at = now_ms()
    over = (day() - today(at)).days
    assert forget(config(), at + (over + 1) * DAY) == 0
    assert forget(config(), at + (over + 2) * DAY) == 1
    kept = Appointment.objects.get()
    assert (kept.name, kept.phone, kept.day) == ("", "", str(day()))


def test_staff_see_their_own_rooms_and_say_who_came(staff: Settings) -> None:
    row = _row(today(now_ms()))
    page = flow_rig.page("geng", "/appointments/")
    assert "甲某某" in page
    assert "甲某某" not in flow_rig.page("gui", "/appointments/")
    assert flow_rig.client("gui").post(f"/appointments/{row.pk}/came").status_code == 404
    assert flow_rig.client("geng").post(f"/appointments/{row.pk}/came").status_code == 302
    assert "来了" in flow_rig.page("geng", "/appointments/")
    assert flow_rig.client("geng").post(f"/appointments/{row.pk}/came").status_code == 409


def test_staff_call_one_off_and_its_code_says_why(staff: Settings) -> None:
    staff.ROOT_URLCONF = "hub.urls_public"
    reply = posted()
    staff.ROOT_URLCONF = "hub.urls_staff"
    row = Appointment.objects.get()
    path = f"/appointments/{row.pk}/call-off"
    wrong = flow_rig.client("geng").post(path, {"words": " "})
    assert wrong.status_code == 400
    assert "请写明原因" in wrong.content.decode()
    assert flow_rig.client("geng").post(path, {"words": "停电"}).status_code == 302
    staff.ROOT_URLCONF = "hub.urls_public"
    told = Client().post("/look/", {"code": code(reply)}).content.decode()
    assert "服务点取消了" in told
    assert "停电" in told


def _row(on: date, **changes: str) -> Appointment:
    return Appointment.objects.create(
        code=b"c" * 32,
        village=VILLAGE,
        point=ROOM,
        day=str(on),
        time="08:30",
        place=0,
        created_ms=now_ms() - HOUR,
        **{**PERSON, **changes},
    )


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_old_phones_show_all_of_it_in_both_sizes_of_letters(
    settings: Settings, tmp_path: Path
) -> None:
    alive(DEVICE, now_ms())
    site = tmp_path / "site"
    folder = Folder(site, tmp_path / "beside")
    folder.put("township", shared())
    folder.put("v", pages.pages(WHERE, now_ms(), ()))
    names = sorted(one.stem for one in (site / WHERE.folder / "services").glob("*.html"))
    said = _dynamic(settings)
    with browser.chromium() as chromium, chromium.page(browser.PHONE) as page:
        page.route("http://public.localhost/**", lambda route: _serve(route, site, said))
        for path in [f"/v/{VILLAGE}/services/{name}.html" for name in names] + list(said):
            for size in (24, 40):
                page.goto(f"http://public.localhost{path}")
                if page.locator("#big").count():
                    page.locator("#big").evaluate("(box, on) => { box.checked = on }", size == 40)
                name = path.strip("/").replace("/", "-").removesuffix(".html")
                browser.hold(page, f"services-{name}-{size}")
                staff = path.startswith("/appointments")
                if not staff:
                    small = set(browser.small_targets(page, 60)) - LABELLED
                    assert not small, path


def _dynamic(settings: Settings) -> dict[str, tuple[dict[str, str], bytes]]:
    """What the application says, by address."""
    said, address_of = {}, address()
    for path in (f"/v/{VILLAGE}/appointment/", f"/v/{VILLAGE}/appointment/{ROOM}/", address_of):
        said[path] = Client().get(path)
    receipt = posted()
    said["/wrong"] = posted(name="", phone="x")
    said["/receipt"] = receipt
    said["/look"] = Client().post("/look/", {"code": code(receipt)})
    file = config().state / files.FILE
    whole = file.read_bytes()
    file.write_bytes(b"walking = 1")
    said["/closed"] = Client().get(address_of)
    settings.ROOT_URLCONF = "hub.urls_staff"
    said["/appointments-closed"] = flow_rig.client("geng").get("/appointments/")
    file.write_bytes(whole)
    _row(today(now_ms()))
    said["/appointments"] = flow_rig.client("geng").get("/appointments/")
    return {path: (dict(reply.items()), reply.content) for path, reply in said.items()}


def _serve(route: Any, site: Path, said: dict[str, tuple[dict[str, str], bytes]]) -> None:
    path = route.request.url.removeprefix("http://public.localhost")
    own = Path(__file__).parents[2] / "hub"
    if path in said:
        headers, body = said[path]
        route.fulfill(status=200, headers=headers, body=body)
    elif (own / path.strip("/")).is_file():
        route.fulfill(status=200, path=own / path.strip("/"))
    else:
        route.fulfill(status=200, path=site / path.strip("/"))
