"""Enrolment at the screen: who, by what, before whom, then both PINs. Calls only `sealctl.panel`.

It decides nothing: lockd judges both people, and says what is to be done at its readers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sealctl.panel.desk import Desk
from sealctl.panel.forms import fields_of
from sealctl.panel.link import LockdError, ask, refusal
from sealctl.panel.naming import Question, ask_for
from sealctl.panel.render import page, refusal_page
from sealctl.panel.shapes import EnrollableView, PersonView, State

Ask = Callable[[Request, State, list[EnrollableView]], Response]
VERBS: Final[Mapping[str, str]] = {
    "pin": "enrol",
    "card": "enrol_card",
    "fingerprint": "enrol_finger",
}
WAYS: Final[Mapping[str, str]] = {"pin": "密码", "card": "卡", "fingerprint": "指纹"}
WHO: Final = Question(
    *("enrol-who", "给谁登记？", "Who is enrolled?", "/enrol", "person", "/", "enrol-none"),
    note="本人和见证人都要在场",
)
_ARGUMENTS: Final = ("person", "pin", "witness", "witness_pin")


@dataclass(frozen=True)
class TwoPins:
    """The screen on which two people prove themselves; the fields name their PINs in the form."""

    phrase: str
    title: str
    action: str
    answers: Mapping[str, str]
    first: PersonView
    witness: PersonView
    field: str = "pin"
    witness_field: str = "witness_pin"
    role: str = "见证人"
    new: bool = False


class Enrolment:
    """Handlers over one desk; they remember nothing."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def show(self, request: Request) -> Response:
        """The next question, as far as the address has the answers."""
        return await next_question(self._desk, request, _ask)

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
            answers = {name: fields[name] for name in ("person", "method", "witness")}
            return await refused(self._desk, request, error, f"/enrol?{urlencode(answers)}")
        told = urlencode({"person": fields["person"], "set": "pin"})
        return RedirectResponse(f"/enrol?{told}" if verb == "enrol" else "/", 303)

    async def end(self, request: Request) -> Response:
        """The person has read how it ended, or gives it up."""
        try:
            await ask(self._desk.lockd, "enrol_cancel")
        except LockdError as error:
            return await refused(self._desk, request, error, "/")
        return RedirectResponse("/", 303)


async def next_question(desk: Desk, request: Request, asking: Ask) -> Response:
    """What `asking` has to ask of these people; the first screen where the machine is in use."""
    try:
        state = await desk.state()
        people = await desk.rows("people", EnrollableView)
    except LockdError as error:
        return refusal_page(request, error.refusal, None, status=503)
    if _busy(state):
        return RedirectResponse("/", 303)
    return asking(request, state, people)


def witnesses(people: list[EnrollableView], actor: EnrollableView) -> list[EnrollableView]:
    """Who can prove before the machine that he watched that person."""
    return [
        row for row in people if row["witness"] and "pin" in row["methods"] and row is not actor
    ]


async def refused(desk: Desk, request: Request, error: LockdError, again: str) -> Response:
    """Why not; with lockd's state the page stays until it is read, then leads to `again`."""
    desk.seen.read(error.refusal)
    try:
        state = await desk.state()
    except LockdError as gone:
        return refusal_page(request, gone.refusal, None, status=503)
    return refusal_page(request, error.refusal, state, status=409, again=again)


def _busy(state: State) -> bool:
    """Whether somebody has logged in or is being enrolled: nothing else is asked then."""
    return state["state"] != "idle" or state["credential"]["enrolment"] is not None


def _ask(request: Request, state: State, people: list[EnrollableView]) -> Response:
    answers, known = request.query_params, {row["person"]: row for row in people}
    person, method = known.get(answers.get("person", "")), answers.get("method", "")
    if person is None:
        return ask_for(request, state, WHO, people)
    if method not in VERBS or not person["acts"]:
        done = answers.get("set") == "pin" and "pin" in person["methods"]
        return page(request, "enrol_how.html", state, person=person, ways=WAYS, set=done)
    given = {"person": person["person"], "method": method}
    witness = known.get(answers.get("witness", ""))
    if witness is None:
        back = f"/enrol?{urlencode({'person': person['person']})}"
        question = Question(
            *("enrol-witness", "谁来见证？", "Who witnesses?", "/enrol", "witness", back),
            nobody="enrol-no-witness",
            answers=given,
        )
        return ask_for(request, state, question, witnesses(people, person))
    new = method == "pin"
    asked = TwoPins(
        "enrol-pins-new" if new else "enrol-pins",
        f"登记{WAYS[method]}",
        "/enrol",
        {**given, "witness": witness["person"]},
        person,
        witness,
        new=new,
    )
    return page(request, "two_pins.html", state, asked=asked)
