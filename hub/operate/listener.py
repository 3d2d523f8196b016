"""`sealhub metrics`: /healthz and /metrics for whoever watches the hub, on this computer alone.

Calls `hub.operate`, Django and the standard library's HTTP server. It listens on a loopback address
and nowhere else: what watches from another computer comes through a server that asks who it is.
"""

import ipaddress
import logging
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from django.db import close_old_connections

from hub.config import Config
from hub.operate import metrics
from hub.operate.doctor.checks import processes
from hub.operate.doctor.examine import examine
from hub.operate.doctor.gather import look
from hub.operate.doctor.model import Health

log = logging.getLogger(__name__)
TEXT = "text/plain; charset=utf-8"


class ListenError(Exception):
    """Nobody listens on that address; the text says why, in Chinese and English."""


def run(config: Config, listen: str, now_ms: Callable[[], int], stopping: threading.Event) -> None:
    """Until `stopping`; prints a line with `ready` at first. Raises ListenError."""
    server = _Server(_address(listen), _handler(lambda: look(config, now_ms())))
    with server:
        thread = threading.Thread(target=server.serve_forever, name="metrics", daemon=True)
        thread.start()
        print("metrics: ready", flush=True)
        stopping.wait()
        server.shutdown()
        thread.join(5)


class _Server(HTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        """Said as all else is."""
        log.exception("an answer failed")


def answer(path: str, seen: Callable[[], Health]) -> tuple[int, str, bytes]:
    """(status, content type, body)."""
    if path == "/healthz":
        return _health(seen())
    if path == "/metrics":
        health = seen()
        return 200, metrics.TYPE, metrics.render(health, examine(health))
    return 404, TEXT, b"/healthz, /metrics\n"


def _health(health: Health) -> tuple[int, str, bytes]:
    """200 while the database answers and every process that must run does."""
    wrong = ["database"] if health.stored is None else []
    wrong += processes.silent(health)
    return (503, TEXT, f"{' '.join(wrong)}\n".encode()) if wrong else (200, TEXT, b"ok\n")


def _handler(seen: Callable[[], Health]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            close_old_connections()
            status, kind, body = answer(self.path.split("?", 1)[0], seen)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            log.debug(format, *args)

    return Handler


def _address(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = host == "localhost"
    if not local or not port.isdecimal():
        raise ListenError(
            f"{listen}: 只能监听本机地址，如 127.0.0.1:8709。 "
            "Only a loopback address, as 127.0.0.1:8709."
        )
    return host, int(port)
