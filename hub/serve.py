"""Runs one of the hub's sites under gunicorn: one process, several threads, a clean end.

Calls `hub.config`; `hub.wsgi` is loaded by gunicorn. The blob site speaks TLS and takes only
clients with a certificate of the township's own authority that is not revoked; the enrolment site
takes those without one, too. Certificates and CRL are read for each connection: what is renewed or
revoked counts from the next one on.
"""

import ssl
from collections.abc import Callable
from typing import Any, Final

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from hub.config import config
from hub.revoked import CRL

THREADS: Final = 8


class _Logger(Logger):  # type: ignore[misc]
    """What gunicorn says is written as the hub's settings want it."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


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


MACHINES: Final = {"blobs": ssl.CERT_REQUIRED, "enrol": ssl.CERT_OPTIONAL}
"""The sites that machines reach over TLS, and whether a certificate is demanded of them."""


def run(listen: str, site: str) -> None:
    """Until SIGTERM. `listen` is host:port; those of MACHINES speak TLS."""
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
        "logger_class": _Logger,
    }
    if site in MACHINES:
        tls = config().broker.ca.parent
        options |= {
            "certfile": str(tls / "server.pem"),
            "keyfile": str(tls / "server.key"),
            "ca_certs": str(tls / "ca.pem"),
            "cert_reqs": MACHINES[site],
            "ssl_context": _context,
        }
    _Server(options).run()


def _context(_config: Any, default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    context = default()
    context.load_verify_locations(config().broker.ca.with_name(CRL))
    context.verify_flags |= ssl.VerifyFlags.VERIFY_CRL_CHECK_LEAF
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
