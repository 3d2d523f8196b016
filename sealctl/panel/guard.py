"""Who may speak to the panel, and what its pages may do. Calls nothing of ours.

The panel has an origin of its own. A POST must come from it (Origin, else Sec-Fetch-Site, must say
so); a request must name a host of this machine, which stops DNS rebinding. Every answer forbids
frames, foreign content, inline script and caching.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def is_local(host: str) -> bool:
    """Whether a Host header names this machine itself: a loopback address or *.localhost."""
    name = urlsplit(f"//{host}").hostname or ""
    return name in LOCAL_NAMES or name.endswith(".localhost")


def is_own(headers: Mapping[str, str], scheme: str) -> bool:
    """Whether a POST with these headers was sent by a page of the panel itself."""
    site = headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    origin = headers.get("origin")
    if origin is not None:
        return origin == f"{scheme}://{headers.get('host', '')}"
    return site == "same-origin"


class Guard:
    """ASGI middleware: 403 for foreign requests, the headers on everything."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        headers = Headers(scope=scope)
        app = self._app if _permitted(scope, headers) else _FORBIDDEN
        await app(scope, receive, send_guarded)


def _permitted(scope: Scope, headers: Headers) -> bool:
    if not is_local(headers.get("host", "")):
        return False
    return scope["method"] in ("GET", "HEAD") or is_own(headers, scope["scheme"])


_FORBIDDEN = PlainTextResponse(
    "只接受本机面板的操作。Only this machine's own panel may do this.\n", 403
)
