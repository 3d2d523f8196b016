"""Screens of an application that is begun at the panel: what for, its pages, for whom.

Calls only `sealctl.panel`. The pages stay with lockd until they are sent.
"""

from typing import Any, Final, cast
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sealctl.panel import prefs
from sealctl.panel.desk import Desk
from sealctl.panel.link import LockdError, ask
from sealctl.panel.naming import Question, ask_for
from sealctl.panel.render import cut, page, refusal_page
from sealctl.panel.shapes import EnrollableView, ItemView, State
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

    async def who(self, request: Request) -> Response:
        """For somebody of the roster: names to touch."""
        state: State | None = None
        try:
            state = await self._desk.state()
            if state["state"] != "identified":
                return RedirectResponse("/", 303)
            item = await self._desk.item(request.path_params["item"])
            people = await self._roster()
        except LockdError as error:
            return refusal_page(request, error.refusal, state, status=404 if state else 503)
        path = f"/draft/{quote(item['id'], safe='')}/what"
        question = Question(
            *("draft-who", "给谁办？", "For whom?", path, "applicant", path, "enrol-none"),
            answers={"impressions": str(_sheets(request, item))},
        )
        return ask_for(request, state, question, people)

    async def what(self, request: Request) -> Response:
        """For whom, what for, how many sheets; an applicant of the roster stands in the address by
        his id, never by his name.
        """
        try:
            chosen = request.query_params.get("applicant", "")
            rows = await self._roster() if chosen else []
        except LockdError as error:
            return refusal_page(request, error.refusal, None, status=503)
        name = next((row["name"] for row in rows if row["person"] == chosen), "")
        return await self._of_item(request, "draft_what.html", purposes=PURPOSES, applicant=name)

    async def sent(self, request: Request) -> Response:
        """It is on its way to the township."""
        return await self._of_item(request, "draft_sent.html")

    async def _roster(self) -> list[EnrollableView]:
        return [row for row in await self._desk.rows("people", EnrollableView) if row["acts"]]

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
        sheets = _sheets(request, item)
        return page(request, template, state, item=item, taken=taken, sheets=sheets, **context)


def _sheets(request: Request, item: ItemView) -> int:
    """How many were chosen before the roster was opened."""
    asked = request.query_params.get("impressions", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 1
    return min(max(number, 1), item["impressions_max"])
