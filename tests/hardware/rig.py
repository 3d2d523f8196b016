"""The simulated body's process for tests: start, kill, ask. Calls hardware.sim.client and wire."""

import os
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hardware.sim.client import SimClient
from wire import cbor, frames

ROOT = Path(__file__).parents[2]
PATIENCE_S = 20.0
BEAT_S = 0.005


def eventually(condition: Callable[[], bool], what: str) -> None:
    """Poll until it holds, or fail naming `what`."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, what
        threading.Event().wait(BEAT_S)


@dataclass
class BodyProcess:
    """The body over the machine folder `state`; it can be killed and switched on again."""

    state: Path
    options: tuple[str, ...] = ()
    popen: subprocess.Popen[bytes] | None = None

    @property
    def sock(self) -> Path:
        return self.state / "run" / "body.sock"

    @property
    def client(self) -> SimClient:
        return SimClient(self.sock)

    def start(self) -> None:
        command = [sys.executable, "-m", "hardware.sim.server", "--state", str(self.state)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.popen = subprocess.Popen([*command, *self.options], cwd=ROOT, env=environment)
        eventually(self._answers, "the body answers")

    def kill(self) -> None:
        """As kill -9 does it."""
        assert self.popen is not None
        self.popen.kill()
        self.popen.wait()

    def stop(self) -> int:
        """As a service manager does it; the exit status."""
        assert self.popen is not None
        self.popen.terminate()
        return self.popen.wait(PATIENCE_S)

    def alive(self) -> bool:
        return self.popen is not None and self.popen.poll() is None

    def ask(self, verb: str, **arguments: object) -> Any:
        """The result; AssertionError with the refusal when there is none."""
        reply = self.reply(verb, **arguments)
        assert reply["ok"], reply
        return reply["result"]

    def reply(self, verb: str, **arguments: object) -> Any:
        request = frames.pack({"id": 7, "verb": verb, "args": arguments})
        answer = exchange(self.sock, request)
        assert answer is not None
        return answer

    def _answers(self) -> bool:
        assert self.alive(), "the body ended at its start"
        try:
            return bool(self.reply("snapshot")["ok"])
        except (OSError, AssertionError):
            return False


@contextmanager
def body_process(state: Path, *options: str) -> Iterator[BodyProcess]:
    """A running body; ended with the block."""
    process = BodyProcess(state, options)
    process.start()
    try:
        yield process
    finally:
        if process.alive():
            process.kill()


@contextmanager
def babbling(path: Path, answer: bytes) -> Iterator[None]:
    """Somebody who takes a body's place and answers everything with these bytes."""

    class Connection(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(1 << 16)
            self.request.sendall(answer)

    with socketserver.ThreadingUnixStreamServer(str(path), Connection) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


def exchange(sock: Path, data: bytes) -> Any:
    """Send raw bytes, then nothing more: the first reply's value, or None where it hangs up."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
        link.settimeout(PATIENCE_S)
        link.connect(str(sock))
        try:
            link.sendall(data)
            link.shutdown(socket.SHUT_WR)
            answer = _all(link)
        except ConnectionError:
            return None
    if not answer:
        return None
    length = frames.unpack_length(answer[: frames.HEADER])
    return cbor.decode(answer[frames.HEADER : frames.HEADER + length], limit=frames.LIMIT)


def _all(link: socket.socket) -> bytes:
    data = bytearray()
    while part := link.recv(1 << 16):
        data += part
    return bytes(data)
