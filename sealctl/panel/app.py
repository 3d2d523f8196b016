"""The touch screen in the village office: server-rendered pages over lockd's panel socket.

Calls only wire, lockd's panel socket and camerad's preview socket. It decides nothing: lockd judges
every verb again. Every answer passes `guard`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar, cast

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sealctl.panel import actions, screens
from sealctl.panel.enrolment import Enrolment
from sealctl.panel.guard import Guard
from sealctl.panel.link import LockdError, ask, refusal
from sealctl.panel.render import HERE, cut, page, refusal_page
from sealctl.panel.shapes import GrantView, ItemView, PersonView, State

WATCH_MS = 20_000
"""How long one long poll waits for a change."""

NAMES, GRANTS, ITEMS = 8, 3, 3
"""Rows on one screen, so that nothing needs scrolling."""

Row = TypeVar("Row")


def create_app(panel_sock: Path, preview_sock: Path) -> Starlette:
    """The panel's application over the two sockets."""
    panel = _Panel(panel_sock, preview_sock)
    enrolment = Enrolment(panel_sock)
    return Starlette(
        routes=[
            Route("/", panel.home),
            Route("/pin", panel.pin),
            Route("/grants", panel.grants),
            Route("/lay", panel.lay),
            Route("/items", panel.items),
            Route("/enrol", enrolment.show),
            Route("/enrol", enrolment.begin, methods=["POST"]),
            Route("/enrol/end", enrolment.end, methods=["POST"]),
            Route("/watch", panel.watch),
            Route("/preview.jpg", panel.preview),
            Route("/seen", panel.seen, methods=["POST"]),
            Route("/do/{name}", panel.act, methods=["POST"]),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ],
        middleware=[Middleware(Guard)],
    )


class _Panel:
    """The handlers; the only thing they remember is which refusal was read."""

    def __init__(self, panel_sock: Path, preview_sock: Path) -> None:
        self._lockd = panel_sock
        self._camera = preview_sock
        self._seen = screens.Seen()

    async def home(self, request: Request) -> Response:
        return await self._show(request)

    async def pin(self, request: Request) -> Response:
        return await self._show(request, "pin")

    async def grants(self, request: Request) -> Response:
        return await self._show(request, "grants")

    async def lay(self, request: Request) -> Response:
        return await self._show(request, "lay")

    async def items(self, request: Request) -> Response:
        """What may be stamped, and for the rest where to go instead."""
        try:
            state = await self._state()
            rows = await self._rows("items", ItemView)
        except LockdError as error:
            return refusal_page(error.refusal, None, status=503)
        wanted = request.query_params.get("cls", "allowed")
        chosen = [row for row in rows if row["cls"] == wanted]
        sheet = cut(chosen, request.query_params.get("page", ""), ITEMS)
        return page("items.html", state, items=sheet, cls=wanted)

    async def watch(self, request: Request) -> Response:
        """Answer as soon as lockd's state differs from `rev`, or after WATCH_MS."""
        rev = request.query_params.get("rev", "")
        known = int(rev) if rev.isascii() and rev.isdigit() and len(rev) < 16 else 0
        waiting = ask(
            self._lockd, "watch", wait_s=WATCH_MS / 1000 + 5, rev=known, timeout_ms=WATCH_MS
        )
        try:
            state = cast("State | None", await _unless_gone(request, waiting))
        except LockdError as error:
            return JSONResponse({"rev": None, "code": error.refusal["code"]}, 503)
        return JSONResponse({"rev": state["rev"] if state else None})

    async def preview(self, _request: Request) -> Response:
        """The live picture of the tray."""
        try:
            result = cast("dict[str, bytes]", await ask(self._camera, "preview"))
        except LockdError as error:
            return Response(error.refusal["zh"], 503, media_type="text/plain")
        return Response(result["jpeg"], media_type="image/jpeg")

    async def seen(self, _request: Request) -> Response:
        """The person has read the refusal; before a log-in it is gone, and the next one shows."""
        try:
            state = await self._state()
            self._seen.read(state["refusal"])
            if state["state"] == "idle":
                await ask(self._lockd, "logout")
                self._seen.forget()
        except LockdError:
            self._seen.forget()
        return RedirectResponse("/", 303)

    async def act(self, request: Request) -> Response:
        """One form: ask lockd, then go on, or say why not."""
        action = actions.ACTIONS.get(request.path_params["name"])
        if action is None:
            return refusal_page(refusal("bad_request"), None, status=404)
        try:
            fields = actions.parse(await _body(request))
            arguments = actions.arguments(action, fields)
        except actions.BadFormError as error:
            return refusal_page(refusal("bad_request", str(error)), None, status=400)
        try:
            self._seen.forget()
            await ask(self._lockd, action.verb, wait_s=action.wait_s, **arguments)
        except LockdError as error:
            return await self._refused(error, fields)
        return RedirectResponse(action.then, 303)

    async def _refused(self, error: LockdError, fields: actions.Fields) -> Response:
        self._seen.read(error.refusal)
        try:
            state = await self._state()
            if "pin" in fields and state["state"] == "idle":
                person = await self._person(fields["person"])
                return page("pin.html", state, status=409, person=person, refusal=error.refusal)
        except LockdError as gone:
            return refusal_page(gone.refusal, None, status=503)
        return refusal_page(error.refusal, state, status=409)

    async def _show(self, request: Request, wanted: str = "") -> Response:
        try:
            state = await self._state()
            template = screens.choose(state, self._seen, wanted)
            if template is None:
                return RedirectResponse("/", 303)
            context = await self._context(template, state, request)
        except LockdError as error:
            return refusal_page(error.refusal, None, status=503)
        return page(template, state, status=200, **context)

    async def _context(self, template: str, state: State, request: Request) -> dict[str, object]:
        asked = request.query_params.get("page", "")
        if template == "idle.html":
            return {"people": cut(await self._rows("operators", PersonView), asked, NAMES)}
        if template == "grants.html":
            return {"grants": cut(await self._rows("grants", GrantView), asked, GRANTS)}
        if template == "pin.html":
            held = state["credential"]["held"]
            asked = request.query_params.get("person", "")
            return {"person": held or await self._person(asked), "refusal": None}
        return {"refusal": state["refusal"]}

    async def _person(self, person: str) -> PersonView:
        people = await self._rows("operators", PersonView)
        found = next((row for row in people if row["person"] == person), None)
        if found is None:
            raise LockdError(refusal("operator_unknown"))
        return found

    async def _state(self) -> State:
        return cast("State", await ask(self._lockd, "state"))

    async def _rows(self, verb: str, _row: type[Row]) -> list[Row]:
        return cast("list[Row]", await ask(self._lockd, verb))


async def _body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > actions.FORM_LIMIT:
            raise actions.BadFormError("too long")
    return body


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
