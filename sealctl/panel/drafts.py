"""Screens of an application that is begun at the panel: what for, its pages, for whom.

Calls only `sealctl.panel`. The pages stay with lockd until they are sent.
"""

from typing import Any, Final, cast

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sealctl.panel import prefs
from sealctl.panel.desk import Desk
from sealctl.panel.link import LockdError, ask
from sealctl.panel.render import cut, page, refusal_page
from sealctl.panel.shapes import ItemView, State
from sealctl.panel.words import PURPOSES

ITEMS: Final = (3, 2)
"""Rows on one screen; the second in large type."""


class Drafts:
    """GET handlers over one desk; all lead back to the start unless somebody is logged in."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def items(self, request: Request) -> Response:
        """What is it about? Only what may be stamped."""
        try:
            state = await self._desk.state()
            rows = await self._desk.rows("items", ItemView)
        except LockdError as error:
            return refusal_page(request, error.refusal, None, status=503)
        if state["state"] != "identified":
            return RedirectResponse("/", 303)
        allowed = [row for row in rows if row["cls"] == "allowed"]
        size = ITEMS[prefs.read(request.cookies).large]
        shown = cut(allowed, request.query_params.get("page", ""), size)
        return page(request, "draft.html", state, items=shown)

    async def pages(self, request: Request) -> Response:
        """The camera takes page after page."""
        return await self._of_item(request, "draft_pages.html")

    async def what(self, request: Request) -> Response:
        """For whom, what for, how many sheets."""
        return await self._of_item(request, "draft_what.html", purposes=PURPOSES)

    async def sent(self, request: Request) -> Response:
        """It is on its way to the township."""
        return await self._of_item(request, "draft_sent.html")

    async def _of_item(self, request: Request, template: str, **context: Any) -> Response:
        state: State | None = None
        try:
            state = await self._desk.state()
            if state["state"] != "identified":
                return RedirectResponse("/", 303)
            item = await self._desk.item(request.path_params["item"])
            taken = cast("dict[str, int]", await ask(self._desk.lockd, "drafting"))["pages"]
        except LockdError as error:
            return refusal_page(request, error.refusal, state, status=404 if state else 503)
        return page(request, template, state, item=item, taken=taken, **context)
