"""The simulated body as a process: its drivers, its memory, its manners towards garbage."""

import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from demo.paper import DOCUMENTS, png
from hardware.clock import SystemClock
from hardware.ports import HardwareError
from hardware.sim.client import SimClient
from tests.hardware.rig import (
    ROOT,
    BodyProcess,
    babbling,
    body_process,
    eventually,
    exchange,
)
from wire import frames

NOW = SystemClock().mono_ms


@pytest.fixture(scope="module")
def shared_body(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BodyProcess]:
    with body_process(tmp_path_factory.mktemp("machine")) as process:
        yield process


@pytest.fixture
def body(tmp_path: Path) -> Iterator[BodyProcess]:
    with body_process(tmp_path) as process:
        yield process


def _stamp(body: BodyProcess) -> None:
    """One whole opening with a press, as lockd drives it."""
    client = body.client
    client.head.select(2)
    eventually(lambda: client.head.status().home, "the carriage arrives")
    client.lock.energise(5_000)
    eventually(lambda: bool(body.ask("press")["pressed"]), "the lever moves")
    eventually(client.lock.engaged, "the bolt returns after the press")
    eventually(lambda: client.head.status().home, "the stamp is up")


def test_one_opening_is_one_press_and_the_print_is_on_the_paper(body: BodyProcess) -> None:
    body.ask("lay", png=png(DOCUMENTS["house"]))
    before = body.client.camera.capture(0)
    _stamp(body)
    status = body.client.head.status()
    assert (status.unlatches, status.presses, status.slot) == (1, 1, 2)
    assert body.ask("press") == {"pressed": False}
    after = body.client.camera.capture(NOW())
    assert after.mono_ms > before.mono_ms
    assert after.jpeg != before.jpeg
    assert body.ask("clear")["png"].startswith(b"\x89PNG")
    assert body.ask("clear") == {"png": None}


def test_a_motor_presses_by_itself(tmp_path: Path) -> None:
    with body_process(tmp_path, "--auto-press-ms", "50") as body:
        body.client.lock.energise(5_000)
        eventually(lambda: body.client.head.status().presses == 1, "the motor presses")


def test_counters_seals_and_paper_outlive_kill_9(body: BodyProcess) -> None:
    body.ask("lay", png=png(DOCUMENTS["land"]))
    body.ask("seal", slot=3, present=False)
    _stamp(body)
    body.client.lock.energise(5_000)
    body.kill()
    body.start()
    found = body.ask("snapshot")
    assert (found["unlatches"], found["presses"], found["paper"]) == (2, 1, True)
    assert found["engaged"] is True, "without current the spring holds the bolt"
    assert sorted(body.client.slots.present()) == [1, 2]


def test_kill_9_in_the_middle_of_openings_never_loses_a_counted_one(body: BodyProcess) -> None:
    for count in range(1, 4):
        body.client.lock.energise(1_000)
        body.kill()
        body.start()
        assert body.client.head.status().unlatches == count


def test_the_bolt_returns_when_the_host_falls_silent(body: BodyProcess) -> None:
    body.client.lock.energise(60_000)
    eventually(lambda: not body.ask("snapshot")["engaged"], "the bolt is withdrawn")
    eventually(lambda: bool(body.ask("snapshot")["engaged"]), "nobody asked the head any more")


def test_a_body_that_is_gone_is_a_hardware_error(body: BodyProcess) -> None:
    client = body.client
    assert body.stop() == 0
    assert not body.sock.exists()
    for call in (client.lock.engaged, client.lock.release, client.head.status, client.case.closed):
        with pytest.raises(HardwareError) as caught:
            call()
        assert caught.value.code == "hardware_fault"
    with pytest.raises(HardwareError) as gone:
        client.camera.preview()
    assert gone.value.code == "camera_unavailable"


def test_a_restarted_body_is_found_again_by_the_same_drivers(body: BodyProcess) -> None:
    client = body.client
    assert client.lock.engaged()
    body.kill()
    with pytest.raises(HardwareError):
        client.lock.engaged()
    body.start()
    assert client.lock.engaged()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x00\x00",
        b"\x00\x00\x00\x05\xff\xff\xff\xff\xff",
        frames.pack([]),
        *(
            frames.pack({"id": 1, "ok": True, "result": result})
            for result in (None, 1, "closed", [True], {"closed": True})
        ),
        frames.pack({"id": 1, "ok": 1, "result": True}),
    ],
)
def test_nonsense_from_the_body_is_never_a_closed_lock(tmp_path: Path, answer: bytes) -> None:
    client = SimClient(tmp_path / "body.sock")
    with babbling(tmp_path / "body.sock", answer):
        for call in (
            client.lock.engaged,
            client.case.closed,
            client.head.status,
            client.camera.preview,
            lambda: client.camera.capture(0),
            lambda: client.lock.energise(1),
        ):
            with pytest.raises(HardwareError):
                call()


def test_a_second_body_over_the_same_memory_is_refused(body: BodyProcess) -> None:
    command = [sys.executable, "-m", "hardware.sim.server", "--state", str(body.state)]
    second = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=20, check=False)
    assert second.returncode == 1
    assert "Another process" in second.stderr.decode()
    assert body.client.lock.engaged()


def test_damaged_memory_is_never_a_fresh_start(tmp_path: Path) -> None:
    (tmp_path / "body").mkdir()
    (tmp_path / "body" / "body.json").write_text('{"v": 1, "unlatches": ')
    command = [sys.executable, "-m", "hardware.sim.server", "--state", str(tmp_path)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=20, check=False)
    assert ended.returncode != 0
    assert "is damaged" in ended.stderr.decode()


def test_the_socket_is_private(shared_body: BodyProcess) -> None:
    assert shared_body.sock.stat().st_mode & 0o777 == 0o600


def test_faults_reach_the_drivers_and_can_be_mended(shared_body: BodyProcess) -> None:
    body, client = shared_body, shared_body.client
    for name, call in (
        ("head_silent", client.lock.engaged),
        ("camera_gone", client.camera.preview),
    ):
        body.ask("fault", name=name, value=True)
        with pytest.raises(HardwareError):
            call()
        body.ask("fault", name=name, value=False)
        call()
    body.ask("case", open=True)
    assert not client.case.closed()
    body.ask("case", open=False)
    assert client.case.closed()
    assert body.ask("picture")["jpeg"].startswith(b"\xff\xd8")


def test_a_frame_is_never_older_than_asked_for(shared_body: BodyProcess) -> None:
    wanted = NOW() + 300
    assert shared_body.client.camera.capture(wanted).mono_ms >= wanted
    with pytest.raises(HardwareError) as caught:
        shared_body.client.camera.capture(NOW() + 60_000)
    assert caught.value.code == "camera_unavailable"


def test_the_reader_gives_a_card_once(shared_body: BodyProcess) -> None:
    shared_body.ask("card", text="CARD-0417")
    reader = shared_body.client.reader
    assert (reader.read(), reader.read()) == ("CARD-0417", None)


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [
        ("open", {}),
        ("lock.energise", {}),
        ("lock.energise", {"bound_ms": "5000"}),
        ("lock.energise", {"bound_ms": 5000, "force": True}),
        ("seal", {"slot": 9, "present": True}),
        ("fault", {"name": "no_such_fault", "value": True}),
        ("fault", {"name": "as_dict", "value": True}),
        ("lay", {"png": b"no picture"}),
    ],
)
def test_what_makes_no_sense_is_refused(
    shared_body: BodyProcess, verb: str, arguments: dict[str, object]
) -> None:
    reply = shared_body.reply(verb, **arguments)
    assert (reply["ok"], reply["error"]["code"], reply["id"]) == (False, "bad_request", 7)
    assert shared_body.client.lock.engaged()


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=9) | st.binary(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    data=st.binary(max_size=64)
    | st.binary(max_size=64).map(lambda body: struct.pack(">I", len(body)) + body)
    | _VALUES.map(frames.pack)
    | st.fixed_dictionaries({"id": _VALUES, "verb": _VALUES, "args": _VALUES}).map(frames.pack)
)
def test_garbage_gets_an_error_or_a_closed_connection(
    shared_body: BodyProcess, data: bytes
) -> None:
    reply = exchange(shared_body.sock, data)
    assert reply is None or (reply["ok"] is False and reply["error"]["code"] == "bad_request")
    assert shared_body.alive()


def test_callers_that_say_nothing_do_not_keep_others_waiting(shared_body: BodyProcess) -> None:
    silent = [socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) for _ in range(40)]
    try:
        for link in silent:
            link.connect(str(shared_body.sock))
            link.sendall(b"\x00\x00")
        assert shared_body.client.lock.engaged()
    finally:
        for link in silent:
            link.close()
