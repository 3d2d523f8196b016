"""The county's pages as the product serves them, with the demo's software passkeys added.

Calls county.pages_server and demo. Never part of the wheel.
"""

import argparse
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from county.pages_server import create_app
from demo.injection import widened_policy, with_authenticator
from demo.state import DemoState


class Injected:
    """ASGI: adds the demo's script to HTML answers and lets the policy allow it."""

    def __init__(self, app: ASGIApp, people_origin: str) -> None:
        self._app = app
        self._origin = people_origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start: Message = {}
        body = b""

        async def gather(message: Message) -> None:
            nonlocal body
            if message["type"] == "http.response.start":
                start.update(message)
                return
            body += message.get("body", b"")
            if not message.get("more_body"):
                await self._answer(start, body, send)

        await self._app(scope, receive, gather)

    async def _answer(self, start: Message, body: bytes, send: Send) -> None:
        headers = dict(start["headers"])
        if headers.get(b"content-type", b"").startswith(b"text/html"):
            body = with_authenticator(body, self._origin)
            policy = headers[b"content-security-policy"].decode()
            headers[b"content-security-policy"] = widened_policy(policy, self._origin).encode()
        headers[b"content-length"] = str(len(body)).encode()
        await send({**start, "headers": list(headers.items())})
        await send({"type": "http.response.body", "body": body})


def main(argv: list[str] | None = None) -> int:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="demo.county_site")
    parser.add_argument("--var", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    args = parser.parse_args(argv)
    state = DemoState.load(args.var)
    app = Injected(create_app(state.county_dir / "pages.json"), state.origins["people"])
    uvicorn.run(app, host="127.0.0.1", port=args.port, log_level="warning")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
