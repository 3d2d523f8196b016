"""An enrolment taken back at the screen: whose, what, by whom, before whom, then both PINs.

Calls only `sealctl.panel`. lockd judges the two; whose it was need neither be there nor in office.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sealctl.panel.desk import Desk
from sealctl.panel.enrolment import TwoPins, next_question, refused, witnesses
from sealctl.panel.forms import fields_of
from sealctl.panel.link import LockdError, ask, refusal
from sealctl.panel.naming import Question, ask_for
from sealctl.panel.render import page, refusal_page
from sealctl.panel.shapes import EnrollableView, State

METHODS: Final[Mapping[str, str]] = {
    "card": "取消卡",
    "fingerprint": "取消指纹",
    "all": "全部取消",
}
TOLD: Final[Mapping[str, str]] = {
    "card": "这张卡不能再用。",
    "fingerprint": "这个指纹不能再用。",
    "all": "密码、卡和指纹都不能再用。",
}
_ANSWERS: Final = ("person", "method", "operator", "witness")


class Unenrolment:
    """Handlers over one desk; they remember nothing."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def show(self, request: Request) -> Response:
        """The next question, as far as the address has the answers."""
        return await next_question(self._desk, request, _ask)

    async def take(self, request: Request) -> Response:
        """Both PINs are there: ask lockd."""
        try:
            fields = await fields_of(request)
            answers = {name: fields[name] for name in _ANSWERS}
            pins: dict[str, Any] = {name: fields[name] for name in ("operator_pin", "witness_pin")}
        except (ValueError, KeyError) as error:
            return refusal_page(request, refusal("bad_request", str(error)), None, status=400)
        try:
            await ask(self._desk.lockd, "unenrol", **{**pins, **answers})
        except LockdError as error:
            return await refused(self._desk, request, error, f"/unenrol?{urlencode(answers)}")
        return RedirectResponse(f"/unenrol?{urlencode({'done': answers['method']})}", 303)


def _ask(request: Request, state: State, people: list[EnrollableView]) -> Response:
    done = TOLD.get(request.query_params.get("done", ""))
    if done is not None:
        return page(request, "unenrolled.html", state, told=done)
    given, known = request.query_params, {row["person"]: row for row in people}
    person, operator, witness = (
        known.get(given.get(name, "")) for name in ("person", "operator", "witness")
    )
    method = given.get("method", "")
    if person is None:
        return RedirectResponse("/enrol", 303)
    if method not in METHODS:
        return page(request, "unenrol_what.html", state, person=person, parts_of=METHODS)
    answers = {"person": person["person"], "method": method}
    if operator is None:
        able = [row for row in people if row["acts"] and "pin" in row["methods"]]
        question = _question("unenrol-who", "谁来取消？", "Who takes it back?", "operator", answers)
        return ask_for(request, state, question, able)
    answers["operator"] = operator["person"]
    if witness is None:
        question = _question("enrol-witness", "谁来见证？", "Who witnesses?", "witness", answers)
        return ask_for(request, state, question, witnesses(people, operator))
    answers["witness"] = witness["person"]
    title = METHODS[method]
    asked = TwoPins(
        "enrol-pins", title, "/unenrol", answers, operator, witness, field="operator_pin"
    )
    return page(request, "two_pins.html", state, asked=asked)


def _question(phrase: str, zh: str, en: str, wanted: str, answers: Mapping[str, str]) -> Question:
    """Back leads one question back."""
    before = dict(list(answers.items())[:-1])
    back = f"/unenrol?{urlencode(before)}"
    nobody = "enrol-no-witness" if wanted == "witness" else "unenrol-none"
    return Question(phrase, zh, en, "/unenrol", wanted, back, nobody, dict(answers))
