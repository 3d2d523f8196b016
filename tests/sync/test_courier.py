"""The courier's side of lockd's socket, against a lockd that says anything at all."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sealctl.lockd import doors
from sealctl.lockd.server import serve
from sync.courier import AwayError, Courier
from tests.support.courier_peer import CourierPeer
from tests.support.machine import Rig
from tests.sync.ingest_peer import TownshipLog
from wire import frames
from wire.refusals import Refused, to_dict

HELLO = {"device": "sunrise-1", "list_version": 1, "last": 2, "receipted": 2, "answered": 2}


class Saying:
    """A socket that answers every request with the same bytes, then closes."""

    def __init__(self, path: Path) -> None:
        self.answer = b""
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(path))
        self._socket.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                connection.sendall(self.answer)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@pytest.fixture
def saying(tmp_path: Path) -> Iterator[Saying]:
    made = Saying(tmp_path / "courier.sock")
    yield made
    made.close()


@pytest.fixture
def courier(tmp_path: Path) -> Iterator[Courier]:
    made = Courier(tmp_path / "courier.sock", timeout_s=2)
    yield made
    made.close()


def test_what_lockd_says_is_read(saying: Saying, courier: Courier) -> None:
    saying.answer = frames.pack({"id": 1, "ok": True, "result": HELLO})
    assert courier.hello().last == 2


def test_a_refusal_keeps_its_code(saying: Saying, courier: Courier) -> None:
    error = to_dict("list_rollback", "version 3 after 4")
    saying.answer = frames.pack({"id": 1, "ok": False, "error": error})
    with pytest.raises(Refused, match="list_rollback: version 3"):
        courier.adopt(b"a list")


@pytest.mark.parametrize("error", [None, 1, {"code": "no such code"}, {"code": 7}])
def test_an_unknown_refusal_is_a_refusal(saying: Saying, courier: Courier, error: object) -> None:
    saying.answer = frames.pack({"id": 1, "ok": False, "error": error})
    with pytest.raises(Refused, match="internal"):
        courier.adopt(b"a list")


@pytest.mark.parametrize(
    "reply",
    [
        {"id": 2, "ok": True, "result": HELLO},
        {"id": 1, "ok": True, "result": {**HELLO, "more": 1}},
        {"id": 1, "ok": True, "result": {**HELLO, "last": -1}},
        {"id": 1, "ok": True},
        [1],
    ],
)
def test_an_answer_of_another_shape_is_none(
    saying: Saying, courier: Courier, reply: object
) -> None:
    saying.answer = frames.pack(reply)
    with pytest.raises(AwayError):
        courier.hello()


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(answer=st.binary(max_size=60))
def test_garbage_is_an_absence(saying: Saying, courier: Courier, answer: bytes) -> None:
    saying.answer = answer
    with pytest.raises(AwayError):
        courier.hello()


def test_lockd_s_absence_is_said_and_its_return_is_used(courier: Courier, tmp_path: Path) -> None:
    with pytest.raises(AwayError):
        courier.hello()
    peer = CourierPeer(tmp_path / "courier.sock", TownshipLog().verifier).start()
    peer.write(3)
    assert courier.hello().last == 3
    assert [one.seq for one in courier.pull(1, 10, 0)] == [2, 3]
    peer.stop()
    with pytest.raises(AwayError):
        courier.hello()


def test_the_real_lockd_understands_every_verb(tmp_path: Path) -> None:
    asyncio.run(_with_the_real_lockd(tmp_path))


async def _with_the_real_lockd(folder: Path) -> None:
    rig = Rig.build(folder)
    page = b"an approved page"
    rig.grant(pages=(sha256(page).digest(),))
    path = folder / "run" / "courier.sock"
    serving = asyncio.create_task(serve(rig.core, doors.own({"courier": path}), folder / "pages"))
    await asyncio.sleep(0)
    with suppress(asyncio.CancelledError):
        await asyncio.to_thread(_converse, Courier(path), page)
        serving.cancel()
        await serving


def _converse(courier: Courier, page: bytes) -> None:
    hello = courier.hello()
    entries = courier.pull(0, 256, 1000)
    assert [one.seq for one in entries] == list(range(1, hello.last + 1))
    courier.contact(online=True)
    assert courier.wanted() == (sha256(page).digest(),)
    courier.page(page)
    assert courier.wanted() == ()
    assert courier.photos() == ()
    courier.photo_sent(bytes(32))
    with pytest.raises(Refused):
        courier.adopt(b"no list")
    with pytest.raises(Refused):
        courier.receipts(b"no receipts")
    courier.close()
