"""A lockd that says what a test wants, and the panel over it as a real server.

Calls `sealctl.panel`, `sealctl.camerad.preview` and `wire`. It speaks the panel socket's protocol
and judges nothing: tests set `state`, and say per verb what happens.
"""

import copy
import socketserver
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn

from hardware.ports import Frame, HardwareError
from sealctl.camerad.preview import PreviewServer
from sealctl.panel.app import create_app
from tests.panel import cast
from wire import cbor, frames
from wire.refusals import Refused, to_dict

PATIENCE_S = 20.0


@dataclass
class Lockd:
    """What lockd would answer; `calls` are the verbs that changed something, with their arguments.

    `on[verb]` is called with the arguments, and may answer, change `state` or raise Refused.
    """

    state: dict[str, Any] = field(default_factory=cast.idle)
    people: list[dict[str, Any]] = field(default_factory=cast.people)
    grants: list[dict[str, Any]] = field(default_factory=cast.grants)
    items: list[dict[str, Any]] = field(default_factory=cast.items)
    enrollable: list[dict[str, Any]] = field(default_factory=cast.enrollable)
    jobs: list[dict[str, Any]] = field(default_factory=cast.jobs)
    choices: dict[str, Any] = field(default_factory=cast.choices)
    corrections: list[dict[str, Any]] = field(default_factory=cast.corrections)
    drafting: int = 0
    on: dict[str, Callable[[dict[str, Any]], object]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def show(self, state: dict[str, Any]) -> None:
        """From now on this is the state; whoever watches is told."""
        with self.changed:
            self.state = {**copy.deepcopy(state), "rev": self.state["rev"] + 1}
            self.changed.notify_all()

    def answer(self, verb: str, given: dict[str, Any]) -> Any:
        if verb == "state":
            return self.state
        if verb == "watch":
            return self._watch(given["rev"], given["timeout_ms"] / 1000)
        if verb == "operators":
            return self.people
        if verb == "people":
            return self.enrollable
        if verb == "emergency_choices":
            return self.choices
        if verb in ("grants", "items", "corrections"):
            return getattr(self, verb)
        if verb == "drafting":
            return {"pages": self.drafting}
        if verb == "register":
            span = range(given["from_ms"], given["to_ms"])
            return [job for job in self.jobs if job["first_ms"] in span]
        self.calls.append((verb, given))
        if verb not in self.on:
            raise Refused("bad_request", verb)
        answer = self.on[verb](given)
        return {} if answer is None else answer

    def _watch(self, rev: int, seconds: float) -> dict[str, Any]:
        with self.changed:
            self.changed.wait_for(lambda: self.state["rev"] != rev, seconds)
            return self.state


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    block_on_close = False
    lockd: Lockd

    def handle_error(self, *_: object) -> None:
        """A browser that leaves is no error."""


class _Connection(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        while header := self.rfile.read(frames.HEADER):
            request = cbor.decode(self.rfile.read(frames.unpack_length(header)))
            try:
                result = self.server.lockd.answer(request["verb"], request["args"])
                reply = {"id": request["id"], "ok": True, "result": result}
            except Refused as refused:
                error = to_dict(refused.code, refused.detail)
                reply = {"id": request["id"], "ok": False, "error": error}
            self.wfile.write(frames.pack(reply))


@dataclass
class Eye:
    """A camera that shows one picture, or is gone."""

    picture: bytes
    gone: bool = False

    def capture(self, after_mono_ms: int) -> Frame:
        raise HardwareError("camera_unavailable", "previews only")

    def preview(self) -> bytes:
        if self.gone:
            raise HardwareError("camera_unavailable", "unplugged")
        return self.picture


@dataclass
class Rig:
    """The panel at `url` over `lockd` and `eye`."""

    lockd: Lockd
    eye: Eye
    url: str
    panel_sock: Path

    def reset(self) -> None:
        """As freshly started, with the same sockets."""
        fresh = Lockd()
        lockd = self.lockd
        lockd.people, lockd.grants, lockd.items = fresh.people, fresh.grants, fresh.items
        lockd.enrollable = fresh.enrollable
        lockd.choices, lockd.corrections = fresh.choices, fresh.corrections
        lockd.jobs, lockd.drafting = fresh.jobs, 0
        lockd.on, lockd.calls = {}, []
        self.eye.gone = False
        lockd.show(fresh.state)


@contextmanager
def panel(folder: Path, voices: Sequence[Path] = ()) -> Iterator[Rig]:
    """Everything running; stopped with the block."""
    panel_sock, preview_sock = folder / "panel.sock", folder / "preview.sock"
    lockd, eye = Lockd(), Eye(cast.tray())
    with lockd_at(panel_sock, lockd):
        preview = PreviewServer(preview_sock, eye)
        with _thread(preview.serve_forever):
            app = create_app(panel_sock, preview_sock, voices, cast.PHONE)
            config = uvicorn.Config(
                app, port=0, log_level="warning", lifespan="off", ws="none", timeout_keep_alive=1
            )
            server = uvicorn.Server(config)
            with _thread(server.run):
                eventually(lambda: server.started, "the panel serves")
                port = server.servers[0].sockets[0].getsockname()[1]
                try:
                    yield Rig(lockd, eye, f"http://panel.localhost:{port}", panel_sock)
                finally:
                    server.should_exit = server.force_exit = True
            preview.shutdown()
        preview.server_close()


@contextmanager
def lockd_at(path: Path, lockd: Lockd) -> Iterator[None]:
    """The stand-in on its socket."""
    with _Server(str(path), _Connection) as server:
        server.lockd = lockd
        with _thread(server.serve_forever):
            try:
                yield
            finally:
                server.shutdown()
    path.unlink(missing_ok=True)


def eventually(condition: Callable[[], object], what: str) -> None:
    """Poll until it holds, or fail naming `what`."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, what
        threading.Event().wait(0.02)


@contextmanager
def _thread(work: Callable[[], object]) -> Iterator[None]:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    yield
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
