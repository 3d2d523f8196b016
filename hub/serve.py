"""Runs one of the hub's sites under gunicorn: one process, several threads, a clean end.

Calls `hub.config`; `hub.wsgi` is loaded by gunicorn. The blob site speaks TLS and takes only
clients with a certificate of the township's own authority.
"""

import ssl
from collections.abc import Callable
from typing import Any, Final

from gunicorn.app.base import BaseApplication

from hub.config import config

THREADS: Final = 8


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        from hub.wsgi import application  # Django is set up in the process that serves

        return application


def run(listen: str, *, machines_only: bool) -> None:
    """Until SIGTERM. `listen` is host:port; `machines_only` asks for their certificates (TLS)."""
    options: dict[str, Any] = {
        "bind": [listen],
        "worker_class": "gthread",
        "workers": 1,
        "threads": THREADS,
        "timeout": 60,
        "graceful_timeout": 5,
        "keepalive": 5,
        "limit_request_line": 8190,
        "control_socket_disable": True,
    }
    if machines_only:
        tls = config().broker.ca.parent
        options |= {
            "certfile": str(tls / "server.pem"),
            "keyfile": str(tls / "server.key"),
            "ca_certs": str(tls / "ca.pem"),
            "cert_reqs": ssl.CERT_REQUIRED,
            "ssl_context": _context,
        }
    _Server(options).run()


def _context(_config: Any, default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    context = default()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
