"""The simulated body as a process of its own: `python -m hardware.sim.server --state M`.

Calls hardware.sim, hardware.clock and wire. Serves M/run/body.sock; what iron would remember lies
in M/body/ and outlives a kill at any moment. One process per body: a second one is refused.
"""

import argparse
import fcntl
import logging
import os
import random
import signal
import socket
import socketserver
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from hardware.clock import SystemClock
from hardware.ports import HardwareError
from hardware.sim.body import SimBody
from hardware.sim.verbs import Shared, answer
from wire import cbor, frames, shape
from wire.errors import WireError
from wire.refusals import to_dict

log = logging.getLogger(__name__)

KEEP_S: Final = 0.02
IDLE_S: Final = 60.0
"""A connection that says nothing for so long is closed."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description="the simulated body of one machine")
    parser.add_argument("--state", type=Path, required=True, help="the machine's folder")
    parser.add_argument("--auto-press-ms", type=int, help="a motor presses so long after unlocking")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    with powered(given.state, auto_press_ms=given.auto_press_ms) as shared:
        serve(shared, given.state / "run" / "body.sock")


@contextmanager
def powered(state: Path, *, auto_press_ms: int | None = None) -> Iterator[Shared]:
    """The body with its memory in `state`/body; SystemExit when another process holds it."""
    folder = state / "body"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "held").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"{folder}: 另一个进程正在使用。 Another process holds this body.")
        clock = SystemClock()
        body = SimBody(clock, random.SystemRandom(), folder, auto_press_ms=auto_press_ms)
        yield Shared(body, clock)


def serve(shared: Shared, path: Path) -> None:
    """Answer on the socket and let the mechanism move, until an exception ends it."""
    with listening(shared, path) as server:
        server.serve_forever(poll_interval=0.1)


@contextmanager
def listening(shared: Shared, path: Path) -> Iterator[socketserver.BaseServer]:
    """The server on its socket, private from the first moment; the mechanism moves meanwhile."""
    stopped = threading.Event()
    keeper = threading.Thread(target=_keep, args=(shared, stopped), daemon=True)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)
    before = os.umask(0o177)
    try:
        server = _Server(path, shared)
    finally:
        os.umask(before)
    keeper.start()
    try:
        with server:
            yield server
    finally:
        stopped.set()
        keeper.join()
        path.unlink(missing_ok=True)


def _keep(shared: Shared, stopped: threading.Event) -> None:
    while not stopped.wait(KEEP_S):
        try:
            shared.keep()
        except OSError:
            log.exception("the body's memory cannot be written")


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, path: Path, shared: Shared) -> None:
        self.shared = shared
        super().__init__(str(path), _Connection)


class _Connection(socketserver.BaseRequestHandler):
    """Requests in order; garbage gets one error and a closed connection."""

    request: socket.socket
    server: _Server

    def handle(self) -> None:
        self.request.settimeout(IDLE_S)
        try:
            while self._one():
                pass
        except (OSError, EOFError):
            return

    def _one(self) -> bool:
        try:
            length = frames.unpack_length(self._exactly(frames.HEADER))
            request = cbor.decode(self._exactly(length), limit=frames.LIMIT)
        except WireError as error:
            self.request.sendall(frames.pack(_error(0, "bad_request", str(error))))
            return False
        self.request.sendall(frames.pack(_reply(self.server.shared, request)))
        return True

    def _exactly(self, length: int) -> bytes:
        data = bytearray()
        while len(data) < length:
            part = self.request.recv(min(length - len(data), 1 << 16))
            if not part:
                raise EOFError
            data += part
        return bytes(data)


def _reply(shared: Shared, request: object) -> dict[str, object]:
    if not isinstance(request, dict) or request.keys() != {"id", "verb", "args"}:
        return _error(0, "bad_request", "id, verb and args expected")
    number = request["id"] if type(request["id"]) is int else 0
    try:
        result = answer(shared, request["verb"], request["args"])
    except HardwareError as error:
        return _error(number, error.code, error.detail)
    except (shape.ShapeError, ValueError) as error:
        return _error(number, "bad_request", str(error))
    except OSError as error:
        return _error(number, "hardware_fault", f"memory: {error}")
    return {"id": number, "ok": True, "result": result}


def _error(number: int, code: str, detail: str) -> dict[str, object]:
    return {"id": number, "ok": False, "error": to_dict(code, detail)}


if __name__ == "__main__":
    main()
