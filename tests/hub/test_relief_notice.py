"""Lists of people go to their villages, are reviewed, shown for their term, and come down."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from pytest_django.fixtures import Settings

from hub.affairs import catalogue, flow
from hub.affairs.models import Draft, Edition, Event, Published
from hub.clock import now_ms
from hub.config import FILE
from hub.config import config as read_config
from hub.relief import cards, taken
from hub.relief.models import Batch, Handed, Household, KeyMark
from hub.services import files as services
from hub.services.models import Appointment
from tests.hub import relief_rig as rig
from tests.hub import site_rig
from tests.hub.affairs_rig import SUPERVISOR, lay, put, signed
from tests.hub.flow_rig import client, page, person
from tests.hub.page_rig import ask
from tests.hub.page_rig import look as walk_pages
from tests.hub.site_rig import Site
from tests.support.contents import DAY, VILLAGE
from tests.support.crawler import Expected, crawl
from tests.support.township import Township

pytestmark = pytest.mark.django_db(databases=["default", "hotline"])
CLERK, REVIEWER, NAME, OTHER = "geng", "bing", "示例二", "示例三"
RULE = '[items.relief-grants]\ncolumns = ["household"]\nbasis = "示例依据"\ndays = 10\n'


@pytest.fixture(autouse=True)
def rules(township: Township, tmp_path: Path) -> Path:
    """The township's catalogue, and its rule that shows names for ten days."""
    lay(tmp_path)
    file = tmp_path / "redaction.toml"
    file.write_text(RULE, "utf-8")
    return file


@pytest.fixture
def batch() -> Batch:
    return rig.all_of_it(rig.given(NAME, 1), rig.given(OTHER, 2, "H-2", "2000.50"))


def hand(name: str, batch: Batch, **typed: str) -> Any:
    return client(name).post(f"/relief/lists/{batch.pk}/hand", {"village": VILLAGE, **typed})


def said(name: str, batch: Batch) -> str:
    return page(name, f"/relief/lists/{batch.pk}/?village={VILLAGE}")


def publish(township: Township, draft: Draft) -> Edition:
    """The village's clerk puts it to review, the supervisor signs."""
    draft.person, draft.hands = CLERK, sorted({*draft.hands, CLERK})
    draft.save()
    edition = put(draft)
    given = signed(township, edition, SUPERVISOR, REVIEWER)
    return flow.take(bytes(edition.subject.hash), given, now_ms())


def built(at_ms: int) -> Site:
    made = site_rig.site()
    made.build(at_ms=at_ms)
    return made


def everything(site: Site) -> str:
    """All that a file server gives out of the village."""
    paths = [one for one in site.files() if one.startswith("v/") and not one.endswith(".svg")]
    return "".join((site.root / one).read_bytes().decode("utf-8", "replace") for one in paths)


def test_it_is_handed_to_the_village_checked_and_signed_there(
    township: Township, batch: Batch
) -> None:
    assert "还没交公示" in said(rig.LEADER, batch)
    assert hand(rig.LEADER, batch)["Location"].endswith(f"/{batch.pk}/?village={VILLAGE}")
    draft = Draft.objects.get()
    assert [row[:3] for row in draft.rows] == [
        [NAME, rig.PROJECT, 150_000],
        [OTHER, rig.PROJECT, 200_050],
    ]
    assert "共 2 笔，3,500.50 元" in draft.text
    assert "村里在准备" in said(rig.LEADER, batch)
    assert "affairs/drafts" not in said(rig.LEADER, batch)
    clerk = client(CLERK)
    where = f"/affairs/drafts/{draft.pk}/"
    assert where in said(CLERK, batch)
    form = {"title": draft.title, "text": draft.text, "check": "1"}
    rows = {
        f"cell-{at}-{place}": cell
        for at, row in enumerate((NAME, OTHER))
        for place, cell in enumerate((row, rig.PROJECT, "1500", "2026-09-30", "县财政"))
    }
    assert clerk.post(where, {**form, **rows})["Location"] == where
    assert clerk.post(f"{where}submit").status_code == 302
    edition = Edition.objects.get()
    assert "等审核人签名" in said(CLERK, batch)
    assert not Published.objects.exists()
    given = signed(township, edition, SUPERVISOR, REVIEWER)
    flow.take(bytes(edition.subject.hash), given, now_ms())
    assert "公示首日，共 10 天，还剩 10 天" in said(CLERK, batch)
    assert "公示首日" in page(CLERK, "/relief/")


def test_it_stands_with_its_names_for_its_term_and_comes_down_by_itself(
    township: Township, batch: Batch
) -> None:
    hand(rig.LEADER, batch)
    edition = publish(township, Draft.objects.get())
    now = now_ms()
    series = bytes(edition.series).hex()
    own = f"v/{VILLAGE}/affairs/r/{series}/"
    for day, told in ((0, "还剩 10 天"), (3, "还剩 7 天"), (10, "最后一天")):
        site = built(now + day * DAY)
        assert NAME in site.text(own)
        assert NAME in site.text(f"{own}data.csv")
        assert told in site.text(own)
        assert "公示中" in site.text(f"v/{VILLAGE}/relief/")
        assert f"affairs/r/{series}/" in site.text(f"v/{VILLAGE}/relief/")
        assert NAME not in site.text(f"v/{VILLAGE}/relief/")
    site = built(now + 11 * DAY)
    assert "公示期已满" in site.text(own)
    assert "公示期已满" in site.text(f"v/{VILLAGE}/relief/")
    assert "2,000.50" in site.text(own)
    for path in ("", "data.csv", "data.json"):
        assert "示*" not in site.text(f"{own}{path}")
    for name in (NAME, OTHER):
        assert name not in everything(site), name
    names = {name: lambda _: False for name in (NAME, OTHER)}
    assert crawl(site.root, Expected(names, frozenset({"12317"}))).leaks == ()


def test_names_come_down_even_where_the_catalogue_was_spoilt_meanwhile(
    township: Township, batch: Batch, tmp_path: Path
) -> None:
    hand(rig.LEADER, batch)
    publish(township, Draft.objects.get())
    now = now_ms()
    assert NAME in everything(built(now))
    file = tmp_path / catalogue.FOLDER / "2025-01-01.csv"
    whole = file.read_bytes()
    file.write_bytes(b"nonsense")
    assert NAME in everything(built(now + 10 * DAY))
    assert NAME not in everything(built(now + 11 * DAY))
    file.write_bytes(whole)
    site = built(now + 11 * DAY)
    assert NAME not in everything(site)
    assert "公示期已满" in everything(site)


def test_no_page_tells_more_than_its_item_allows_and_no_answer_is_kept(
    township: Township, batch: Batch, settings: Settings, tmp_path: Path
) -> None:
    """Relief with a notice, services with an appointment, and look-ups that found somebody."""
    for one in (services.FILE, services.ITEMS):
        shutil.copy(services.EXAMPLE / one, tmp_path / one)
    hand(rig.LEADER, batch)
    edition = publish(township, Draft.objects.get())
    code = cards.make(Household.objects.all(), person(rig.LEADER), read_config(), now_ms())[0].code
    Appointment.objects.create(
        code=b"c" * 32, village=VILLAGE, point="sunrise-room", day="2026-12-01", time="08:30",
        place=0, service="别的事", name="甲某某", phone="13800000000", created_ms=now_ms(),
    )  # fmt: skip
    settings.ROOT_URLCONF = "hub.urls_public"
    for typed in ({"name": NAME, "number": rig.number(1)}, {"code": code}, {"name": NAME}):
        reply = Client().post("/relief/", typed)
        assert reply["Cache-Control"] == "no-store, no-transform"
    site = built(now_ms())
    open_at = f"v/{VILLAGE}/affairs/r/{bytes(edition.series).hex()}/"
    names: dict[str, Callable[[str], bool]] = {
        name: lambda path: path.startswith(open_at) for name in (NAME, OTHER)
    }
    names |= dict.fromkeys(("示例一", "甲某某"), lambda _: False)
    offices = services.load(tmp_path).telephones | {"12317", "05770000000"}
    found = crawl(site.root, Expected(names, offices))
    assert found.leaks == ()
    assert any(path.endswith("services/points.html") for path in site.files())
    text = everything(site)
    for secret in (rig.number(1), code, "H-1", "没有查到", "查到了"):
        assert secret not in text


def test_the_village_hands_its_own_over_and_no_other(batch: Batch) -> None:
    assert hand("bing", batch, village="sunset").status_code == 403
    assert client(CLERK).post(f"/relief/lists/{batch.pk}/hand").status_code == 403
    assert client("ren").post(f"/relief/lists/{batch.pk}/hand").status_code == 403
    assert hand(CLERK, batch).status_code == 302
    assert Draft.objects.get().hands == [CLERK]


def test_what_was_handed_over_is_not_handed_over_again_unless_it_was_not_wanted(
    batch: Batch,
) -> None:
    hand(rig.LEADER, batch)
    again = hand(rig.LEADER, batch)
    assert again.status_code == 400
    assert "已经交过了" in again.content.decode()
    clerk = client(CLERK)
    clerk.post(f"/affairs/drafts/{Draft.objects.get().pk}/drop")
    assert "村里没要草稿" in said(rig.LEADER, batch)
    assert hand(rig.LEADER, batch).status_code == 302
    event = Event.objects.get()
    clerk.post(f"/affairs/events/{event.pk}/drop", {"words": "交错了村"})
    assert "还没交公示" in said(rig.LEADER, batch)
    assert hand(rig.LEADER, batch).status_code == 302
    assert (Draft.objects.count(), Event.objects.count(), Handed.objects.count()) == (1, 2, 2)


def no_catalogue(state: Path) -> None:
    (state / catalogue.FOLDER / "2025-01-01.csv").unlink()


def no_rule(state: Path) -> None:
    (state / "redaction.toml").unlink()


def too_short(state: Path) -> None:
    (state / "redaction.toml").write_text(RULE.replace("days = 10", "days = 9"), "utf-8")


def other_column(state: Path) -> None:
    (state / "redaction.toml").write_text(RULE.replace("household", "somebody"), "utf-8")


def spoilt(state: Path) -> None:
    (state / "redaction.toml").write_text("days = ten", "utf-8")


def spoilt_catalogue(state: Path) -> None:
    (state / catalogue.FOLDER / "2025-01-01.csv").write_bytes(b"nonsense")


def no_reviewer(state: Path) -> None:
    file = state / catalogue.FOLDER / "2025-01-01.csv"
    file.write_text(file.read_text("utf-8").replace(SUPERVISOR, "village.nobody"), "utf-8")


REFUSED = {
    "no item": (no_catalogue, "公开目录里没有 relief-grants"),
    "no rule": (no_rule, "还没有 relief-grants 的公示依据"),
    "a rule of another table": (other_column, "还没有 relief-grants 的公示依据"),
    "a term shorter than a notice's": (too_short, "只公示 9 天，至少要 10 天"),
    "a spoilt rule": (spoilt, "数据文件写坏了，请镇里先改好：redaction.toml"),
    "a spoilt catalogue": (spoilt_catalogue, "数据文件写坏了，请镇里先改好：disclosure/2025-01-01"),
    "nobody to review it": (no_reviewer, "村里没有能审核的人"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_it_is_refused_with_what_to_do(why: str, batch: Batch, tmp_path: Path) -> None:
    spoil, words = REFUSED[why]
    spoil(tmp_path)
    reply = hand(rig.LEADER, batch)
    assert reply.status_code == 400
    assert words in reply.content.decode()
    assert not Draft.objects.exists()
    assert not Event.objects.exists()
    everywhere = client(rig.LEADER).post(f"/relief/lists/{batch.pk}/hand")
    assert everywhere.status_code == 400


def test_the_least_days_are_the_townships_figure(batch: Batch, tmp_path: Path) -> None:
    file = tmp_path / FILE
    file.write_text(f"{file.read_text('utf-8')}\n[relief]\nnotice_days = 20\n", "utf-8")
    assert "至少要 20 天" in hand(rig.LEADER, batch).content.decode()


def test_a_list_that_was_withdrawn_or_has_nobody_is_not_handed_over(batch: Batch) -> None:
    empty = rig.take("funds", ("", *rig.FUND[1:]))
    assert "没有这个村的人" in hand(rig.LEADER, empty).content.decode()
    taken.withdraw(batch, "金额写错", person(rig.LEADER), now_ms())
    assert "已经作废" in hand(rig.LEADER, batch).content.decode()


def test_all_villages_of_a_sheet_are_handed_theirs_at_once(batch: Batch) -> None:
    assert client(rig.LEADER).post(f"/relief/lists/{batch.pk}/hand").status_code == 302
    assert [one.village for one in Draft.objects.all()] == [VILLAGE]


def test_a_wrong_list_is_withdrawn_and_corrected_by_a_further_edition(
    township: Township, batch: Batch
) -> None:
    hand(rig.LEADER, batch)
    first = publish(township, Draft.objects.get())
    taken.withdraw(batch, "示例二的金额写错", person(rig.LEADER), now_ms())
    assert "名单作废了，公示的还在" in said(rig.LEADER, batch)
    right = rig.take("benefits", rig.given(NAME, 1, amount="1600"))
    wrong = Published.objects.get()
    assert f'value="{wrong.pk}" checked' in said(rig.LEADER, right)
    everywhere = client(rig.LEADER).post(f"/relief/lists/{right.pk}/hand")
    assert everywhere.status_code == 400
    assert not Draft.objects.exists()
    assert hand(rig.LEADER, right, replaces=f"{wrong.pk}").status_code == 302
    draft = Draft.objects.get()
    assert draft.replaces == wrong
    assert draft.reason == f"第 {batch.pk} 号名单作废：示例二的金额写错"
    second = publish(township, draft)
    assert (bytes(second.series), second.number) == (bytes(first.series), 2)
    site = built(now_ms())
    own = f"v/{VILLAGE}/affairs/r/{bytes(first.series).hex()}/"
    assert "1,600.00" in site.text(own)
    assert OTHER not in everything(site)
    assert "已由更正代替" in said(rig.LEADER, batch)
    assert "公示首日" in said(rig.LEADER, right)
    other = rig.take("benefits", rig.given(OTHER, 2))
    assert "代替" not in said(rig.LEADER, other)


def test_a_list_may_stand_beside_one_that_was_withdrawn(township: Township, batch: Batch) -> None:
    hand(rig.LEADER, batch)
    publish(township, Draft.objects.get())
    taken.withdraw(batch, "写错", person(rig.LEADER), now_ms())
    hand(rig.LEADER, rig.take("benefits", rig.given(NAME, 1)))
    assert Draft.objects.get().replaces is None


def test_who_handed_what_over_is_not_changed_afterwards(batch: Batch) -> None:
    hand(rig.LEADER, batch)
    edits: tuple[Callable[[], object], ...] = (
        lambda: Handed.objects.update(village="sunset"),
        lambda: Handed.objects.all()._raw_delete("default"),
        lambda: KeyMark.objects.update(mark=bytes(32)),
        lambda: KeyMark.objects.all()._raw_delete("default"),
    )
    for edit in edits:
        with pytest.raises(DatabaseError), transaction.atomic():
            edit()


def test_pages_hold_on_a_phone_and_on_a_desk(township: Township, batch: Batch) -> None:
    where = f"/relief/lists/{batch.pk}/?village={VILLAGE}"
    leader: Client = client(rig.LEADER)
    said = ask(leader, [], ["hub/hub.css"])
    replies = {"waiting": leader.get(where)}
    hand(rig.LEADER, batch)
    replies["refused"] = hand(rig.LEADER, batch)
    replies["village"] = client(CLERK).get(where)
    edition = publish(township, Draft.objects.get())
    replies["open"] = client(CLERK).get(where)
    replies["lists"] = client(CLERK).get("/relief/")
    for name, reply in replies.items():
        said[f"/{name}"] = (dict(reply.items()), reply.content)
    pages = {name: f"/{name}" for name in replies}
    own = f"affairs/r/{bytes(edition.series).hex()}"
    for name, days in (("public", 4), ("public-over", 11)):
        site = built(now_ms() + days * DAY)
        for path in ("relief", own):
            pages[f"{name}-{path[:6]}"] = f"/{name}/{path}/"
            html = {"Content-Type": "text/html; charset=utf-8"}
            said[f"/{name}/{path}/"] = (html, _rooted(site, path))
    for path in ("static/site/site.css", "static/site/site.js"):
        kind = "text/css" if path.endswith("css") else "text/javascript"
        said[f"/{path}"] = ({"Content-Type": kind}, site.text(path).encode())
    walk_pages(said, pages, "relief-notice")


def _rooted(site: Site, path: str) -> bytes:
    """A page of the village, with its styles by address."""
    return re.sub(r"(\.\./)+static/", "/static/", site.text(f"v/{VILLAGE}/{path}/")).encode()
