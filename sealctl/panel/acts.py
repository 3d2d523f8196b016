"""What a person does at the screen, each by a POST: ask lockd, then go on, or say why not.

Calls only `sealctl.panel`.
"""

from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sealctl.panel import actions, prefs
from sealctl.panel.desk import Desk
from sealctl.panel.forms import fields_of
from sealctl.panel.link import LockdError, ask, refusal
from sealctl.panel.render import page, refusal_page
from sealctl.panel.shapes import GrantView

LEAST_SCANNED: Final = 6
"""Fewer characters of a grant's code than this name no grant."""


def after_choice(request: Request) -> str:
    """Where a choice leads: with a helper, two people read the application together first."""
    return "/read" if prefs.read(request.cookies).helper else "/"


class Acts:
    """POST handlers over one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def seen(self, _request: Request) -> Response:
        """The person has read the refusal; before a log-in it is gone, and the next one shows."""
        try:
            state = await self._desk.state()
            self._desk.seen.read(state["refusal"])
            if state["state"] == "idle":
                await ask(self._desk.lockd, "logout")
                self._desk.seen.forget()
        except LockdError:
            self._desk.seen.forget()
        return RedirectResponse("/", 303)

    async def switch(self, request: Request) -> Response:
        """Large type, voice, helper mode: kept in this browser, then back to where it was."""
        try:
            fields = await fields_of(request)
        except actions.BadFormError as error:
            return refusal_page(request, refusal("bad_request", str(error)), None, status=400)
        if fields.get("back", "").startswith(prefs.POSTED):
            self._desk.seen.forget()  # the refusal that stands there is shown again, at the start
        answer = RedirectResponse(prefs.back(fields), 303)
        for name, value in prefs.chosen(fields).items():
            answer.set_cookie(name, value, prefs.YEAR_S, httponly=True, samesite="strict")
        return answer

    async def act(self, request: Request) -> Response:
        """One form of `actions.ACTIONS`."""
        action = actions.ACTIONS.get(request.path_params["name"])
        if action is None:
            return refusal_page(request, refusal("bad_request"), None, status=404)
        try:
            fields = await fields_of(request)
            arguments = actions.arguments(action, fields)
        except actions.BadFormError as error:
            return refusal_page(request, refusal("bad_request", str(error)), None, status=400)
        try:
            self._desk.seen.forget()
            await ask(self._desk.lockd, action.verb, wait_s=action.wait_s, **arguments)
        except LockdError as error:
            return await self._refused(request, error, fields)
        then = after_choice(request) if action.verb == "choose" else action.then(fields)
        return RedirectResponse(then, 303)

    async def scan(self, request: Request) -> Response:
        """A code from a scanner or a keyboard: the beginning of a grant's id chooses it."""
        try:
            code = (await fields_of(request))["code"].strip().lower()
        except (KeyError, actions.BadFormError):
            return refusal_page(request, refusal("bad_request", "code"), None, status=400)
        try:
            rows = await self._desk.rows("grants", GrantView)
            named = [row["id"] for row in rows if row["id"].hex().startswith(code)]
            if len(code) < LEAST_SCANNED or len(named) != 1:
                raise LockdError(refusal("grant_unknown", "code"))
            self._desk.seen.forget()
            await ask(self._desk.lockd, "choose", grant=named[0])
        except LockdError as error:
            return await self._refused(request, error, {})
        return RedirectResponse(after_choice(request), 303)

    async def _refused(
        self, request: Request, error: LockdError, fields: actions.Fields
    ) -> Response:
        self._desk.seen.read(error.refusal)
        try:
            state = await self._desk.state()
            if "pin" in fields and state["state"] == "idle":
                person = await self._desk.person(fields["person"])
                context = {"person": person, "refusal": error.refusal}
                return page(request, "pin.html", state, status=409, **context)
        except LockdError as gone:
            return refusal_page(request, gone.refusal, None, status=503)
        again = f"/draft/{fields['item']}" if "item" in fields and state["operator"] else ""
        return refusal_page(request, error.refusal, state, status=409, again=again)
