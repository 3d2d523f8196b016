"""The screens on which a correction (作废) is written: chosen, proved by a PIN, photographed.

Calls only `sealctl.panel`. lockd judges everything and asks the camera itself.
"""

from typing import Final, TypedDict
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sealctl.panel import prefs
from sealctl.panel.actions import Fields
from sealctl.panel.desk import Desk
from sealctl.panel.enrolment import refused
from sealctl.panel.forms import fields_of
from sealctl.panel.link import LockdError, ask, refusal
from sealctl.panel.naming import Question, ask_for
from sealctl.panel.render import cut, page, refusal_page
from sealctl.panel.shapes import PersonView, State

WAIT_S: Final = 40.0
"""lockd asks the camera for a picture."""
SHOWN: Final = (3, 2)
"""Rows on one screen; the second in large type."""


class CorrectionView(TypedDict):
    """One that an approver has signed; `state`: cancelled (its original is photographed), lost."""

    id: bytes
    stamped: int
    state: str
    reason: str
    item_zh: str
    wall_ms: int


class CorrectionScreen:
    """Its two handlers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def show(self, request: Request) -> Response:
        """The next question, as far as the address has the answers."""
        try:
            state = await self._desk.state()
            if state["state"] not in ("idle", "blocked"):
                return RedirectResponse("/", 303)
            rows = await self._desk.rows("corrections", CorrectionView)
            people = await self._desk.rows("operators", PersonView)
        except LockdError as error:
            return refusal_page(request, error.refusal, None, status=503)
        return _ask(request, state, rows, people)

    async def write(self, request: Request) -> Response:
        """Ask lockd; then what is left, or why not."""
        try:
            fields = await fields_of(request)
            given = _arguments(fields)
        except (KeyError, ValueError) as error:
            return refusal_page(request, refusal("bad_request", str(error)), None, status=400)
        try:
            await ask(self._desk.lockd, "correct", wait_s=WAIT_S, **given)
        except LockdError as error:
            answers = {name: fields[name] for name in ("correction", "person")}
            return await refused(self._desk, request, error, f"/corrections?{urlencode(answers)}")
        return RedirectResponse("/corrections?done=yes", 303)


def _ask(
    request: Request, state: State, rows: list[CorrectionView], people: list[PersonView]
) -> Response:
    given = request.query_params
    row = next((row for row in rows if row["id"].hex() == given.get("correction")), None)
    if row is None:
        size = SHOWN[prefs.read(request.cookies).large]
        shown = cut(rows, given.get("page", ""), size)
        return page(request, "corrections.html", state, rows=shown, done="done" in given)
    person = next((one for one in people if one["person"] == given.get("person")), None)
    if person is None:
        question = Question(
            *("correct-who", "谁来办？", "Who writes it?", "/corrections", "person"),
            *("/corrections", "correct-nobody", {"correction": row["id"].hex()}),
        )
        return ask_for(request, state, question, people)
    return page(request, "correction_pin.html", state, row=row, person=person, refusal=None)


def _arguments(fields: Fields) -> dict[str, object]:
    """The verb's arguments; raises KeyError or ValueError for a form that no screen sends."""
    name = bytes.fromhex(fields["correction"])
    return {"correction": name, "person": fields["person"], "pin": fields["pin"]}
