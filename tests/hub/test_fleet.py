"""How machines stand, who sees it, what may be asked of them, whose answers are believed."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from county.township import Township as Authority
from hub.clock import now_ms
from hub.config import ConfigError
from hub.devices import authority
from hub.devices.models import Contact, Heard
from hub.fleet import answers, commands, limits, standing
from hub.fleet.limits import Limits
from hub.fleet.models import CommandAnswer, SentCommand, StateRequest
from hub.fleet.standing import Seen, Word
from hub.ingest.batch import Batch
from hub.ingest.waiting import Waiting
from hub.log import store
from hub.settings import BASE_DIR
from tests.hub import fleet_rig as rig
from tests.hub import public_rig as hub
from tests.hub.journal_rig import COUNTERS, Journal
from tests.support.contents import DAY, DEVICE, HOUR, NOW
from tests.support.township import Township
from wire import command, messages, topics
from wire.errors import WireError

pytestmark = pytest.mark.django_db
PAGE = f"/fleet/{DEVICE}/"


@pytest.fixture
def journal(settings: Settings, tmp_path: Path) -> Journal:
    hub.staff_site(settings, tmp_path)
    return Journal()


@pytest.fixture
def township(journal: Journal) -> Township:
    return hub.township(journal)


@pytest.fixture
def leader(township: Township) -> Client:
    client = Client()
    hub.sign_in(client, "gui")
    return client


def _text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.fixture
def seen(township: Township) -> Seen:
    """A machine that is well at NOW."""
    word = Word(True, 3, 50, 50, NOW, NOW - HOUR, NOW + 2 * DAY, 3)
    return Seen(township.machine, word, NOW - HOUR, 50, "0.1.0", NOW + 300 * DAY, False, None, "")


def _says(seen: Seen, **limit: int) -> tuple[str, set[str]]:
    found = standing.standing(seen, Limits(**limit), NOW)
    return found.state, set(found.troubles)


def test_connected_and_writing_is_online_and_missing_is_more_than_offline(seen: Seen) -> None:
    assert seen.word is not None
    away = replace(seen, word=replace(seen.word, online=False))
    assert _says(seen) == ("online", set())
    assert _says(away) == ("offline", set())
    assert _says(replace(away, entry_ms=NOW - DAY + 1)) == ("offline", set())
    assert _says(replace(away, entry_ms=NOW - DAY)) == ("missing", set())
    assert _says(replace(away, word=None, entry_ms=0)) == ("unheard", set())
    assert _says(replace(away, entry_ms=NOW - DAY), missing_h=25) == ("offline", set())


def test_the_brokers_word_counts_less_than_what_was_signed(seen: Seen) -> None:
    assert _says(replace(seen, entry_ms=NOW - 3 * HOUR)) == ("online", {"quiet"})
    assert _says(replace(seen, entry_ms=NOW - DAY)) == ("missing", {"quiet"})


def test_each_figure_of_the_township_has_its_trouble(seen: Seen) -> None:
    word = seen.word
    assert word is not None
    for changes, trouble in (
        ({"word": replace(word, list=0)}, "list_none"),
        ({"word": replace(word, list_published_ms=NOW - 36 * HOUR)}, "list_old"),
        ({"word": replace(word, list_expires_ms=NOW)}, "list_over"),
        ({"word": replace(word, last=150)}, "backlog"),
        ({"certificate_ms": NOW}, "certificate_over"),
        ({"certificate_ms": NOW + 29 * DAY}, "certificate_ends"),
        ({"revoked": True}, "revoked"),
    ):
        assert _says(replace(seen, **changes)) == ("online", {trouble})
    assert _says(replace(seen, word=replace(word, last=149))) == ("online", set())
    assert _says(replace(seen, word=replace(word, last=149)), backlog=99) == ("online", {"backlog"})


def test_the_guide_shows_the_figures_that_hold_without_any() -> None:
    text = (BASE_DIR.parent / "docs" / "operators.md").read_text("utf-8")
    (shown,) = [
        one for one in re.findall(r"```toml\n(.*?)```", text, re.DOTALL) if "[fleet]" in one
    ]
    assert limits.read(tomllib.loads(shown)["fleet"]) == limits.read({}) == Limits()
    assert tomllib.loads(shown)["fleet"].keys() == vars(Limits()).keys()


@pytest.mark.parametrize(
    "table", [{"missing_h": 0}, {"missing": 3}, {"backlog": "many"}, {"command_h": 168}]
)
def test_a_wrong_figure_is_named(table: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match=r"fleet\."):
        limits.read(table)


@pytest.fixture
def fleet(township: Township) -> Township:
    """The one machine, and six more in another village."""
    now = now_ms()
    made = rig.with_others(township, 6, ("v0-4", "suspended"))
    rig.alive(DEVICE, now, online=False, waiting=120, list_ms=now - 40 * HOUR)
    rig.alive("v0-0", now)
    rig.alive("v0-1", now, online=False, entry_ms=now - 2 * DAY)
    rig.alive("v0-2", now, certificate_ms=now + 3 * DAY, version="0.0.9")
    rig.alive("v0-4", now)
    rig.alive("v0-5", now, revoked_ms=now)
    return made


def test_the_township_sees_all_machines_with_what_is_wrong(fleet: Township, leader: Client) -> None:
    page = _text(leader, "/fleet/")
    for words in (
        *("晨光村", "示例v0村", "离线", "失联", "未联络", "停用", "120 条", "清单旧了"),
        *("待回执的记录多", "证书快到期", "证书已吊销，不能联网", "0.0.9", "第 3 版，40 小时前"),
    ):
        assert words in page, words
    counted = {
        name: int(page.split(f'fl-{name}"><a href')[1].split("<strong>")[1].split("<")[0])
        for name in ("online", "offline", "missing", "unheard", "suspended")
    }
    assert counted == {"online": 4, "offline": 1, "missing": 1, "unheard": 1, "suspended": 1}


def test_filters_choose_by_village_state_and_what_needs_a_hand(
    fleet: Township, leader: Client
) -> None:
    def shown(query: str) -> set[str]:
        page = _text(leader, f"/fleet/?{query}")
        names = [DEVICE, *(f"v0-{number}" for number in range(6))]
        return {name for name in names if f'href="/fleet/{name}/"' in page}

    assert shown("village=sunrise") == {DEVICE}
    assert shown("state=missing") == {"v0-1"}
    assert shown("state=suspended") == {"v0-4"}
    assert shown("state=attention") == {DEVICE, "v0-1", "v0-2", "v0-3", "v0-5"}
    assert shown("state=online&village=sunrise") == set()
    assert shown("state=nonsense") == shown("")
    assert "没有这样的机器" in _text(leader, "/fleet/?state=online&village=sunrise")


def test_a_villages_own_people_see_their_machines_and_ask_for_nothing(fleet: Township) -> None:
    clerk = Client()
    hub.sign_in(clerk, "geng")
    page = _text(clerk, "/fleet/")
    assert f"/fleet/{DEVICE}/" in page
    assert "v0-" not in page
    own = _text(clerk, PAGE)
    assert '<form method="post" action="/fleet/' not in own
    assert clerk.get("/fleet/v0-0/").status_code == 404
    for path in ("command", "state"):
        assert clerk.post(f"{PAGE}{path}", {"name": command.DOCTOR}).status_code == 403
    assert not SentCommand.objects.exists()
    assert Client().get("/fleet/").status_code == 302


@pytest.mark.parametrize("query", ["", "state=attention&page=3"])
def test_a_thousand_machines_take_as_many_queries_as_ten(
    township: Township, leader: Client, query: str
) -> None:
    taken = []
    for count in (10, 1000):
        made = rig.with_others(township, count)
        for device in authority.machines():
            if not Heard.objects.filter(device=device).exists():
                rig.alive(device, now_ms(), online=False)
        township = made
        _text(leader, "/fleet/")
        with CaptureQueriesContext(connection) as caught:
            _text(leader, f"/fleet/?{query}")
        taken.append(len(caught))
    assert taken[0] == taken[1] <= 14


def test_one_machine_takes_as_many_queries_however_much_was_asked_of_it(
    fleet: Township, leader: Client, journal: Journal
) -> None:
    taken = []
    for _ in range(2):
        for _ in range(8):
            now = now_ms()
            asked = rig.sent(fleet, DEVICE, command.DOCTOR, now)
            rig.take(journal, asked, now, findings={"disk": "bad"})
        _text(leader, PAGE)
        with CaptureQueriesContext(connection) as caught:
            _text(leader, PAGE)
        taken.append(len(caught))
    assert taken[0] == taken[1]


def test_a_command_is_asked_for_once_until_it_is_answered(
    fleet: Township, leader: Client, journal: Journal
) -> None:
    assert leader.post(f"{PAGE}command", {"name": command.DIAGNOSTICS}).status_code == 302
    page = _text(leader, PAGE)
    assert "收集诊断数据：上一条还在等回复" in page
    assert "等待发出" in page
    assert leader.post(f"{PAGE}command", {"name": command.DIAGNOSTICS}).status_code == 400
    asked = SentCommand.objects.get()
    assert asked.person == "gui"
    assert asked.not_after - asked.asked_ms == 24 * HOUR


def test_an_answer_is_shown_with_findings_and_figures(
    fleet: Township, leader: Client, journal: Journal
) -> None:
    now = now_ms()
    asked = rig.sent(fleet, DEVICE, command.DIAGNOSTICS, now)
    assert "已发出，等机器回复" in _text(leader, PAGE)
    rig.take(journal, asked, now, findings={"disk": "bad", "clock": "good"}, facts={"up_s": 777})
    page = _text(leader, PAGE)
    for words in ("已执行", "磁盘：不合格", "时钟：合格", "开机至今（秒）", "777", "自检不合格"):
        assert words in page, words
    assert page.index("磁盘") < page.index("时钟：")
    assert "自检不合格" in _text(leader, "/fleet/")


def test_what_is_no_command_or_for_no_machine_is_refused(fleet: Township, leader: Client) -> None:
    for path, name in ((PAGE, "open_lock"), (PAGE, ""), ("/fleet/nowhere-1/", command.DOCTOR)):
        assert leader.post(f"{path}command", {"name": name}).status_code in (400, 404)
    assert not SentCommand.objects.exists()


def test_numbers_rise_even_where_the_clock_goes_back(fleet: Township) -> None:
    now = now_ms()
    first = rig.sent(fleet, DEVICE, command.DOCTOR, now)
    second = rig.sent(fleet, DEVICE, command.REFRESH, now - DAY)
    assert (first.number, second.number) == (now, now + 1)


def test_only_the_machines_own_answer_to_what_was_sent_is_taken(
    fleet: Township, journal: Journal
) -> None:
    now = now_ms()
    asked = rig.sent(fleet, DEVICE, command.DOCTOR, now)
    unsent = SentCommand.objects.create(
        device="v0-0", number=5, name=command.DOCTOR, person="gui",
        asked_ms=now, not_before=now, not_after=now + HOUR,
    )  # fmt: skip
    good = rig.answered(journal, asked, now)
    for device, data, keys in (
        (DEVICE, rig.answered(Journal(), asked, now), (journal.key,)),
        ("v0-0", good, (journal.key,)),
        (DEVICE, rig.answered(journal, asked, now, command=bytes(32)), (journal.key,)),
        (DEVICE, rig.answered(journal, asked, now, number=asked.number + 1), (journal.key,)),
        ("v0-0", rig.answered(journal, unsent, now), (journal.key,)),
        (DEVICE, journal.write("boot", version="9", **COUNTERS).envelope, (journal.key,)),
    ):
        with pytest.raises(WireError):
            answers.take(device, data, keys, now)
    assert not CommandAnswer.objects.exists()
    answers.take(DEVICE, good, (journal.key,), now)
    later = rig.answered(journal, asked, now + 1, outcome="command_expired")
    answers.take(DEVICE, later, (journal.key,), now)
    assert bytes(CommandAnswer.objects.get().envelope) == good


def test_ingest_takes_answers_and_garbage_among_them_stops_nothing(
    fleet: Township, journal: Journal
) -> None:
    now = now_ms()
    asked = rig.sent(fleet, DEVICE, command.DOCTOR, now)
    booted = journal.write("boot", version="0.2.0", **COUNTERS)
    batch = Batch(authority.machines(), Waiting(), now, authority.record_keys())
    topic = topics.up(DEVICE, "answer")
    for payload in (b"", b"\xff" * 9000, rig.answered(Journal(), asked, now)):
        batch.add(topic, payload)
    batch.add(topic, rig.answered(journal, asked, now))
    batch.add(topics.up("nobody-1", "answer"), rig.answered(journal, asked, now))
    batch.add(topics.up(DEVICE, "entry"), messages.encode_entries([booted.envelope]))
    batch.commit(store.Hashes())
    assert CommandAnswer.objects.get().command == asked
    heard = Heard.objects.get(device=DEVICE)
    assert (heard.seq, heard.came_ms, heard.version) == (1, now, "0.2.0")


def test_a_request_suspends_nothing_and_says_what_the_officers_are_to_sign(
    fleet: Township, leader: Client
) -> None:
    reason = "机身被撬，等民警勘查"
    assert leader.post(f"{PAGE}state", {"reason": reason}).status_code == 302
    page = _text(leader, PAGE)
    assert "authority machine suspend next.cbor sunrise-1" in page
    assert reason in page
    assert "等授权人员签名" in page
    assert authority.machines()[DEVICE].state == "active"
    assert "已请求停用" in _text(leader, "/fleet/")
    other = _imported(fleet, fleet.authority)
    assert "等授权人员签名" in _text(leader, PAGE)
    suspended = fleet.suspend().authority.villages[0]
    villages = (suspended, *fleet.authority.villages[1:])
    after = _imported(other, replace(fleet.authority, villages=villages))
    page = _text(leader, PAGE)
    assert "；已签名" in page
    assert "请求恢复使用" in page
    assert "machine suspend next.cbor" not in page
    machines = replace(suspended.machines, version=9, machines={DEVICE: fleet.machine})
    again = replace(
        fleet.authority, villages=(replace(suspended, machines=machines), *villages[1:])
    )
    _imported(after, again)
    assert authority.machines()[DEVICE].state == "active"
    assert "；已签名" in _text(leader, PAGE)


def _imported(made: Township, authority_: Authority) -> Township:
    """What the officers sign next."""
    after = made.sign(authority_)
    authority.import_package(after.package, root_sha256=sha256(after.roots[0]).digest())
    return after


@pytest.mark.parametrize("reason", ["", "坏了", "长" * 301, "看\u202e不见的字符"])
def test_a_wrong_reason_gets_a_sentence_beside_it_and_stays(
    fleet: Township, leader: Client, reason: str
) -> None:
    answer = leader.post(f"{PAGE}state", {"reason": reason})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "请写明原因" in page
    assert f">{reason}</textarea>" in page
    assert not StateRequest.objects.exists()


@pytest.fixture
def written(fleet: Township, leader: Client, journal: Journal) -> None:
    now = now_ms()
    rig.take(journal, rig.sent(fleet, DEVICE, command.DOCTOR, now), now)
    leader.post(f"{PAGE}state", {"reason": "机身被撬，等民警勘查"})


CHANGES: dict[str, Callable[[], object]] = {
    "a command": lambda: SentCommand.objects.update(person="jia"),
    "its bytes": lambda: SentCommand.objects.update(envelope=b"x"),
    "no command": lambda: SentCommand.objects.all()._raw_delete("default"),
    "an answer": lambda: CommandAnswer.objects.update(envelope=b"x"),
    "no answer": lambda: CommandAnswer.objects.all().delete(),
    "a request": lambda: StateRequest.objects.update(reason="x"),
    "no request": lambda: StateRequest.objects.all().delete(),
}


@pytest.mark.parametrize("name", CHANGES)
def test_commands_answers_and_requests_stay_as_they_were(written: None, name: str) -> None:
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        CHANGES[name]()


def test_a_machine_is_heard_by_its_entries_whatever_the_broker_repeats(fleet: Township) -> None:
    before = Heard.objects.get(device="v0-1").came_ms
    batch = Batch(authority.machines(), Waiting(), now_ms())
    status = messages.Status(online=False, list=3, last=50, receipted=50)
    batch.add(topics.up("v0-1", "status"), messages.encode_status(status))
    batch.commit(store.Hashes())
    assert Contact.objects.get(device="v0-1").heard_ms > before
    assert Heard.objects.get(device="v0-1").came_ms == before


def test_an_answer_may_come_before_whoever_sent_the_command_is_told_that_it_went(
    fleet: Township, journal: Journal
) -> None:
    """ms lie between a command and its answer: the row says what was sent before it goes."""
    now = now_ms()
    asked = commands.ask(DEVICE, command.DOCTOR, commands.OPERATOR, 1, now)
    gone: list[bytes] = []

    def away(_topic: str, data: bytes) -> None:
        raise OSError("no broker")

    def there(_topic: str, data: bytes) -> None:
        gone.append(data)
        asked.refresh_from_db()
        rig.take(journal, asked, now)

    with pytest.raises(OSError, match="no broker"):
        commands.send(asked, fleet.keys.hub, away)
    assert commands.due(now) == [asked]
    commands.send(asked, fleet.keys.hub, there)
    assert bytes(SentCommand.objects.get().envelope or b"") == gone[0]
    assert CommandAnswer.objects.count() == 1
