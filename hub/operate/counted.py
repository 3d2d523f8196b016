"""Counts what a site answers, gives its sign of life, and answers /healthz itself.

Calls `hub.operate.pulse` and Django's connection. Neither paths nor whoever asked are kept.
"""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.db import DatabaseError, connection

from hub.operate.pulse import EVERY_S, Pulse

Start = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], Start], Iterable[bytes]]


class Counted:
    """A WSGI application around another."""

    def __init__(self, inner: Wsgi, pulse: Pulse) -> None:
        self._inner = inner
        self._pulse = pulse
        threading.Thread(target=self._live, name="pulse", daemon=True).start()

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == "/healthz":
            return _healthz(start)
        began = time.monotonic()

        def counting(status: str, *rest: Any) -> Any:
            self._pulse.count(f"requests_{status[:1]}xx")
            self._pulse.count("request_seconds", time.monotonic() - began)
            return start(status, *rest)

        return self._inner(environ, counting)

    def _live(self) -> None:
        while True:
            self._pulse.beat()
            time.sleep(EVERY_S)


def _healthz(start: Start) -> Iterable[bytes]:
    """Whether this process reaches the database; nothing more is told to whoever asks."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        status, body = "200 OK", b"ok\n"
    except DatabaseError:
        status, body = "503 Service Unavailable", b"database\n"
    finally:
        connection.close_if_unusable_or_obsolete()
    start(status, [("Content-Type", "text/plain"), ("Cache-Control", "no-store")])
    return [body]
