"""A township's two sites over real HTTP, serving a sealed log, whose every answer can be bent.

Calls `tests.support.sealed_log`. `answers` replaces what stands at a path: bytes, or None for 404.
"""

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.sealed_log import SealedLog
from wire import cbor
from wire.lists.leaf import decode_list_leaf

TOKEN = "a-token"
PER_PAGE = 3


@dataclass
class Site:
    """`asked` are the paths asked for since it was cleared; `busy` are what the next answers by
    token say for how long they want nothing to be asked, before any other.
    """

    log: SealedLog
    folder: Path
    answers: dict[str, bytes | None] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    pages: int = PER_PAGE
    busy: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.publish()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def publish(self) -> None:
        """The log as it is by now, signed and on the public site."""
        self.log.write(self.folder)

    def answer(self, path: str) -> bytes | None:
        self.asked.append(path)
        if path in self.answers:
            return self.answers[path]
        if path.startswith("/log/"):
            return _file(self.folder / path.removeprefix("/log/"))
        name = path.removeprefix("/inspect/v1/")
        if name.startswith("openings?after="):
            after = int(name.partition("=")[2])
            rows = [[n, *row] for n, row in enumerate(self.log.openings.items(), start=1)]
            return cbor.encode({"items": rows[after : after + self.pages]})
        if name == "lists":
            named = [decode_list_leaf(leaf) for leaf in self.log.leaves if leaf[0] != 0xD2]
            return cbor.encode({"lists": [[one.device, one.version, one.sha256] for one in named]})
        if name == "roots":
            return cbor.encode({"roots": [self.log.root]})
        kind, _, digest = name.partition("/")
        held = {"lists": self.log.lists, "photos": self.log.photos}[kind]
        return held.get(bytes.fromhex(digest))


def _file(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            allowed = self.headers["Authorization"] == f"Bearer {TOKEN}"
            public = self.path.startswith("/log/")
            data = site.answer(self.path) if allowed or public else b""
            known = 404 if data is None else 200
            assert not (public and allowed), "the public site has no business with the token"
            busy = allowed and bool(site.busy)
            if busy:
                data, known = b"", 429
            self.send_response(known if allowed or public else 401)
            if busy:
                self.send_header("Retry-After", site.busy.pop(0))
            self.send_header("Content-Length", str(len(data or b"")))
            self.end_headers()
            self.wfile.write(data or b"")

        def log_message(self, *_: object) -> None:
            """Quiet."""

    return Handler
