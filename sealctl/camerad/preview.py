"""The preview socket: a small picture of the tray for the panel.

Calls `hardware.ports` and `wire`.
"""

import os
import socket
import socketserver
from collections.abc import Callable
from pathlib import Path
from typing import Final

from hardware.ports import Camera, HardwareError
from wire import cbor, frames
from wire.errors import WireError
from wire.refusals import to_dict

IDLE_S: Final = 60.0
"""A connection that says nothing for so long is closed."""


class PreviewServer(socketserver.ThreadingUnixStreamServer):
    """Answers the one verb `preview` → {jpeg}, on the socket `given` or on one of its own, which is
    private before anybody can find it.

    `beat` is called in each round of `serve_forever`.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 32

    def __init__(
        self,
        path: Path,
        camera: Camera,
        given: socket.socket | None = None,
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        self.camera = camera
        self._beat = beat
        self._own = None if given else path
        super().__init__(str(path), _Connection, bind_and_activate=False)
        if given:
            self.socket.close()
            self.socket = given
        else:
            self._bind(path)
        self.server_activate()

    def service_actions(self) -> None:
        self._beat()

    def end(self) -> None:
        """Serve no longer; a socket of its own leaves no file behind."""
        self.shutdown()
        if self._own:
            self._own.unlink(missing_ok=True)

    def answer(self, request: object) -> dict[str, object]:
        """The reply to one request."""
        if not isinstance(request, dict) or request.keys() != {"id", "verb", "args"}:
            return _error(0, "bad_request", "id, verb and args expected")
        number = request["id"] if type(request["id"]) is int else 0
        if request["verb"] != "preview" or request["args"] != {}:
            return _error(number, "bad_request", "only preview, without arguments")
        try:
            return {"id": number, "ok": True, "result": {"jpeg": self.camera.preview()}}
        except HardwareError as error:
            return _error(number, "camera_unavailable", error.detail)

    def _bind(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.unlink(missing_ok=True)
        mask = os.umask(0o177)
        try:
            self.server_bind()
        finally:
            os.umask(mask)


class _Connection(socketserver.StreamRequestHandler):
    """Requests in order; garbage gets one error and a closed connection."""

    timeout = IDLE_S
    server: PreviewServer

    def handle(self) -> None:
        try:
            while header := self.rfile.read(frames.HEADER):
                if not self._one(header):
                    return
        except OSError:
            return

    def _one(self, header: bytes) -> bool:
        try:
            data = self.rfile.read(frames.unpack_length(header))
            request = cbor.decode(data, limit=frames.LIMIT)
        except WireError as error:
            self.wfile.write(frames.pack(_error(0, "bad_request", str(error))))
            return False
        self.wfile.write(frames.pack(self.server.answer(request)))
        return True


def _error(number: int, code: str, detail: str) -> dict[str, object]:
    return {"id": number, "ok": False, "error": to_dict(code, detail)}
