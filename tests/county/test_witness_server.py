"""Clients of the witness that are slow, many or two at once."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn

from county.witness import server
from county.witness.key import WitnessKey
from county.witness.service import Witness
from county.witness.store import Store
from tests.support.ports import free_port
from tests.support.witness import Log, WitnessProcess
from wire.tlog import submission

HEAD = f"POST {submission.PATH} HTTP/1.1\r\nHost: county.example\r\n"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def served(
    state: Path, monkeypatch: pytest.MonkeyPatch, talk: Callable[[Streams], Awaitable[bytes]]
) -> bytes:
    """What `talk` returns about one connection to a witness of little patience."""
    monkeypatch.setattr(server._Impatient, "idle_s", 0.1)

    async def both(store: Store, listening: socket.socket) -> bytes:
        witness = Witness(WitnessKey.create(state, "county.example/witness"), store, lambda: 0)
        app = server.create_app(witness, body_s=0.1)
        running = uvicorn.Server(server.config(app, listening.getsockname()))
        task = asyncio.create_task(running.serve([listening]))
        reader, writer = await asyncio.open_connection(*listening.getsockname())
        try:
            return await asyncio.wait_for(talk((reader, writer)), 20)
        finally:
            writer.close()
            running.should_exit = True
            await task

    with closing(Store.create(state)) as store, socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        return asyncio.run(both(store, listening))


@pytest.mark.parametrize("begun", [b"", b"POST /add-ch", HEAD.encode()])
def test_who_never_finishes_a_request_is_cut_off(
    begun: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def talk(streams: Streams) -> bytes:
        streams[1].write(begun)
        return await streams[0].read()

    assert served(tmp_path, monkeypatch, talk) == b""


def test_a_second_request_is_not_waited_for_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def talk(streams: Streams) -> bytes:
        streams[1].write(b"GET /none/checkpoint HTTP/1.1\r\nHost: x\r\n\r\nPOST ")
        return await streams[0].read()

    assert served(tmp_path, monkeypatch, talk).count(b"HTTP/1.1 404") == 1


def test_a_body_that_trickles_in_408(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def talk(streams: Streams) -> bytes:
        streams[1].write(f"{HEAD}Content-Length: 100\r\n\r\nold 0".encode())
        return await streams[0].read()

    told = served(tmp_path, monkeypatch, talk)
    assert told.startswith(b"HTTP/1.1 408")
    assert b"connection: close" in told.lower()


@pytest.mark.parametrize("frame", ["Content-Length: 999999999", "Transfer-Encoding: chunked"])
def test_a_body_without_end_413(
    frame: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def talk(streams: Streams) -> bytes:
        much = b"x" * (submission.LIMIT + 1)
        chunk = b"%x\r\n" % len(much) if "chunked" in frame else b""
        streams[1].write(f"{HEAD}{frame}\r\n\r\n".encode() + chunk + much)
        return await streams[0].read()

    assert served(tmp_path, monkeypatch, talk).startswith(b"HTTP/1.1 413")


@pytest.mark.processes
def test_two_processes_over_one_file_never_cosign_two_trees(tmp_path: Path) -> None:
    """Somebody started a second one: check and persist are one transaction of the file."""
    names = [f"town-{n}.example/log" for n in range(8)]
    honest = [replace(Log.of(3), name=name) for name in names]
    forked = [replace(Log.of(3, forked_at=1), name=name) for name in names]
    first = WitnessProcess.build(tmp_path, *(log.vkey for log in honest))
    second = WitnessProcess(first.state, free_port())
    first.start()
    second.start()
    with ThreadPoolExecutor(4) as threads:
        pairs = [
            (
                threads.submit(first.submit, one.asks(0, 3)),
                threads.submit(second.submit, other.asks(0, 3)),
            )
            for one, other in zip(honest, forked, strict=True)
        ]
        told = [sorted(one.result().status_code for one in pair) for pair in pairs]
    first.stop()
    second.stop()
    assert told == [[200, 409]] * len(names)
    with closing(Store.open(first.state)) as store:
        assert len(store.forks()) == len(names)
