"""The witness over HTTP: bounded bodies, bounded patience, one submission at a time.

Calls `wire.tlog`, `county.bodies` and `county.witness`. Everything from check to commit runs on the
one event loop without a pause.
"""

import asyncio
import time
from pathlib import Path
from typing import Final, cast

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from county.bodies import bounded
from county.witness.key import WitnessKey
from county.witness.service import Reply, Witness, refused
from county.witness.store import Store
from wire.tlog import submission

BODY_S: Final = 10.0
"""How long a body may take to arrive."""
IDLE_S: Final = 15
"""How long a connection may wait without a whole request head."""
MOST_CONNECTIONS: Final = 256
_NOTHING: Final = object()


def serve(listen: tuple[str, int], state: Path) -> None:
    """Answer on host and port until told to stop; raises KeyFileError or StoreError at first."""
    witness = Witness(WitnessKey.load(state), Store.open(state), clock=lambda: int(time.time()))
    uvicorn.Server(config(create_app(witness), listen)).run()


def config(app: Starlette, listen: tuple[str, int]) -> uvicorn.Config:
    """How the app is served: impatiently, and to a bounded number of clients."""
    host, port = listen
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=_Impatient,
        ws="none",
        lifespan="off",
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=IDLE_S,
        log_level="warning",
        server_header=False,
    )


def create_app(witness: Witness, *, body_s: float = BODY_S) -> Starlette:
    """`add-checkpoint`, and the checkpoints for monitors (C2SP tlog-witness)."""

    async def add_checkpoint(request: Request) -> Response:
        try:
            body = await bounded(request, submission.LIMIT, body_s)
        except TimeoutError:
            return _response(refused("too_slow"))
        except ClientDisconnect:
            return _response(refused("malformed"))
        return _response(refused("too_large") if body is None else witness.add_checkpoint(body))

    async def latest(request: Request) -> Response:
        return _response(witness.latest(request.path_params["origin"]))

    return Starlette(
        routes=[
            Route(submission.PATH, add_checkpoint, methods=["POST"]),
            Route("/{origin}/checkpoint", latest),
        ]
    )


def _response(reply: Reply) -> Response:
    """A client that is not finished yet is not listened to any longer."""
    unread = reply.status in (408, 413)
    return Response(
        reply.body,
        reply.status,
        headers={"Content-Type": reply.media, **({"Connection": "close"} if unread else {})},
    )


class _Impatient(H11Protocol):
    """Closes a connection that sits between two looks without a request of its own."""

    idle_s: float = IDLE_S
    _timer: asyncio.TimerHandle | None = None
    _past: object = _NOTHING

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast(asyncio.Transport, transport))
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def _look(self) -> None:
        waits = self.cycle is None or self.cycle.response_complete
        if waits and self._past is self.cycle:
            self.transport.close()
            return
        self._past = self.cycle if waits else _NOTHING
        self._timer = self.loop.call_later(self.idle_s, self._look)
