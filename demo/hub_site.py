"""The staff site as the product serves it, with the demo's software passkeys added.

Calls hub.wsgi and demo. Never part of the wheel.
"""

import argparse
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

from demo.injection import widened_policy, with_authenticator
from demo.state import DemoState

Headers = list[tuple[str, str]]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Injected:
    """WSGI: adds the demo's script to HTML answers and lets the policy allow it."""

    def __init__(self, application: Application, people_origin: str) -> None:
        self._application = application
        self._origin = people_origin

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        status, headers = "", []

        def remember(given: str, values: Headers, *_: object) -> None:
            nonlocal status, headers
            status, headers = given, values

        answer = self._application(environ, remember)
        try:
            body = b"".join(answer)
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()
        names = {name.lower(): value for name, value in headers}
        if names.get("content-type", "").startswith("text/html"):
            body = with_authenticator(body, self._origin)
            headers = [self._changed(name, value, body) for name, value in headers]
        start(status, headers)
        return [body]

    def _changed(self, name: str, value: str, body: bytes) -> tuple[str, str]:
        match name.lower():
            case "content-security-policy":
                return name, widened_policy(value, self._origin)
            case "content-length":
                return name, str(len(body))
        return name, value


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, listen: str, people_origin: str) -> None:
        self._listen = listen
        self._people = people_origin
        super().__init__()

    def load_config(self) -> None:
        settings = {
            "bind": [self._listen],
            "worker_class": "gthread",
            "threads": 8,
            "graceful_timeout": 5,
            "control_socket_disable": True,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Application:
        from hub.wsgi import application

        return Injected(application, self._people)


def main(argv: list[str] | None = None) -> int:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="demo.hub_site")
    parser.add_argument("--var", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    args = parser.parse_args(argv)
    state = DemoState.load(args.var)
    os.environ.update(DJANGO_SETTINGS_MODULE="hub.settings", SEALHUB_SITE="staff")
    _Server(f"127.0.0.1:{args.port}", state.origins["people"]).run()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
