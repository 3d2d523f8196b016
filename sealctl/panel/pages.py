"""The screens that a person is led through or goes to, each by a GET.

Calls only `sealctl.panel`. It decides nothing: lockd judges every verb again.
"""

from collections.abc import Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sealctl.panel import prefs, reading, screens
from sealctl.panel.desk import Desk
from sealctl.panel.link import LockdError, refusal
from sealctl.panel.render import cut, page, refusal_page
from sealctl.panel.shapes import GrantView, ItemView, PersonView, State
from sealctl.panel.words import DEMANDERS

NAMES: Final = 8
GRANTS: Final = (3, 2)
ITEMS: Final = (3, 2)
"""Rows on one screen, so that nothing needs scrolling; the second in large type."""


class Pages:
    """GET handlers over one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def home(self, request: Request) -> Response:
        return await self._show(request)

    async def pin(self, request: Request) -> Response:
        return await self._show(request, "pin")

    async def grants(self, request: Request) -> Response:
        return await self._show(request, "grants")

    async def read(self, request: Request) -> Response:
        """Helper mode: the application, fact by fact."""
        return await self._show(request, "read")

    async def items(self, request: Request) -> Response:
        """What may be stamped, and for the rest where to go instead."""
        try:
            state = await self._desk.state()
            rows = await self._desk.rows("items", ItemView)
        except LockdError as error:
            return refusal_page(request, error.refusal, None, status=503)
        wanted = request.query_params.get("cls", "allowed")
        chosen = [row for row in rows if row["cls"] == wanted]
        sheet = cut(chosen, request.query_params.get("page", ""), ITEMS[_large(request)])
        return page(request, "items.html", state, items=sheet, cls=wanted)

    async def item(self, request: Request) -> Response:
        """One matter: whether it may be stamped, by which rule, and where else to go."""
        return await self._item(request, "item.html")

    async def demanded(self, request: Request) -> Response:
        """Who asked the villager for this paper?"""
        return await self._item(request, "demanded.html", demanders=DEMANDERS)

    async def noted(self, request: Request) -> Response:
        """It was noted for the township to answer."""
        return await self._item(request, "noted.html")

    async def _item(self, request: Request, template: str, **context: Any) -> Response:
        state: State | None = None
        try:
            state = await self._desk.state()
            item = await self._desk.item(request.path_params["item"])
        except LockdError as error:
            return refusal_page(request, error.refusal, state, status=404 if state else 503)
        return page(request, template, state, item=item, **context)

    async def _show(self, request: Request, wanted: str = "") -> Response:
        state: State | None = None
        try:
            state = await self._desk.state()
            template = screens.choose(state, self._desk.seen, wanted)
            if template is None:
                return RedirectResponse("/", 303)
            if template in screens.OF_A_GRANT and state["grant"] is None:
                gone = refusal("grant_unknown")
                return refusal_page(request, gone, state, status=200, lost=True)
            context = await self._context(template, state, request)
        except LockdError as error:
            return refusal_page(request, error.refusal, state, status=503)
        return page(request, template, state, status=200, **context)

    async def _context(self, template: str, state: State, request: Request) -> dict[str, object]:
        asked = request.query_params.get("page", "")
        if template == "idle.html":
            people = cut(await self._desk.rows("operators", PersonView), asked, NAMES)
            return {"people": people, "emergency": await self._emergency(state)}
        if template == "grants.html":
            rows = await self._desk.rows("grants", GrantView)
            return {"grants": cut(rows, asked, GRANTS[_large(request)])}
        if template == "pin.html":
            held, asked = state["credential"]["held"], request.query_params.get("person", "")
            return {"person": held or await self._desk.person(asked), "refusal": None}
        if template == "read.html" and state["grant"] is not None:
            return _fact(reading.facts(state["grant"], state["sheet"]), request)
        return {"refusal": state["refusal"], "lost": False, "again": ""}

    async def _emergency(self, state: State) -> bool:
        """Whether contact or the camera has failed, as far as the panel can see; lockd judges."""
        if state["list"] is None:
            return False
        return not state["courier"]["online"] or not await self._desk.sees()


def _fact(facts: Sequence[reading.Fact], request: Request) -> dict[str, object]:
    sheet = cut(facts, request.query_params.get("n", ""), 1)
    return {"fact": sheet.rows[0], "number": sheet.number, "last": sheet.last}


def _large(request: Request) -> bool:
    return prefs.read(request.cookies).large
