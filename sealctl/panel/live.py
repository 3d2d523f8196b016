"""What a page fetches while it stands: news of lockd, the picture of the tray, spoken clips.

Calls only `sealctl.panel`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, cast

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from sealctl.panel import clips
from sealctl.panel.desk import Desk
from sealctl.panel.link import LockdError, ask
from sealctl.panel.shapes import State

WATCH_MS: Final = 20_000
"""How long one long poll waits for a change."""


class Live:
    """GET handlers over one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def watch(self, request: Request) -> Response:
        """Answer as soon as lockd's state differs from `rev`, or after WATCH_MS."""
        rev = request.query_params.get("rev", "")
        known = int(rev) if rev.isascii() and rev.isdigit() and len(rev) < 16 else 0
        waiting = ask(
            self._desk.lockd, "watch", wait_s=WATCH_MS / 1000 + 5, rev=known, timeout_ms=WATCH_MS
        )
        try:
            state = cast("State | None", await _unless_gone(request, waiting))
        except LockdError as error:
            return JSONResponse({"rev": None, "code": error.refusal["code"]}, 503)
        return JSONResponse({"rev": state["rev"] if state else None})

    async def preview(self, _request: Request) -> Response:
        """The live picture of the tray."""
        try:
            result = cast("dict[str, bytes]", await ask(self._desk.camera, "preview"))
        except LockdError as error:
            return Response(error.refusal["zh"], 503, media_type="text/plain")
        return Response(result["jpeg"], media_type="image/jpeg")

    async def voice(self, request: Request) -> Response:
        """The clip of one phrase: the village's own where it has one."""
        found = clips.find(self._desk.voices, request.path_params["phrase"])
        if found is None:
            return Response("没有这段语音。No such clip.\n", 404, media_type="text/plain")
        return FileResponse(found, media_type=clips.KINDS[found.suffix[1:]])


async def _unless_gone(request: Request, waiting: Awaitable[object]) -> object | None:
    """The awaited result, or None as soon as the browser has left."""
    work = asyncio.ensure_future(waiting)
    gone = asyncio.ensure_future(_gone(request.receive))
    try:
        await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
        return work.result() if work.done() else None
    finally:
        work.cancel()
        gone.cancel()


async def _gone(receive: Callable[[], Awaitable[object]]) -> None:
    while cast("dict[str, str]", await receive())["type"] != "http.disconnect":
        pass
