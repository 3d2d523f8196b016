"""Every adapter keeps one contract, against servers that answer as documented."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from hub.clock import now_ms
from hub.notices.adapters import KINDS
from hub.notices.adapters.model import Adapter, Outcome
from hub.notices.send import LIMIT, attempt, client
from hub.notices.words import MARK, Message
from tests.hub import notice_rig as rig
from tests.hub.notice_rig import Fake, Got, running

MESSAGE = Message(
    "sealhub-7", "alarm_raised", 1_790_000_000_000,
    f"【{MARK}】晨光村：新报警“机器报警”（第 7 号），请登录平台查看。",
    {"village": "sunrise", "number": 7},
)  # fmt: skip
ROBOTS = ("dingtalk", "wecom")


@pytest.fixture(params=list(KINDS))
def fake(request: pytest.FixtureRequest) -> Iterator[Fake]:
    with running(request.param) as made:
        yield made


def adapter(fake: Fake, secret: str | None = None) -> Adapter:
    lines = (secret or rig.SECRETS[fake.kind]).split()
    return KINDS[fake.kind].make(fake.url, lines)


def tell(made: Adapter, *, timeout_s: int = 5, at_ms: int | None = None) -> Outcome:
    return attempt(made, made.request(MESSAGE, at_ms or now_ms()), client(timeout_s))


def test_what_is_told_arrives_and_is_taken(fake: Fake) -> None:
    assert tell(adapter(fake)) == Outcome(sent=True)
    (got,) = fake.got
    assert MESSAGE.zh in json.dumps(got.said, ensure_ascii=False)


def test_another_secret_is_refused_there_and_said_here(fake: Fake) -> None:
    others = {
        "https": "whsec_" + "x" * 32,
        "dingtalk": f"{rig.TOKEN}\nSEC{'6' * 61}",
        "wecom": "another",
    }
    outcome = tell(adapter(fake, others[fake.kind]))
    codes = {"https": "http_401", "dingtalk": "errcode_310000", "wecom": "errcode_93000"}
    assert outcome == Outcome(sent=False, reason=codes[fake.kind])


def test_too_many_at_once_are_answered_by_silence() -> None:
    for kind, code, pause_s in (("dingtalk", 130101, 600), ("wecom", 45009, 60)):
        with running(kind) as fake:
            fake.mood = lambda _, code=code: (200, json.dumps({"errcode": code}).encode())
            wanted = Outcome(sent=False, reason=f"errcode_{code}", pause_s=pause_s)
            assert tell(adapter(fake)) == wanted
            assert adapter(fake).per_minute == 20


@pytest.mark.parametrize("status", [301, 307, 400, 404, 429, 500, 503])
def test_any_other_status_is_said_and_no_redirect_is_followed(fake: Fake, status: int) -> None:
    fake.mood = lambda _: (status, b"")
    assert tell(adapter(fake)) == Outcome(sent=False, reason=f"http_{status}")
    assert len(fake.got) == 1


@pytest.mark.parametrize("body", [b"", b"ok", b"[]", b"{}", b'{"errcode": "0"}', b"[" * 9999])
@pytest.mark.parametrize("kind", ROBOTS)
def test_an_answer_of_no_form_is_no_yes(kind: str, body: bytes) -> None:
    with running(kind) as fake:
        fake.mood = lambda _: (200, body)
        assert tell(adapter(fake)) == Outcome(sent=False, reason="answer")


def test_an_endless_answer_is_not_read(fake: Fake) -> None:
    fake.mood = lambda _: (200, b"x" * (LIMIT + 1))
    assert tell(adapter(fake)) == Outcome(sent=False, reason="answer")


def test_a_target_that_hangs_is_left(fake: Fake) -> None:
    done = threading.Event()

    def hang(_: Got) -> tuple[int, bytes]:
        done.wait(20)
        return 200, b""

    fake.mood = hang
    try:
        assert tell(adapter(fake), timeout_s=1) == Outcome(sent=False, reason="timeout")
    finally:
        done.set()


def test_nobody_there(fake: Fake) -> None:
    made: Any = KINDS[fake.kind].make("http://127.0.0.1:1/x", rig.SECRETS[fake.kind].split())
    assert tell(made) == Outcome(sent=False, reason="unreachable")


def test_nobody_wants_it_any_more() -> None:
    with running("https") as fake:
        fake.mood = lambda _: (410, b"")
        assert tell(adapter(fake)) == Outcome(sent=False, reason="http_410", over=True)


def test_a_message_replayed_later_is_refused_by_who_looks_at_its_time() -> None:
    for kind in ("https", "dingtalk"):
        with running(kind) as fake:
            assert not tell(adapter(fake), at_ms=now_ms() - 2 * 3_600_000).sent


def test_secrets_show_in_no_text_of_ours(fake: Fake) -> None:
    made = adapter(fake)
    shown = repr(made) + repr(made.request(MESSAGE, now_ms()))
    for secret in rig.SECRETS[fake.kind].split():
        assert secret not in shown


@pytest.mark.parametrize(
    ("kind", "secret"),
    [
        ("https", ""),
        ("https", "whsec_short"),
        ("https", "plain"),
        ("https", "whsec_***"),
        ("dingtalk", "t"),
        ("dingtalk", "t\nsecret"),
        ("wecom", "a\nb"),
        ("wecom", ""),
    ],
)
def test_a_secret_of_another_form_is_refused(kind: str, secret: str) -> None:
    with pytest.raises(ValueError, match="line"):
        KINDS[kind].make("http://127.0.0.1:1/x", secret.split())
