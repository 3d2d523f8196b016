"""What the village's public page of relief shows, and to whom it leads."""

import gzip
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from hub import config as configuration
from hub.clock import now_ms
from hub.config import config
from hub.redaction import rules
from hub.relief import look_views, pages, taken
from hub.relief.fields import FUNDS, PROJECTS
from hub.relief.look import Pace
from hub.site.place import Place
from hub.site.shared import shared
from tests.hub import relief_rig as rig
from tests.hub.flow_rig import person
from tests.hub.page_rig import Answers, ask, serve
from tests.support import browser
from tests.support.contents import VILLAGE, VILLAGE_NAME

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("township")]
WHERE = Place(VILLAGE, VILLAGE_NAME)
DAY_MS = 86_400_000
NOW = now_ms()
RULE = '[items.relief-projects]\ncolumns = ["person"]\nbasis = "示例"\ndays = 10\n'


def shown(at_ms: int = NOW) -> str:
    (made,) = pages.pages(WHERE, at_ms, ())
    assert made.path == f"v/{VILLAGE}/relief/index.html"
    return made.data.decode()  # type: ignore[union-attr]


def test_funds_and_projects_stand_there_and_nobody_who_was_helped() -> None:
    rig.all_of_it(rig.given("示例二", 1))
    said = shown()
    for words in ("茶园补助", "晨光村北坡", "公开招标", "产业扶持资金", "120,000.00 元", "12317"):
        assert words in said
    assert "http://public.localhost/relief/" in said
    assert "示例二" not in said
    assert rig.number(1) not in said


def test_it_leads_to_the_hotline_where_there_is_one(tmp_path: Path) -> None:
    assert "镇监察站" not in shown()
    with (tmp_path / "hub.toml").open("a") as toml:
        toml.write('\n[hotline]\norigin = "https://hotline.example"\n')
    assert f"https://hotline.example/?village={VILLAGE}" in shown()


def test_whoever_is_responsible_is_masked_unless_a_rule_shows_him_for_a_time(
    tmp_path: Path,
) -> None:
    rig.take(PROJECTS, rig.WORK)
    assert "示**" in shown(now_ms())
    assert "示例一" not in shown(now_ms())
    (tmp_path / rules.FILE).write_text(RULE, "utf-8")
    assert "示例一" in shown(now_ms())
    assert "示例一" not in shown(now_ms() + 11 * DAY_MS)


def test_a_village_is_made_anew_when_its_own_changes_and_all_when_the_townships() -> None:
    mark, first = pages.changed("", NOW)
    assert first is None
    assert pages.changed(mark, NOW) == (mark, frozenset())
    rig.take(FUNDS, rig.FUND)
    mark, villages = pages.changed(mark, NOW)
    assert villages == frozenset({VILLAGE})
    rig.take(PROJECTS, rig.WORK)
    mark, villages = pages.changed(mark, NOW)
    assert villages == frozenset({VILLAGE})
    batch = rig.take(FUNDS, ("", *rig.FUND[1:]))
    mark, villages = pages.changed(mark, NOW)
    assert villages is None
    taken.withdraw(batch, "写错", person(rig.LEADER), NOW)
    mark, villages = pages.changed(mark, NOW)
    assert villages is None
    file = config().state / configuration.FILE
    file.write_text(file.read_text("utf-8") + '\n[relief]\ncounty = "https://county.example"\n')
    assert pages.changed(mark, NOW)[1] is None
    assert "https://county.example" in shown()


def test_a_village_takes_three_queries_however_much_there_is() -> None:
    rig.take(FUNDS, *((rig.FUND[0], f"资金{at}", *rig.FUND[2:]) for at in range(30)))
    rig.take(PROJECTS, *((rig.WORK[0], f"项目{at}", *rig.WORK[2:]) for at in range(30)))
    with CaptureQueriesContext(connection) as queries:
        shown()
    assert len(queries) == 3


def test_the_township_shows_its_own_funds() -> None:
    rig.take(FUNDS, rig.FUND, ("", "全镇的钱", *rig.FUND[2:]))
    (made,) = pages.township(NOW)
    assert "全镇的钱" in made.data.decode()
    assert "产业扶持资金" not in made.data.decode()


def test_old_phones_show_all_of_it_in_both_sizes_of_letters_in_little(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(look_views, "PACE", Pace(sleep=lambda _: None))
    rig.all_of_it(rig.given("示例二", 1))
    said = _answers(settings)
    shared_bytes = sum(len(gzip.compress(said[path][1])) for path in said if "/static/" in path)
    with browser.chromium() as chromium, chromium.page(browser.PHONE) as page:
        serve(page, said)
        for path in PAGES:
            assert len(gzip.compress(said[path][1])) + shared_bytes < 50 << 10, path
            for size in (24, 40):
                page.goto(f"http://hub.localhost{path}")
                page.locator("#big").evaluate("(box, on) => { box.checked = on }", size == 40)
                name = path.strip("/").replace("/", "-")
                browser.hold(page, f"relief-public-{name}-{size}")
                assert not set(browser.small_targets(page, 60)) - {"big 1 1"}, path


PAGES = ("/page/relief/a/", "/relief/", "/hit", "/miss")


def _answers(settings: Settings) -> Answers:
    """By address: the village's page, the form, and its answers to a right and a wrong number."""
    settings.ROOT_URLCONF = "hub.urls_public"
    kinds = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
    said: Answers = {
        f"/{file.path}": ({"Content-Type": kinds[Path(file.path).suffix]}, file.data)
        for file in shared()
    }
    script = settings.BASE_DIR / "static/relief/look.js"
    said["/static/relief/look.js"] = ({"Content-Type": "text/javascript"}, script.read_bytes())
    said["/page/relief/a/"] = ({"Content-Type": "text/html; charset=utf-8"}, shown().encode())
    said |= ask(Client(), ["/relief/"], [])
    for name, number in (("hit", rig.number(1)), ("miss", "1")):
        reply = Client().post("/relief/", {"name": "示例二", "number": number})
        said[f"/{name}"] = (dict(reply.items()), reply.content)
    return said
