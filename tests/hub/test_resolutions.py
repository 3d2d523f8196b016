"""Resolutions: five steps in order, votes that reach what is demanded, settled by another."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.blobs import store
from hub.config import ConfigError
from hub.registers import five
from hub.registers.five import DECIDING, Held
from hub.registers.limits import Limits, read
from hub.registers.models import Ending, Publication, Resolution, Step
from tests.hub.flow_rig import client
from tests.hub.page_rig import ask, look
from tests.hub.papers import PAPER
from tests.support.contents import VILLAGE
from tests.support.township import Township

pytestmark = pytest.mark.django_db
MEETINGS = {name: five.STEPS[name][1][0] for name in five.STEPS}
USUAL = read({})
DAYS = {name: f"2026-03-{number:02}" for number, name in enumerate(five.STEPS, 1)}
GOOD = {
    name: Held(name, MEETINGS[name], date.fromisoformat(DAYS[name]), 30, 20, 11, 5, 4, 1)
    for name in DECIDING
}


def begun(village: str = VILLAGE) -> Resolution:
    return Resolution.objects.create(
        village=village, title="村文化礼堂装修工程", matter="15,300 元", person="geng", made_ms=1
    )


def step_of(row: Resolution, name: str, **other: Any) -> Step:
    fields = {
        "meeting": MEETINGS[name], "day": DAYS[name], "entitled": 30, "came": 20, "agreed": 11,
        "against": 5, "abstained": 4, "pages": [PAGE], "person": "geng", "at_ms": 1, **other,
    }  # fmt: skip
    return Step.objects.create(resolution=row, step=name, **fields)


PAGE = "ab" * 32


def decided(**other: Any) -> Resolution:
    """All four steps."""
    row = begun()
    for name in DECIDING:
        step_of(row, name, **other.get(name, {}))
    return row


def settled(row: Resolution | None = None) -> Resolution:
    row = row or decided()
    assert client("bing").post(f"{at(row)}settle", {"outcome": "passed"}).status_code == 302
    return row


def at(row: Resolution) -> str:
    return f"/registers/resolutions/{row.pk}/"


def form(name: str, **other: Any) -> dict[str, Any]:
    return {
        "meeting": MEETINGS[name], "day": DAYS[name], "entitled": "30", "came": "20",
        "agreed": "11", "against": "5", "abstained": "4", "words": "",
        "pages": SimpleUploadedFile("minutes.png", PAPER, "image/png"), **other,
    }  # fmt: skip


def test_all_four_steps_in_order_lack_nothing() -> None:
    assert five.lacks(GOOD, USUAL) == []


LACKING: Mapping[str, tuple[dict[str, Held | None], str]] = {
    "a step": ({"consultation": None}, "缺“两委商议”"),
    "the order": (
        {"deliberation": replace(GOOD["deliberation"], day=date(2026, 3, 9))},
        "次序不对",
    ),
    "minutes": ({"proposal": replace(GOOD["proposal"], pages=0)}, "没有会议记录"),
    "people": ({"decision": replace(GOOD["decision"], came=19, agreed=19)}, "三分之二"),
    "votes": ({"decision": replace(GOOD["decision"], agreed=10)}, "过半数同意"),
}


@pytest.mark.parametrize("name", LACKING)
def test_what_is_lacking_is_told(name: str) -> None:
    changed, words = LACKING[name]
    steps = {one: held for one, held in {**GOOD, **changed}.items() if held is not None}
    told = "".join(five.lacks(steps, USUAL)).replace("3 分之 2", "三分之二")
    assert words in told


def test_half_is_not_more_than_half_and_two_thirds_are_two_thirds() -> None:
    of_villagers = {**GOOD, "decision": replace(GOOD["decision"], meeting="villagers")}
    for came, agreed, good in ((15, 8, False), (16, 8, False), (16, 9, True)):
        held = replace(of_villagers["decision"], came=came, agreed=agreed)
        assert (five.lacks({**of_villagers, "decision": held}, USUAL) == []) is good


def test_the_township_may_demand_more_and_less() -> None:
    strict = read({"members": {"came": "4/5"}, "representatives": {"agreed": ">2/3"}})
    told = five.lacks(GOOD, strict)
    assert len(told) == 2
    assert strict.of("representatives").came == USUAL.of("representatives").came
    none = read({"representatives": {"came": "", "agreed": ""}})
    poor = {**GOOD, "decision": replace(GOOD["decision"], came=1, agreed=0)}
    assert five.lacks(poor, none) == []
    assert Limits().publish_days == 5


@pytest.mark.parametrize(
    "table",
    [
        {"publish_days": 0},
        {"members": {"came": "2"}},
        {"members": {"came": "half"}},
        {"members": {"came": 1}},
        {"members": {"sat": "1/2"}},
        {"elders": {}},
        {"members": {"came": "1/0"}},
    ],
)
def test_settings_that_say_nothing_are_refused(table: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=r"registers\."):
        read(table)


def test_a_matter_is_registered_and_its_steps_written_with_their_minutes(clerk: Client) -> None:
    made = clerk.post(
        "/registers/resolutions/new", {"title": "村文化礼堂装修工程", "matter": "15,300 元"}
    )
    row = Resolution.objects.get()
    assert made["Location"] == at(row)
    assert clerk.post(f"{at(row)}steps/proposal", form("proposal")).status_code == 302
    kept = row.steps.get()
    (name,) = kept.pages
    data = store.get(bytes.fromhex(name))
    assert data is not None
    assert data.startswith(b"\x89PNG")
    page = clerk.get(at(row)).content.decode()
    for words in ("应到 30", "同意 11", "缺“两委商议”这一步", f"{at(row)}photos/{name}"):
        assert words in page, words
    assert clerk.get(f"{at(row)}photos/{name}").content == data


WRONG: Mapping[str, tuple[dict[str, Any], str, str]] = {
    "no meeting": ({"meeting": "villagers"}, "meeting", "请选是什么会议"),
    "no day": ({"day": "yesterday"}, "day", "不是日期"),
    "a day to come": ({"day": "2999-01-01"}, "day", "还没有到"),
    "no count": ({"came": "many"}, "came", "请填整数"),
    "a count without end": ({"came": "9" * 5000}, "came", "请填整数"),
    "more came than there are": ({"came": "31"}, "came", "比应到 30 人多"),
    "more votes than people": ({"agreed": "20"}, "came", "比实到 20 人多"),
    "no minutes": ({"pages": ""}, "pages", "请拍下会议记录"),
    "no paper": ({"pages": SimpleUploadedFile("a.png", b"<svg onload=x>")}, "pages", "名称和内容"),
    "hidden letters": ({"words": "好\u202e"}, "words", "看不见"),
    "earlier than the step before": ({"day": "2026-02-01"}, "day", "这一步不能更早"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_beside_its_field_and_the_rest_is_kept(
    clerk: Client, name: str
) -> None:
    row = begun()
    step_of(row, "proposal", day="2026-03-01")
    changed, where, says = WRONG[name]
    answer = clerk.post(f"{at(row)}steps/consultation", form("consultation", **changed))
    page = answer.content.decode()
    assert answer.status_code == 400
    beside = page[page.index(f'id="{where}-wrong"') :].split("</p>")[0]
    assert says in beside
    assert 'value="30"' in page
    assert row.steps.count() == 1


def test_minutes_stay_through_a_wrong_answer_and_only_the_writers_own_come_back(
    clerk: Client, township: Township
) -> None:
    row = begun()
    other = store.put(b"\x89PNG another person's", "signed", "jia").hex()
    photo = store.put(b"\xff\xd8 a machine's", "photo", "sunrise-1").hex()
    wrong = form("proposal", came="31", page=[other, photo])
    page = clerk.post(f"{at(row)}steps/proposal", wrong).content.decode()
    assert other not in page
    assert photo not in page
    again = form("proposal")
    again["page"] = page.split('name="page" value="')[1].split('"')[0]
    again["pages"] = ""
    assert clerk.post(f"{at(row)}steps/proposal", again).status_code == 302
    assert row.steps.get().pages == [again["page"]]


def test_lines_count_as_people_see_them(clerk: Client) -> None:
    """Browsers end a line with two characters."""
    text = "\r\n".join(["字" * 99] * 10)
    made = clerk.post("/registers/resolutions/new", {"title": "某事", "matter": text})
    assert made.status_code == 302
    assert Resolution.objects.get().matter == text.replace("\r\n", "\n")


def test_a_step_is_written_once_and_then_corrected_with_the_reason(clerk: Client) -> None:
    row = decided()
    answer = clerk.post(f"{at(row)}steps/decision", form("decision", agreed="12", against="4"))
    assert 'id="reason-wrong"' in answer.content.decode()
    with pytest.raises(DatabaseError), transaction.atomic():
        step_of(row, "decision")
    fields = form("decision", agreed="12", against="4", reason="抄错一票")
    assert clerk.post(f"{at(row)}steps/decision", fields).status_code == 302
    page = clerk.get(at(row)).content.decode()
    assert page.index("同意 12") < page.index("更正以前的（1）")
    assert "抄错一票" in page


def test_only_another_person_who_watches_settles_it(clerk: Client) -> None:
    row = decided()
    assert "定稿由负责监督的人做" in clerk.get(at(row)).content.decode()
    assert clerk.post(f"{at(row)}settle", {"outcome": "passed"}).status_code == 400
    step_of(row, "execution", person="bing")
    answer = client("bing").post(f"{at(row)}settle", {"outcome": "passed"})
    assert "填过这份决议的人不能定稿" in answer.content.decode()
    assert not Ending.objects.exists()
    assert client("jia").post(f"{at(row)}settle", {"outcome": "passed"}).status_code == 302
    assert Ending.objects.get().person == "jia"


def test_what_lacks_something_is_not_settled_as_passed(township: Township) -> None:
    row = decided(decision={"agreed": 10})
    answer = client("bing").post(f"{at(row)}settle", {"outcome": "passed"})
    assert answer.status_code == 400
    assert "过半数同意" in answer.content.decode()
    assert client("bing").post(f"{at(row)}settle", {"outcome": "dropped"}).status_code == 302
    assert "不办了" in client("geng").get(at(row)).content.decode()


def test_what_is_settled_stays_and_a_correction_takes_its_use_away(clerk: Client) -> None:
    row = settled()
    for model in (Resolution, Step, Ending):
        for write in (lambda m=model: m.objects.update(person="x"), model.objects.all().delete):
            with pytest.raises(DatabaseError), transaction.atomic():
                write()
    other = begun()
    Ending.objects.create(
        resolution=other, outcome="dropped", data=b"x", sha256=b"x" * 32, person="bing", at_ms=1
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        step_of(other, "decision")
    assert clerk.get(f"{at(other)}steps/decision").status_code == 404
    fields = form("decision", agreed="9", against="7", reason="重新点过会议记录")
    assert clerk.post(f"{at(row)}steps/decision", fields).status_code == 302
    page = clerk.get(at(row)).content.decode()
    assert "更正以后不够" in page
    assert "实到 20 人，同意 9 人" in page


def test_it_is_made_public_in_time_or_late(clerk: Client) -> None:
    row = settled()
    assert "已经过期" in clerk.get(at(row)).content.decode()
    early = {"what": "decision", "day": "2026-03-01", "place": "村务公开栏"}
    answer = clerk.post(f"{at(row)}published", early)
    assert "村民决议以后才能公开" in answer.content.decode()
    assert "村务公开栏" in answer.content.decode()
    assert clerk.post(f"{at(row)}published", {**early, "day": "2026-03-06"}).status_code == 302
    assert Publication.objects.get().place == "村务公开栏"
    assert "以前公开" not in clerk.get(at(row)).content.decode()


def test_another_village_and_the_township_write_nothing(township: Township) -> None:
    other = begun("sunset")
    for path in (at(other), f"{at(other)}steps/proposal", f"{at(other)}photos/{PAGE}"):
        assert client("geng").get(path).status_code == 404
    assert client("geng").get("/registers/resolutions/?village=sunset").status_code == 404
    own, ren = begun(), client("ren")
    assert ren.get(at(own)).status_code == 200
    assert ren.post(f"{at(own)}steps/proposal", form("proposal")).status_code == 403
    assert ren.post(f"{at(own)}settle", {"outcome": "dropped"}).status_code == 403


def test_a_list_takes_as_many_queries_for_30_rows_as_for_3(clerk: Client) -> None:
    clerk.get("/registers/resolutions/")
    counted = []
    for more in (3, 27):
        for _ in range(more):
            decided()
        with CaptureQueriesContext(connection) as queries:
            assert clerk.get("/registers/resolutions/").status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_the_pages_on_a_phone_and_on_a_desk(clerk: Client) -> None:
    page_of = store.put(PAPER, "signed", "geng").hex()
    pages = {name: {"pages": [page_of]} for name in DECIDING}
    open_one = begun()
    row = settled(decided(**pages))
    Publication.objects.create(
        resolution=row, what="decision", day="2026-03-06", place="村务公开栏", pages=[],
        person="geng", at_ms=1,
    )  # fmt: skip
    paths = {
        "list": "/registers/resolutions/",
        "new": "/registers/resolutions/new",
        "one": at(row),
        "open": at(open_one),
        "step": f"{at(open_one)}steps/decision",
    }
    photo = f"{at(row)}photos/{page_of}"
    answers = ask(clerk, [*paths.values(), photo], ["hub/hub.css", "registers/registers.css"])
    look(answers, paths, "resolution")
