"""The panel towards whoever speaks HTTP to it: strangers, garbage, a lockd that is not there."""

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sealctl.panel import actions
from tests.panel import cast
from tests.panel.rig import Rig, eventually, panel
from tests.support.ports import free_port
from wire.refusals import REFUSALS

pytestmark = pytest.mark.xdist_group("panel_http")

ROOT = Path(__file__).parents[2]
PATHS = (
    *("/", "/pin", "/grants", "/read", "/items", "/items/crime", "/items/crime/demanded"),
    *("/draft", "/draft/house", "/draft/house/what", "/draft/house/sent"),
    *("/draft/house/who", "/enrol", "/enrol?person=p-0", "/unenrol", "/unenrol?person=p-0"),
    *("/items/crime/noted", "/register", "/watch"),
    *("/emergency", "/emergency?matter=item-1/committee", "/corrections", "/corrections?done=yes"),
)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with panel(tmp_path_factory.mktemp("panel")) as made:
        yield made


@pytest.fixture(scope="module")
def client(rig: Rig) -> Iterator[httpx.Client]:
    port = httpx.URL(rig.url).port
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as made:
        yield made


@pytest.fixture(autouse=True)
def _fresh(rig: Rig) -> None:
    rig.reset()
    for verb in (*actions.ACTIONS,):
        rig.lockd.on[verb] = lambda _: None


def own(client: httpx.Client) -> dict[str, str]:
    return {**FORM, "Origin": str(client.base_url).rstrip("/"), "Sec-Fetch-Site": "same-origin"}


def test_its_own_page_may_post(rig: Rig, client: httpx.Client) -> None:
    answer = client.post("/do/stamp", headers=own(client))
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert rig.lockd.calls == [("stamp", {})]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.localhost"},
        {"Origin": "null"},
        {"Origin": "https://127.0.0.1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_a_foreign_post_is_refused(rig: Rig, client: httpx.Client, headers: dict[str, str]) -> None:
    for name in actions.ACTIONS:
        answer = client.post(f"/do/{name}", headers={**FORM, **headers}, content=b"pin=1&person=a")
        assert answer.status_code == 403
    assert rig.lockd.calls == []


def test_another_port_of_this_machine_is_foreign_too(rig: Rig, client: httpx.Client) -> None:
    headers = {**own(client), "Origin": "http://127.0.0.1:8700"}
    assert client.post("/do/stamp", headers=headers).status_code == 403
    assert rig.lockd.calls == []


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "10.0.0.7", ""])
def test_a_rebound_name_sees_nothing(client: httpx.Client, host: str) -> None:
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == 403
    assert "钱七" not in answer.text


@pytest.mark.parametrize(
    "path", ["/", "/items", "/nothing", "/static/panel.css", "/static/icon.svg", "/preview.jpg"]
)
def test_every_answer_forbids_frames_script_and_caching(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("login", b""),
        ("login", b"person=p-0"),
        ("login", b"person=p-0&pin=1&pin=2"),
        ("choose", b"grant=zz"),
        ("choose", b"\xff\xfe"),
        ("choose", b"grant=" + b"a" * 5000),
        ("login", b"&".join(b"a%d=1" % number for number in range(20))),
    ],
)
def test_a_garbage_form_gets_a_clear_error(
    rig: Rig, client: httpx.Client, name: str, body: bytes
) -> None:
    answer = client.post(f"/do/{name}", headers=own(client), content=body)
    assert answer.status_code == 400
    assert REFUSALS["bad_request"].zh in answer.text
    assert REFUSALS["bad_request"].next_zh in answer.text
    assert rig.lockd.calls == []


def test_a_verb_without_a_form_does_not_exist(rig: Rig, client: httpx.Client) -> None:
    for name in ("state", "enrol", "import", "../do/stamp"):
        assert client.post(f"/do/{name}", headers=own(client)).status_code in (404, 303)
    assert [verb for verb, _ in rig.lockd.calls if verb != "stamp"] == []
    assert client.get("/do/stamp").status_code == 405


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    path=st.sampled_from(PATHS),
    query=st.text(max_size=40),
    body=st.binary(max_size=80),
    name=st.sampled_from(sorted(actions.ACTIONS)),
)
def test_no_request_makes_it_fail(
    rig: Rig, client: httpx.Client, path: str, query: str, body: bytes, name: str
) -> None:
    names = ("page", "person", "cls", "rev", "n", "month", "method", "witness", "matter")
    answer = client.get(path, params=dict.fromkeys(names, query))
    assert answer.status_code in (200, 303, 503)
    answer = client.post(f"/do/{name}", headers=own(client), content=body)
    assert answer.status_code in (303, 400)


@pytest.mark.parametrize(
    "back",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "/do/stamp", "", "x\r\ny"],
)
def test_a_switch_leads_back_into_the_panel_only(client: httpx.Client, back: str) -> None:
    answer = client.post("/set", headers=own(client), data={"back": back, "size": "large"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert "size=large" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie


def test_a_switch_takes_no_other_value(client: httpx.Client) -> None:
    fields = {"back": "/items?cls=forbidden", "size": "huge", "lang": "en"}
    answer = client.post("/set", headers=own(client), data=fields)
    assert answer.headers["location"] == "/items?cls=forbidden"
    assert "set-cookie" not in answer.headers


def test_names_are_text_and_never_markup(rig: Rig, client: httpx.Client) -> None:
    evil = "<script>alert(1)</script>"
    rig.lockd.people = [{"person": "p-0", "name": evil}]
    rig.lockd.grants = [cast.grant(evil, applicant_name=evil, seal_name=evil)]
    for state in (cast.idle(), cast.identified(), cast.chosen(grant=rig.lockd.grants[0])):
        rig.lockd.show(state)
        text = client.get("/").text
        assert "&lt;script&gt;" in text
        assert evil not in text


def test_unknown_words_of_a_newer_lockd_are_shown_not_hidden(
    rig: Rig, client: httpx.Client
) -> None:
    rig.lockd.show(cast.photographed("page_upside_down"))
    assert "page_upside_down" in client.get("/").text
    rig.lockd.show(cast.idle(state="maintenance"))
    assert "机器现在不能用" in client.get("/").text


def test_a_camera_that_is_gone_is_no_failure_of_the_page(rig: Rig, client: httpx.Client) -> None:
    rig.eye.gone = True
    answer = client.get("/preview.jpg")
    assert answer.status_code == 503
    assert REFUSALS["camera_unavailable"].zh in answer.text
    rig.eye.gone = False
    assert client.get("/preview.jpg").content == rig.eye.picture


@pytest.mark.parametrize("reply", [b"", b"\x00\x00", b"\xff\xff\xff\xff", b"\x00\x00\x00\x01\x9f"])
def test_a_lockd_that_answers_nonsense_is_named_as_unavailable(
    rig: Rig, client: httpx.Client, tmp_path: Path, reply: bytes
) -> None:
    hidden = rig.panel_sock.with_suffix(".away")
    rig.panel_sock.rename(hidden)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
            server.bind(str(rig.panel_sock))
            server.listen()
            thread = threading.Thread(target=_say, args=(server, reply))
            thread.start()
            answer = client.get("/")
            thread.join()
    finally:
        rig.panel_sock.unlink()
        hidden.rename(rig.panel_sock)
    assert answer.status_code == 503
    assert REFUSALS["unavailable"].zh in answer.text


@pytest.mark.processes
def test_the_process_answers_without_lockd_and_ends_when_told(tmp_path: Path) -> None:
    port = free_port()
    code = (
        "from pathlib import Path; from sealctl.notify import Notifier, Watchdog; "
        "from sealctl.panel.serving import serve; told = Notifier({}); "
        f"serve('127.0.0.1', {port}, panel_sock=Path('none'), preview_sock=Path('none'), "
        "voices=(), phone='', notifier=told, watchdog=Watchdog(told, None))"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    try:
        url = f"http://127.0.0.1:{port}/"
        eventually(lambda: _status(url) == 503, "the panel says that lockd is away")
        process.terminate()
        assert process.wait(10) in (0, -signal.SIGTERM)
    finally:
        process.kill()
        process.wait()


def _status(url: str) -> int | None:
    try:
        return httpx.get(url, trust_env=False).status_code
    except httpx.ConnectError:
        return None


def _say(server: socket.socket, reply: bytes) -> None:
    link, _ = server.accept()
    with link:
        link.recv(1 << 16)
        link.sendall(reply)
