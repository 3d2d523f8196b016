"""Enrolment at the screen: who, by what, before whom, then both PINs. Calls only `sealctl.panel`.

It decides nothing: lockd judges both people, and says what is to be done at its readers.
"""

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sealctl.panel.desk import Desk
from sealctl.panel.forms import fields_of
from sealctl.panel.link import LockdError, ask, refusal
from sealctl.panel.render import cut, page, refusal_page
from sealctl.panel.shapes import EnrollableView, State

NAMES: Final = 8
VERBS: Final[Mapping[str, str]] = {
    "pin": "enrol",
    "card": "enrol_card",
    "fingerprint": "enrol_finger",
}


class Enrolment:
    """Handlers over one desk; they remember nothing."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def show(self, request: Request) -> Response:
        """The next question, as far as the address has the answers."""
        try:
            state = await self._desk.state()
            people = await self._desk.rows("people", EnrollableView)
        except LockdError as error:
            return refusal_page(request, error.refusal, None, status=503)
        if state["state"] != "idle" or state["credential"]["enrolment"] is not None:
            return RedirectResponse("/", 303)
        return self._ask(request, state, people)

    async def begin(self, request: Request) -> Response:
        """Both PINs are there: ask lockd."""
        try:
            fields = await fields_of(request)
            verb = VERBS[fields["method"]]
            given: dict[str, Any] = {name: fields[name] for name in _ARGUMENTS}
        except (ValueError, KeyError) as error:
            return refusal_page(request, refusal("bad_request", str(error)), None, status=400)
        try:
            await ask(self._desk.lockd, verb, **given)
        except LockdError as error:
            return await self._refused(request, error)
        person = given["person"]
        return RedirectResponse(f"/enrol?person={person}" if verb == "enrol" else "/", 303)

    async def end(self, request: Request) -> Response:
        """The person has read how it ended, or gives it up."""
        try:
            await ask(self._desk.lockd, "enrol_cancel")
        except LockdError as error:
            return await self._refused(request, error)
        return RedirectResponse("/", 303)

    async def _refused(self, request: Request, error: LockdError) -> Response:
        """Why not; with lockd's state the page stays until it is read."""
        try:
            state = await self._desk.state()
        except LockdError as gone:
            return refusal_page(request, gone.refusal, None, status=503)
        return refusal_page(request, error.refusal, state, status=409)

    def _ask(self, request: Request, state: State, people: list[EnrollableView]) -> Response:
        answers = request.query_params
        known = {row["person"]: row for row in people}
        person, witness = (
            known.get(answers.get("person", "")),
            known.get(answers.get("witness", "")),
        )
        method = answers.get("method", "")
        asked = answers.get("page", "")
        if person is None:
            return page(request, "enrol_who.html", state, people=cut(people, asked, NAMES))
        if method not in VERBS:
            return page(request, "enrol_how.html", state, person=person)
        if witness is None:
            others = [row for row in people if row["witness"] and row is not person]
            rows = cut(others, asked, NAMES)
            return page(
                request, "enrol_witness.html", state, person=person, method=method, people=rows
            )
        return page(
            request, "enrol_pins.html", state, person=person, method=method, witness=witness
        )


_ARGUMENTS: Final = ("person", "pin", "witness", "witness_pin")
