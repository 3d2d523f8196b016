"""The preview socket: a small picture of the tray for the panel.

Calls `hardware.ports` and `wire`.
"""

import os
import socketserver
from pathlib import Path

from hardware.ports import Camera, HardwareError
from wire import cbor, frames
from wire.errors import WireError
from wire.refusals import to_dict


class PreviewServer(socketserver.ThreadingUnixStreamServer):
    """Answers the one verb `preview` → {jpeg}."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, path: Path, camera: Camera) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            super().__init__(str(path), _Connection)
        finally:
            os.umask(before)
        self.camera = camera

    def answer(self, request: object) -> dict[str, object]:
        """The reply to one request."""
        number = request.get("id") if isinstance(request, dict) else None
        if type(number) is not int or request != {"id": number, "verb": "preview", "args": {}}:
            return {"id": 0, "ok": False, "error": to_dict("bad_request", "only preview")}
        try:
            return {"id": number, "ok": True, "result": {"jpeg": self.camera.preview()}}
        except HardwareError as error:
            refused = to_dict("camera_unavailable", error.detail)
            return {"id": number, "ok": False, "error": refused}

    def handle_error(self, *_: object) -> None:
        """A connection that breaks off is the caller's affair."""


class _Connection(socketserver.StreamRequestHandler):
    timeout = 60.0

    def handle(self) -> None:
        server = self.server
        if not isinstance(server, PreviewServer):
            raise TypeError("not a preview's server")
        while header := self.rfile.read(frames.HEADER):
            try:
                data = self.rfile.read(frames.unpack_length(header))
                request = cbor.decode(data, limit=frames.LIMIT)
            except WireError as error:
                refused = to_dict("bad_request", str(error))
                self.wfile.write(frames.pack({"id": 0, "ok": False, "error": refused}))
                return
            self.wfile.write(frames.pack(server.answer(request)))
