"""The county's pages: fixed files and one configuration, under a strict policy, for anybody.

Calls `county.pages_config` and `county.history`. It has no session and no account: whoever controls
it can show another page, and read what approvers may read of themselves.
"""

import secrets
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from county.history.desk import Desk
from county.history.site import routes
from county.history.tickets import Tickets
from county.pages_config import PagesConfig, load

PAGES: Final = Path(__file__).parent / "pages"
_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
}
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "publickey-credentials-get=(self), publickey-credentials-create=(self), "
        "camera=(), microphone=()"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def serve(listen: tuple[str, int], config: Path) -> None:
    """Answer on host and port until told to stop; raises PagesConfigError at the start."""
    host, port = listen
    app = create_app(config)
    uvicorn.run(app, host=host, port=port, log_level="warning", server_header=False)


def create_app(config: Path) -> Starlette:
    """The pages over a configuration file; raises PagesConfigError where it cannot be used."""
    first = load(config)
    desk = Desk(
        first.rp_id,
        lambda: load(config).histories,
        Tickets(secrets.token_bytes(32), lambda: int(time.time()), secrets.token_bytes),
        lambda: time.time_ns() // 1_000_000,
    )

    async def configuration(_request: Request) -> Response:
        return Response(load(config).public(), media_type="application/json")

    async def verified(_request: Request) -> Response:
        return Response(load(config).verified(), media_type="application/json")

    async def officers(_request: Request) -> Response:
        told = load(config).second_officers(time.time_ns() // 1_000_000)
        return Response(told, media_type="application/json")

    async def home(_request: Request) -> Response:
        return RedirectResponse("/sign/")

    files = [Route(path, _file(file)) for path, file in sorted(_files().items())]
    return Starlette(
        routes=[
            Route("/", home),
            Route("/config.json", configuration),
            Route("/townships.json", verified),
            Route("/enrol/officers.json", officers),
            *files,
            *routes(desk),
        ],
        middleware=[
            Middleware(_Headers, headers={**_HEADERS, "Content-Security-Policy": _policy(first)})
        ],
    )


class _Headers:
    """Puts the same headers on every answer, refusals included."""

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self._app = app
        self._headers = [(name.lower().encode(), text.encode()) for name, text in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self._headers]
            await send(message)

        await self._app(scope, receive, with_headers)


def _policy(config: PagesConfig) -> str:
    elsewhere = (*config.hubs, *(one.public for one in config.townships))
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"connect-src 'self' {' '.join(dict.fromkeys(elsewhere))}",
            "img-src blob:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
        )
    )


def _files() -> dict[str, Path]:
    """Address → file of everything under `pages` that has a known type."""
    found = {}
    for file in PAGES.rglob("*"):
        if file.suffix in _TYPES:
            found["/" + file.relative_to(PAGES).as_posix()] = file
    folders = {path.removesuffix("index.html"): file for path, file in found.items()}
    return {**found, **folders}


def _file(file: Path) -> Callable[[Request], Awaitable[Response]]:
    data = file.read_bytes()

    async def answer(_request: Request) -> Response:
        return Response(data, media_type=_TYPES[file.suffix])

    return answer
