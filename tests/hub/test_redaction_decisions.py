"""Nothing is published of which a finding is open; a person decides each, and stands by it."""

import random
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from docs.examples.cast import RELEASE
from hub.blobs import store
from hub.clock import now_ms
from hub.intake import render
from hub.reading.pages import PageText
from hub.reading.text import Line
from hub.redaction import decided, forget, rules
from hub.redaction.decided import Given
from hub.redaction.examine import Thing, examine
from hub.redaction.models import Examined, Painted, Ruling, Settled, Trace
from hub.redaction.public import public, texts_of
from tests.hub import leaks, papers
from tests.hub import public_rig as hub
from tests.hub.journal_rig import Journal
from tests.hub.page_rig import ask, serve
from tests.support import browser as browsers
from tests.support.browser import PHONE, axe, overflow, screenshot
from tests.support.contents import VILLAGE
from tests.support.township import Township
from wire import release
from wire.refusals import Refused
from wire.release import Attachment, Release

pytestmark = pytest.mark.django_db
NUMBER = leaks.id_number(random.Random(1))
PHONE_NUMBER = leaks.mobile(random.Random(2))
PAGE = papers.PAPER
NAME = sha256(PAGE).digest()
BOX = (100, 200, 600, 260)
LEAKY = replace(
    RELEASE,
    title="临时救助名单",
    text=(f"有疑问请打 {PHONE_NUMBER}。",),
    rows=(("周示例", f"临时救助（{NUMBER}）", 80_000, "2026-09-18"),),
    attachments=(Attachment(NAME, "会议记录"),),
)
DATA = release.encode(LEAKY)
HASH = release.name_of(DATA)
LINE = Line(f"联系人 {PHONE_NUMBER}", 1.0, *map(float, BOX))


@pytest.fixture
def township(settings: Settings, tmp_path: Path) -> Township:
    settings.STATE = tmp_path
    hub.write_config(tmp_path)
    return hub.township(Journal())


def client(person: str) -> Client:
    made = Client()
    hub.sign_in(made, person)
    return made


@pytest.fixture
def clerk(township: Township) -> Client:
    return client("geng")


def looked_at(made: Release = LEAKY, page: PageText | None = None, **other: Any) -> Examined:
    """The release and its page, examined as the matter that publishes it does."""
    store.put(PAGE, "page", "geng")
    read = page or PageText(1680, 2376, 0, 1.0, (LINE,))
    thing = Thing(
        village=VILLAGE,
        kind=release.KIND,
        sha256=release.name_of(release.encode(made)),
        title=made.title,
        back="/",
        texts=texts_of(made),
        pages={NAME: read},
    )
    return examine(replace(thing, **other), now_ms())


def given(*words: str, reason: str = "村委会值班电话") -> dict[int, Given]:
    return {
        number: Given(word, reason if word == "publish" else "")
        for number, word in enumerate(words, start=1)
        if word
    }


ALL = given("publish", "leave_out", "paint")


def test_each_finding_is_kept_without_its_number(township: Township) -> None:
    one = looked_at()
    traces = list(one.traces.order_by("number"))
    assert [(trace.what, trace.place) for trace in traces] == [
        ("mobile", "第 1 段"),
        ("id_number", "第 1 行第 2 栏：项目"),
        ("mobile", "附件第 1 页"),
    ]
    kept = "".join(f"{t.before}{t.masked}{t.after}" for t in traces)
    assert NUMBER[4:14] not in kept
    assert PHONE_NUMBER[3:9] not in kept
    assert looked_at().pk == one.pk
    assert Trace.objects.count() == 3


def test_an_office_s_telephone_of_the_township_s_file_is_no_finding(
    township: Township, tmp_path: Path
) -> None:
    (tmp_path / rules.FILE).write_text(f'telephones = ["{PHONE_NUMBER}"]', "utf-8")
    assert [one.what for one in looked_at().traces.all()] == ["id_number"]


def test_publication_stops_until_each_is_decided_and_again_when_the_text_changes(
    township: Township,
) -> None:
    assert decided.waiting(release.KIND, HASH) is None
    one = looked_at()
    assert decided.waiting(release.KIND, HASH) == 3
    assert decided.decide(one, given("publish", "leave_out"), "geng", 1) == {}
    with pytest.raises(Refused, match="personal_data_open: 1"):
        decided.settle(release.KIND, HASH, 2)
    assert decided.applied(release.KIND, [HASH]) == {}
    decided.decide(one, given("", "", "paint"), "geng", 3)
    decided.settle(release.KIND, HASH, 4)
    assert decided.applied(release.KIND, [HASH]).keys() == {HASH}
    changed = release.name_of(release.encode(replace(LEAKY, title="另一个标题")))
    with pytest.raises(Refused, match="personal_data_open"):
        decided.settle(release.KIND, changed, 5)
    assert decided.applied(release.KIND, [changed]) == {}


def test_the_public_reads_what_was_decided_and_what_the_rule_permits(township: Township) -> None:
    one = looked_at()
    decided.decide(one, ALL, "geng", 1)
    decided.settle(release.KIND, HASH, 2)
    how = decided.applied(release.KIND, [HASH])[HASH]
    read = public(LEAKY, how, now_ms(), now_ms())
    assert PHONE_NUMBER in read.text[0]
    assert read.rows[0][:2] == ("周示例", f"临时救助（{'*' * 18}）")
    (attached,) = read.attachments
    assert attached.sha256 != NAME
    assert store.get(attached.sha256) == render.painted(
        PAGE, [tuple(one.traces.get(number=3).boxes[0])]
    )
    later = public(LEAKY, how, 0, now_ms())
    assert later.rows[0][0] is None


def test_two_people_who_decide_at_once_are_both_heard_and_all_is_painted(
    township: Township, monkeypatch: pytest.MonkeyPatch
) -> None:
    lower = Line(f"电话 {PHONE_NUMBER}", 1.0, 100, 900, 600, 960)
    one = looked_at(page=PageText(1680, 2376, 0, 1.0, (LINE, lower)))
    paint, others = render.painted, [given("publish", "leave_out", "paint")]

    def slowly(page: bytes, boxes: Any) -> bytes:
        while others:
            decided.decide(one, others.pop(), "yi", 1)
        return paint(page, boxes)

    monkeypatch.setattr(render, "painted", slowly)
    decided.decide(one, given("", "", "publish"), "geng", 1)
    decided.decide(one, given("", "", "", "paint"), "geng", 2)
    decided.settle(release.KIND, HASH, 3)
    shown = decided.applied(release.KIND, [HASH])[HASH].page(NAME)
    boxes = [tuple(trace.boxes[0]) for trace in one.traces.exclude(page=None).order_by("number")]
    assert store.get(shown or b"") == paint(PAGE, boxes)


def test_a_page_that_is_left_out_is_not_there(township: Township) -> None:
    one = looked_at()
    decided.decide(one, given("leave_out", "leave_out", "leave_out"), "geng", 1)
    decided.settle(release.KIND, HASH, 2)
    read = public(LEAKY, decided.applied(release.KIND, [HASH])[HASH], 0, now_ms())
    assert read.attachments == ()
    assert PHONE_NUMBER not in read.text[0]


def test_who_changes_his_mind_before_reviewers_are_asked_is_heard(township: Township) -> None:
    one = looked_at()
    decided.decide(one, ALL, "geng", 1)
    decided.decide(one, given("leave_out"), "yi", 2)
    decided.settle(release.KIND, HASH, 3)
    assert PHONE_NUMBER not in decided.applied(release.KIND, [HASH])[HASH].text(
        "第 1 段", LEAKY.text[0]
    )
    assert [row.person for row in Ruling.objects.order_by("id")] == ["geng"] * 3 + ["yi"]
    with pytest.raises(Refused, match="not_permitted"):
        decided.decide(one, given("publish"), "geng", 4)


@pytest.mark.parametrize(
    ("number", "choice"),
    [
        (1, Given("publish", "")),
        (1, Given("publish", "好")),
        (1, Given("publish", f"打 {PHONE_NUMBER}")),
        (1, Given("paint", "")),
        (1, Given("anything", "")),
        (2, Given("publish", "他同意公开他的身份证号")),
    ],
)
def test_what_cannot_be_decided_is_said_and_nothing_is_kept(
    township: Township, number: int, choice: Given
) -> None:
    wrong = decided.decide(looked_at(), {**ALL, number: choice}, "geng", 1)
    assert list(wrong) == [number]
    assert not Ruling.objects.exists()


def test_a_page_that_nobody_could_read_is_looked_at_by_somebody(township: Township) -> None:
    unread = PageText(1680, 2376, 0, 0.5, (Line("看不清", 0.5, 0, 0, 100, 20),))
    one = looked_at(page=unread)
    trace = one.traces.get(what="unread")
    assert trace.number in decided.decide(one, {trace.number: Given("paint", "")}, "geng", 1)
    assert decided.decide(one, {trace.number: Given("publish", "是修路的照片")}, "geng", 1) == {}


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Examined, {"sha256": bytes(32)}),
        (Trace, {"what": "unread"}),
        (Ruling, {"word": "leave_out"}),
        (Painted, {"made": bytes(32)}),
        (Settled, {"at_ms": 9}),
    ],
)
def test_no_row_is_changed_or_deleted(
    township: Township, model: Any, change: dict[str, Any]
) -> None:
    decided.decide(looked_at(), ALL, "geng", 1)
    decided.settle(release.KIND, HASH, 2)
    first = model.objects.order_by("pk").first()
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.filter(pk=first.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.filter(pk=first.pk)._raw_delete(using="default")


def test_the_database_itself_keeps_the_rules_of_decisions(township: Township) -> None:
    one = looked_at()
    first, second, _ = one.traces.order_by("number")
    for trace, reason in ((first, ""), (second, "他同意公开")):
        with pytest.raises(DatabaseError), transaction.atomic():
            Ruling.objects.create(
                trace=trace, word="publish", reason=reason, person="geng", at_ms=1
            )
    with pytest.raises(DatabaseError), transaction.atomic():
        Settled.objects.create(examined=one, at_ms=1)
    decided.decide(one, ALL, "geng", 1)
    decided.settle(release.KIND, HASH, 2)
    with pytest.raises(DatabaseError), transaction.atomic():
        Ruling.objects.create(trace=first, word="leave_out", person="geng", at_ms=3)


def test_words_around_a_number_are_emptied_in_time_and_decisions_stay(township: Township) -> None:
    decided.decide(looked_at(), ALL, "geng", 1)
    later = now_ms() + (forget.DAYS + 1) * 86_400_000
    assert forget.forget(now_ms()) == 0
    assert forget.forget(later) == 3
    assert forget.forget(later) == 0
    assert {(t.before, t.masked, t.after) for t in Trace.objects.all()} == {("", "", "")}
    assert Ruling.objects.count() == 3


def test_a_village_decides_for_itself_and_others_do_not_see_it(clerk: Client) -> None:
    one = looked_at()
    other = looked_at(village="elsewhere", sha256=bytes(32))
    assert clerk.get(f"/redaction/{one.pk}/").status_code == 200
    assert clerk.get(f"/redaction/{other.pk}/").status_code == 404
    page = f"/redaction/{one.pk}/pages/{NAME.hex()}"
    assert clerk.get(page).content == PAGE
    assert clerk.get(f"/redaction/{other.pk}/pages/{NAME.hex()}").status_code == 404
    assert clerk.get(f"/redaction/{one.pk}/pages/{'0' * 64}").status_code == 404
    inspector = client("ren")
    assert inspector.get(f"/redaction/{one.pk}/").status_code == 200
    assert inspector.post(f"/redaction/{one.pk}/", {"word-1": "leave_out"}).status_code == 403
    assert not Ruling.objects.exists()


def test_what_was_typed_stays_with_a_sentence_beside_it(clerk: Client) -> None:
    one = looked_at()
    said = clerk.post(
        f"/redaction/{one.pk}/",
        {"word-1": "publish", "reason-1": "好", "word-2": "leave_out"},
    )
    text = said.content.decode()
    assert said.status_code == 400
    assert "照原样公开要写明原因" in text
    assert 'value="publish" checked' in text
    assert 'value="leave_out" checked' in text
    assert 'value="好"' in text
    assert not Ruling.objects.exists()


def test_the_page_shows_no_number_and_says_who_decided(clerk: Client) -> None:
    one = looked_at()
    address = f"/redaction/{one.pk}/"
    form = {
        "word-1": "publish", "reason-1": "村委会值班电话", "word-2": "leave_out", "word-3": "paint"
    }  # fmt: skip
    assert clerk.post(address, form).status_code == 302
    text = clerk.get(address).content.decode()
    assert NUMBER[4:14] not in text
    assert PHONE_NUMBER[3:9] not in text
    assert "村委会值班电话" in text
    assert "3 处都已决定" in text
    assert clerk.get("/redaction/").content.decode().count("已全部决定") == 1


def test_a_page_takes_the_same_queries_however_many_findings(clerk: Client) -> None:
    few = looked_at()
    many = looked_at(sha256=bytes(32), texts={str(n): PHONE_NUMBER for n in range(40)})
    counts = []
    clerk.get("/redaction/")
    for one in (few, many):
        with CaptureQueriesContext(connection) as queries:
            assert clerk.get(f"/redaction/{one.pk}/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.browser
def test_the_pages_can_be_used_on_a_phone(clerk: Client) -> None:
    one = looked_at()
    paths = ["/redaction/", f"/redaction/{one.pk}/", f"/redaction/{one.pk}/pages/{NAME.hex()}"]
    answers = ask(clerk, paths, ["hub/hub.css", "redaction/redaction.css"])
    with browsers.chromium() as chromium, chromium.page(PHONE) as page:
        serve(page, answers)
        for name, path in (("list", paths[0]), ("thing", paths[1])):
            page.goto(f"http://hub.localhost{path}")
            screenshot(page, f"redaction-{name}-phone")
            assert axe(page) == [], name
            assert overflow(page) == [], name
        page.get_by_text("第 3 处").scroll_into_view_if_needed()
        screenshot(page, "redaction-thing-phone-end")
