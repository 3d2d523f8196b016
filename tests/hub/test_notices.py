"""The outbox: written with what it tells, delivered with patience, given up where people see it."""

import json
import logging
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from hub.alarms import ledger
from hub.alarms.facts import Cause
from hub.alarms.limits import read as hours
from hub.alarms.models import Alarm
from hub.clock import now_ms
from hub.config import FILE, Config, ConfigError, config
from hub.devices.models import ListVersion
from hub.notices import deliver, expiring, process, send, words
from hub.notices.models import Delivery, Notice
from hub.notices.send import NotSentError
from hub.notices.settings import BACKOFF_S, settings
from hub.notices.shown import LATE_MS, RECENT_MS, shown
from hub.operate.doctor.checks import notices as check
from hub.operate.doctor.gather import look
from tests.hub import notice_rig as rig
from tests.hub import public_rig as hub
from tests.hub.alarm_rig import approve
from tests.hub.notice_rig import Fake, running
from tests.support.contents import DEVICE, HOUR, NAMES, VILLAGE
from tests.support.township import Township

pytestmark = pytest.mark.django_db
OFFICES = {"township.leader": ("包村领导", "township leader")}


@pytest.fixture
def fake() -> Iterator[Fake]:
    with running("https") as made:
        yield made


def set_up(folder: Path, *targets: tuple[str, str, str], more: str = "") -> Config:
    """hub.toml with these targets: (name, kind, address)."""
    text = (folder / FILE).read_text("utf-8").split("\n[notices")[0]
    text += f"\n[notices]\n{more}\n"
    for name, kind, url in targets:
        secret = folder / f"{name}.secret"
        secret.write_text(rig.SECRETS[kind])
        secret.chmod(0o600)
        text += (
            f'\n[notices.targets.{name}]\nkind = "{kind}"\nurl = "{url}"\n'
            f'secret_file = "{name}.secret"\n'
        )
    (folder / FILE).write_text(text, "utf-8")
    return config()


def raised(number: int = 1, rule: str = "machine") -> None:
    cause = Cause(rule, (number,), DEVICE, VILLAGE, 5, told={"alarm": "case_opened", "seq": 3})
    ledger.raise_([cause], hours({}), now_ms())


def told() -> list[tuple[str, dict[str, Any]]]:
    return [(one.kind, dict(one.told)) for one in Notice.objects.order_by("pk")]


def test_an_alarm_and_its_notice_are_one_transaction(township: Township) -> None:
    with transaction.atomic():
        raised()
        assert Notice.objects.count() == 1
        transaction.set_rollback(True)
    assert (Alarm.objects.count(), Notice.objects.count()) == (0, 0)
    raised()
    raised()
    assert told() == [("alarm_raised", {"number": Alarm.objects.get().pk, "rule": "machine"})]


def test_a_silent_machine_and_an_alarm_that_nobody_answers_are_told(township: Township) -> None:
    raised(rule="silent")
    number, limits = Alarm.objects.get().pk, hours({})
    for _ in range(2):
        ledger.escalate(limits, now_ms() + 400 * 3_600_000)
    handed = {"number": number, "rule": "silent", "office": "township.leader"}
    assert told() == [
        ("machine_silent", {"number": number, "rule": "silent"}),
        ("alarm_handed_on", handed),
    ]


def test_an_application_waits_for_one_office_after_the_other(township: Township) -> None:
    filed = approve(township, steps=0)
    assert told() == [
        ("application_waiting", {"number": filed.subject_id, "office": "village.director"})
    ]
    approve(township, steps=1, title="另一份")
    approve(township, title="第三份")
    offices = [fields["office"] for _, fields in told()]
    assert offices == [
        "village.director",
        *("village.director", "village.secretary"),
        *("village.director", "village.secretary"),
    ]


def test_a_list_that_runs_out_soon_is_told_once(township: Township) -> None:
    def listed(version: int, expires_ms: int) -> None:
        ListVersion.objects.create(
            device=DEVICE, version=version, sha256=b"s" * 32, bundle=b"", published_ms=1,
            expires_ms=expires_ms,
        )  # fmt: skip

    now = now_ms()
    listed(1, now + HOUR)
    listed(2, now + 30 * HOUR)
    expiring.tell(24, now)
    assert told() == []
    for _ in range(2):
        expiring.tell(24, now + 7 * HOUR)
    assert [kind for kind, _ in told()] == ["list_expiring"]


def test_no_message_names_a_person_or_leads_to_an_approval(township: Township) -> None:
    raised()
    raised(2, "silent")
    ledger.escalate(hours({}), now_ms() + 400 * 3_600_000)
    approve(township)
    expiring.tell(1 << 20, now_ms())
    kinds = set()
    for one in Notice.objects.all():
        made = words.message(one, *words.names())
        kinds.add(made.kind)
        text = made.zh + json.dumps(made.data, ensure_ascii=False)
        assert words.MARK in made.zh
        assert len(made.zh.encode()) < 500
        for person, name in NAMES.items():
            assert name not in text
            assert f'"{person}"' not in text
        assert "居住证明" not in text
        assert not re.search(r"://|www\.|sign|\d{15}", text)
    assert kinds == words.KINDS.keys() - {"list_expiring"}


def run(folder: Path, post: Any = None, at_ms: int | None = None) -> None:
    """What `sealhub notify` does until nothing is due."""
    found, now = settings(config()), at_ms or now_ms()
    deliver.spread(found.targets, now)
    while deliver.deliver(found, lambda: now, post or send.client(found.timeout_s)):
        pass


def state(target: str = "office") -> list[tuple[str, int, str]]:
    rows = Delivery.objects.filter(target=target).order_by("pk")
    return list(rows.values_list("state", "tries", "reason"))


def refuse(_: object) -> tuple[int, bytes]:
    raise NotSentError("unreachable")


def test_each_target_is_told_what_it_wants(township: Township, tmp_path: Path, fake: Fake) -> None:
    with running("dingtalk") as robot:
        set_up(tmp_path, ("office", "https", fake.url), ("group", "dingtalk", robot.url))
        with (tmp_path / FILE).open("a") as toml:
            toml.write('events = ["machine_silent"]\n')
        raised(9)
        run(tmp_path)
        assert (fake.got, robot.got) == ([], [])  # from before they were set
        raised()
        raised(2, "silent")
        run(tmp_path)
        assert [one.said["type"] for one in fake.got] == ["alarm_raised", "machine_silent"]
        (got,) = robot.got
        assert "没有声音" in got.said["text"]["content"]
    assert state() == [("sent", 1, "")] * 2
    run(tmp_path)
    assert len(fake.got) == 2


def test_what_fails_is_tried_again_later_and_later_and_then_given_up(
    township: Township, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    set_up(tmp_path, ("office", "https", "https://office.example/hook"))
    run(tmp_path, refuse)
    raised()
    at_ms = now_ms()
    run(tmp_path, refuse, at_ms)
    for tries, wait_s in enumerate(BACKOFF_S, start=1):
        assert state() == [("waiting", tries, "unreachable")]
        run(tmp_path, refuse, at_ms + wait_s * 1000 - 1)
        assert state() == [("waiting", tries, "unreachable")]
        at_ms += wait_s * 1000
        run(tmp_path, refuse, at_ms)
    assert state() == [("given_up", len(BACKOFF_S) + 1, "unreachable")]
    assert "office: not told, unreachable, try 6" in caplog.text
    assert deliver.again("office", at_ms) == 1
    assert state() == [("waiting", 0, "unreachable")]


def test_one_that_is_dead_keeps_no_other_waiting(
    township: Township, tmp_path: Path, fake: Fake
) -> None:
    set_up(tmp_path, ("dead", "wecom", "http://127.0.0.1:1/x"), ("office", "https", fake.url))
    run(tmp_path)
    for number in range(4):
        raised(number)
    run(tmp_path)
    assert state() == [("sent", 1, "")] * 4
    assert state("dead") == [("waiting", 1, "unreachable")] * 4


def test_a_robot_gets_no_more_than_it_takes_and_is_left_alone_when_it_says_so(
    township: Township, tmp_path: Path
) -> None:
    with running("wecom") as robot:
        set_up(tmp_path, ("group", "wecom", robot.url))
        run(tmp_path)
        for number in range(25):
            raised(number)
        at_ms = now_ms()
        run(tmp_path, at_ms=at_ms)
        assert len(robot.got) == 20
        robot.mood = lambda _: (200, b'{"errcode": 45009}')
        at_ms += 61_000
        run(tmp_path, at_ms=at_ms)
        assert len(robot.got) == 21
        robot.mood = None
        run(tmp_path, at_ms=at_ms + 61_000)
        assert len(robot.got) == 26
    assert {one[0] for one in state("group")} == {"sent"}


def test_a_target_that_was_taken_out_is_told_nothing(township: Township, tmp_path: Path) -> None:
    set_up(tmp_path, ("office", "https", "https://office.example/hook"))
    run(tmp_path, refuse)
    raised()
    run(tmp_path, refuse)
    set_up(tmp_path)
    run(tmp_path, refuse)
    assert state() == [("given_up", 1, "no_target")]


@pytest.mark.django_db(databases=["default", "hotline"])
def test_doctor_and_page_say_what_was_given_up_and_when_nobody_sends(
    township: Township, tmp_path: Path
) -> None:
    set_up(tmp_path, ("office", "https", "https://office.example/hook"), more="backoff_s = []")
    run(tmp_path, refuse)

    def level(at_ms: int) -> str:
        return check.examine(look(config(), at_ms)).level

    now = now_ms()
    assert level(now) == "good"
    raised()
    deliver.spread(settings(config()).targets, now)
    assert level(now) == "good"
    assert level(now + LATE_MS + 1) == "bad"
    run(tmp_path, refuse, now)
    assert level(now) == "bad"
    client = Client()
    hub.sign_in(client, "ren")
    page = client.get("/port/").content.decode()
    for said in ("office", "送不到，已放弃", "新报警“机器报警”", "unreachable"):
        assert said in page, said
    assert rig.HOOK not in page
    raised(2)
    run(tmp_path, lambda _: (204, b""), now + 1000)
    assert level(now + 1000) == "warn"
    assert level(now + RECENT_MS + 2000) == "good"
    assert [one.trouble for one in shown(config(), now + 1000).targets] == ["some"]


def test_no_log_has_an_address_or_a_secret(
    township: Township, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    with running("dingtalk") as robot:
        robot.mood = lambda _: (200, b'{"errcode": 310000, "errmsg": "%s"}' % rig.SEC.encode())
        set_up(tmp_path, ("group", "dingtalk", robot.url))
        run(tmp_path)
        raised()
        run(tmp_path)
    assert "errcode_310000" in caplog.text
    for secret in (rig.SEC, rig.TOKEN, "access_token"):
        assert secret not in caplog.text


def test_what_is_to_be_told_is_never_changed(township: Township) -> None:
    raised()
    for change in (Notice.objects.all().delete, lambda: Notice.objects.update(told={})):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


@pytest.mark.parametrize(
    "lines",
    [
        'url = "http://office.example/hook"',
        'url = "https://office.example/hook?token=5"',
        'url = "https://a:b@office.example/hook"',
        'url = "file:///etc/passwd"',
        'kind = "mail"',
        'secret_file = "missing"',
        'secret_file = "open.secret"',
        'secret_file = "keys/backed-up.secret"',
        'credential = "x"',
        'events = ["everything"]',
        "proxy = 5",
    ],
)
def test_a_target_is_read_strictly_and_no_secret_is_told(
    township: Township, tmp_path: Path, lines: str
) -> None:
    set_up(tmp_path, ("office", "https", "https://office.example/hook"))
    (tmp_path / "open.secret").write_text(rig.HOOK)
    (tmp_path / "open.secret").chmod(0o644)
    (tmp_path / "keys").mkdir(exist_ok=True)
    (tmp_path / "keys/backed-up.secret").write_text(rig.HOOK)
    (tmp_path / "keys/backed-up.secret").chmod(0o600)
    text = (tmp_path / FILE).read_text("utf-8")
    name = lines.split(" ")[0]
    (tmp_path / FILE).write_text(re.sub(rf"(?m)^{name} = \"(https|office).*\n", "", text) + lines)
    with pytest.raises(ConfigError, match=r"notices\.targets\.office") as said:
        settings(config())
    assert rig.HOOK not in str(said.value)


def test_the_process_tells_what_stands_there_and_ends_when_it_is_asked(
    township: Township, tmp_path: Path, fake: Fake
) -> None:
    set_up(tmp_path, ("office", "https", fake.url))
    run(tmp_path)
    raised()
    stopping = threading.Event()

    def answered(got: rig.Got) -> tuple[int, bytes]:
        stopping.set()
        return rig.hook(got)

    fake.mood = answered
    process.run(config, now_ms, stopping)
    assert state() == [("sent", 1, "")]
