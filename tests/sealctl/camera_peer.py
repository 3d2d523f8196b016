"""lockd's side of the camera socket for tests: gives jobs, keeps the answers. Calls `wire`."""

import contextlib
import queue
import socket
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wire import cbor, frames
from wire.refusals import to_dict

PATIENCE_S = 20.0


class CameraPeer(socketserver.ThreadingUnixStreamServer):
    """Put jobs into `jobs`; answers come out of `answers` as (verb, arguments)."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), _Connection)
        self.jobs: queue.Queue[dict[str, Any]] = queue.Queue()
        self.answers: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()
        self.refusal: str | None = None
        self.links: list[socket.socket] = []

    def hang_up(self) -> None:
        """As when lockd's process ends."""
        for link in self.links:
            with contextlib.suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)

    def job(self, **changes: Any) -> tuple[str, dict[str, Any]]:
        """Give one job; the answer to it."""
        job = {"id": 1, "kind": "before", "after_mono_ms": 0, "pages": [], "before": None}
        self.jobs.put({**job, **changes})
        return self.answers.get(timeout=PATIENCE_S)

    def result(self, verb: str, given: dict[str, Any]) -> dict[str, Any] | None:
        """None: refused."""
        if verb == "next":
            try:
                return {"job": self.jobs.get(timeout=min(given["wait_ms"] / 1000, 0.2))}
            except queue.Empty:
                return {"job": None}
        self.answers.put((verb, given))
        return None if self.refusal else {}

    def handle_error(self, *_: object) -> None:
        """A camerad that leaves is no error."""


class _Connection(socketserver.StreamRequestHandler):
    server: CameraPeer

    def handle(self) -> None:
        self.server.links.append(self.request)
        while header := self.rfile.read(frames.HEADER):
            request = cbor.decode(self.rfile.read(frames.unpack_length(header)))
            result = self.server.result(request["verb"], request["args"])
            reply: dict[str, object] = {"id": request["id"], "ok": True, "result": result}
            if result is None:
                error = to_dict(str(self.server.refusal))
                reply = {"id": request["id"], "ok": False, "error": error}
            self.wfile.write(frames.pack(reply))


@contextlib.contextmanager
def camera_peer(path: Path) -> Iterator[CameraPeer]:
    """lockd's camera socket, served."""
    with CameraPeer(path) as peer:
        thread = threading.Thread(target=peer.serve_forever, daemon=True)
        thread.start()
        try:
            yield peer
        finally:
            peer.shutdown()
            thread.join()
            peer.hang_up()
    path.unlink(missing_ok=True)
