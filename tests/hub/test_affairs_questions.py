"""Questions of villagers: their day, their answers, the month's 回音壁, and what is taken back."""

import random
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from hub.affairs import flow, forget, limits
from hub.affairs.models import Draft, Edition, Question
from hub.clock import now_ms
from hub.requests import rates
from tests.hub import leaks
from tests.hub.affairs_rig import SUPERVISOR, build, drafted, lay, of, published, put, signed, text
from tests.hub.flow_rig import client
from tests.support.contents import VILLAGE
from tests.support.township import Township

pytestmark = pytest.mark.django_db
DAY = 86_400_000
OCTOBER = 1_793_000_000_000
"""2026-10-26, in China."""


@pytest.fixture
def township(township: Township, tmp_path: Path) -> Township:
    lay(tmp_path)
    return township


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return tmp_path / "site"


def asked(public: Client, edition: Edition, **other: str) -> Any:
    where = f"/ask/{bytes(edition.series).hex()}/"
    form = public.get(where).content.decode()
    drawn = form.split('name="drawn" value="')[1].split('"')[0]
    return public.post(where, {"words": "停车场的钱给了谁？", "drawn": drawn, **other})


def test_a_question_has_a_code_a_deadline_and_an_answer(
    township: Township, public: Client, settings: Any, site: Path
) -> None:
    settings.ROOT_URLCONF = "hub.urls_staff"
    edition = published(township)
    settings.ROOT_URLCONF = "hub.urls_public"
    assert asked(public, edition, phone="abc").status_code == 400
    page = asked(public, edition, name="某某").content.decode()
    code = page.split('class="digits"><strong>')[1].split("<")[0]
    assert "还没有答复" in public.post("/ask/", {"code": code}).content.decode()
    assert public.post("/ask/", {"code": "1" * 16}).status_code == 404
    assert public.get(f"/ask/{'0' * 64}/").status_code == 404
    assert public.get("/ask/x/").status_code == 404
    settings.ROOT_URLCONF = "hub.urls_staff"
    clerk, row = client("geng"), Question.objects.get()
    assert "停车场的钱给了谁" in clerk.get("/affairs/questions/").content.decode()
    where = f"/affairs/questions/{row.pk}/answer"
    assert clerk.post(where, {"answer": ""}).status_code == 400
    assert clerk.post(where, {"answer": "都进了村集体账户。"}).status_code == 302
    assert clerk.post(where, {"answer": "改口"}).status_code == 400
    build(site)
    assert "停车场的钱" not in text(site, "answers/index.html")
    settings.ROOT_URLCONF = "hub.urls_public"
    assert "都进了村集体账户" in public.post("/ask/", {"code": code}).content.decode()


def test_the_months_answers_are_a_draft_that_is_reviewed_like_any_other(
    township: Township, clerk: Client, site: Path
) -> None:
    edition = published(township)
    for number, answer in enumerate(("都进了账户。", "")):
        Question.objects.create(
            code=bytes([number]) * 32, village=VILLAGE, published=edition.published,
            words=f"第 {number} 个问题", at_ms=OCTOBER, until_ms=OCTOBER + 20 * DAY,
            answer=answer, answered_ms=OCTOBER + DAY if answer else None,
        )  # fmt: skip
    assert clerk.post("/affairs/questions/month", {"month": "x"}).status_code == 400
    assert clerk.post("/affairs/questions/month", {"month": "2026-10"}).status_code == 302
    draft = Draft.objects.get()
    assert [row[3] for row in draft.rows] == ["都进了账户。", "还没有答复，最晚 2026-11-15 答复"]
    made = put(draft)
    flow.take(bytes(made.subject.hash), signed(township, made, SUPERVISOR, "bing"), now_ms())
    build(site)
    assert "2026年10月回音壁" in text(site, "answers/index.html")
    assert "第 0 个问题" in text(site, f"{of(made)}/index.html")


def test_questions_and_drafts_are_emptied_in_time(township: Township) -> None:
    edition = published(township)
    Question.objects.create(
        code=b"c" * 32, village=VILLAGE, published=edition.published, words="问", name="某",
        phone="1", at_ms=1, until_ms=2, answer="答", answered_ms=3,
    )  # fmt: skip
    drafted(at_ms=1)
    drafted()
    assert forget.forget(limits.read({}), now_ms()) == 2
    row = Question.objects.get()
    assert (row.words, row.name, row.phone, row.answer) == ("", "", "", "")
    assert Draft.objects.count() == 1


@pytest.fixture
def asking(township: Township, public: Client, settings: Any) -> tuple[Client, Edition]:
    """A villager at the public site, and what he asks of."""
    settings.ROOT_URLCONF = "hub.urls_staff"
    edition = published(township)
    settings.ROOT_URLCONF = "hub.urls_public"
    return public, edition


def code_of(page: str) -> str:
    return page.split('class="digits"><strong>')[1].split("<")[0]


@pytest.mark.parametrize("kind", [leaks.id_number, leaks.card])
def test_a_question_with_a_number_of_somebody_is_sent_back_before_it_is_kept(
    asking: tuple[Client, Edition], kind: Any
) -> None:
    public, edition = asking
    number = kind(random.Random(4))
    said = asked(public, edition, words=f"{number} 的钱呢？", name="某某")
    assert said.status_code == 400
    assert 'id="words-error">问题里有像' in said.content.decode()
    assert number in said.content.decode()
    assert not Question.objects.exists()


def test_hostile_words_are_words(asking: tuple[Client, Edition], settings: Any, site: Path) -> None:
    public, edition = asking
    hostile = "<script>alert(1)</script>{{ 7*7 }}=cmd|'/c calc'!A1"
    page = asked(public, edition, words=hostile).content.decode()
    shown = public.post("/ask/", {"code": code_of(page)}).content.decode()
    assert "<script>alert" not in shown
    assert asked(public, edition, words="看\u202e不见\x00").status_code == 400
    settings.ROOT_URLCONF = "hub.urls_staff"
    assert "<script>alert" not in client("geng").get("/affairs/questions/").content.decode()


def test_a_village_takes_so_many_questions_a_day_and_the_hub_so_many_a_minute(
    asking: tuple[Client, Edition], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    public, edition = asking
    file = tmp_path / "hub.toml"
    few = "\n[affairs]\nquestions_per_day = 2\n"
    file.write_text(file.read_text("utf-8") + few, "utf-8")
    assert [asked(public, edition).status_code for _ in range(3)] == [200, 200, 400]
    assert Question.objects.count() == 2
    monkeypatch.setattr(rates, "look", lambda _now_ms: False)
    said = asked(public, edition, words="还有一个问题")
    assert said.status_code == 400
    assert "还有一个问题" in said.content.decode()
    assert "过一会儿" in said.content.decode()


def test_whoever_asked_takes_it_back_and_nothing_of_it_is_left_or_counted(
    asking: tuple[Client, Edition], settings: Any, site: Path
) -> None:
    public, edition = asking
    code = code_of(asked(public, edition, name="某某", phone="0577-0000000").content.decode())
    assert "删掉我写的" in public.post("/ask/", {"code": code}).content.decode()
    sure = {"withdraw": "1", "sure": "1"}
    assert public.post("/ask/", {"code": "1" * 16, **sure}).status_code == 404
    assert (
        "请先在下面打勾" in public.post("/ask/", {"code": code, "withdraw": "1"}).content.decode()
    )
    assert Question.objects.get().name == "某某"
    assert "都删掉了" in public.post("/ask/", {"code": code, **sure}).content.decode()
    row = Question.objects.get()
    assert (row.words, row.name, row.phone, row.answer) == ("", "", "", "")
    build(site)
    assert "<caption>每月提问和答复" not in text(site, "answers/index.html")
    settings.ROOT_URLCONF = "hub.urls_staff"
    assert "提问的人撤回" in client("geng").get("/affairs/questions/").content.decode()


def test_answers_that_came_late_say_so_everywhere(
    asking: tuple[Client, Edition], settings: Any, site: Path
) -> None:
    public, edition = asking
    codes = [
        code_of(asked(public, edition, words=f"第 {one} 个问题").content.decode()) for one in (1, 2)
    ]
    first, second = Question.objects.order_by("pk")
    ago = {"at_ms": OCTOBER, "until_ms": OCTOBER + DAY}
    late = {"village": VILLAGE, "published": edition.published, **ago}
    Question.objects.create(
        **late, code=b"l" * 32, words="旧问题", answer="答", answered_by="geng",
        answered_ms=OCTOBER + 3 * DAY,
    )  # fmt: skip
    Question.objects.create(**late, code=b"m" * 32, words="没人答的")
    build(site)
    page = text(site, "answers/index.html")
    assert '逾期答复"><span class="bad">1<' in page
    assert '逾期没答"><span class="bad">1<' in page
    assert "1 个到期还没有答复" in text(site, f"{of(edition)}/index.html")
    assert public.post("/ask/", {"code": codes[0]}).status_code == 200
    settings.ROOT_URLCONF = "hub.urls_staff"
    clerk = client("geng")
    told = clerk.get("/affairs/questions/").content.decode()
    assert "逾期答复" in told
    assert told.index("没人答的") < told.index(first.words) < told.index(second.words)
    clerk.post("/affairs/questions/month", {"month": "2026-10"})
    keys = [one[0] for one in Draft.objects.get().columns]
    states = [dict(zip(keys, row, strict=True))["state"] for row in Draft.objects.get().rows]
    assert states == ["逾期答复", "逾期未答复"]


def test_who_asked_is_for_the_villages_own_people(township: Township) -> None:
    edition = published(township)
    Question.objects.create(
        code=b"c" * 32, village=VILLAGE, published=edition.published, words="问的话",
        name="周示例", phone="0577-0000000", at_ms=1, until_ms=2,
    )  # fmt: skip
    for who, address in (
        ("geng", "/affairs/questions/"),
        ("ren", f"/affairs/questions/?village={VILLAGE}"),
    ):
        page = client(who).get(address).content.decode()
        assert "问的话" in page
        assert ("周示例" in page, "0577-0000000" in page) == ((who == "geng"),) * 2


def test_an_answer_with_a_number_of_somebody_is_not_sent(township: Township, clerk: Client) -> None:
    edition = published(township)
    row = Question.objects.create(
        code=b"c" * 32,
        village=VILLAGE,
        published=edition.published,
        words="问",
        at_ms=1,
        until_ms=2,
    )
    number = leaks.id_number(random.Random(4))
    said = clerk.post(f"/affairs/questions/{row.pk}/answer", {"answer": f"给了 {number}"})
    assert said.status_code == 400
    assert "答复里有像身份证号码的数字" in said.content.decode()
