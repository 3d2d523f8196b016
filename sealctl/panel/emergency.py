"""The screens on which two people declare an emergency: what, who, why, both PINs, both codes.

Calls only `sealctl.panel`. They can be reached when the machine is idle and also when it is
blocked: an expired list blocks it, and is what an emergency excuses. lockd judges everything;
nothing typed is kept here.
"""

from typing import Final, TypedDict, cast
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sealctl.panel.actions import Fields
from sealctl.panel.acts import after_choice
from sealctl.panel.desk import Desk
from sealctl.panel.enrolment import TwoPins, refused
from sealctl.panel.forms import fields_of
from sealctl.panel.link import LockdError, ask, refusal
from sealctl.panel.naming import Question, ask_for
from sealctl.panel.render import cut, page, refusal_page
from sealctl.panel.shapes import PersonView, State

REASONS: Final = (
    "断网或停机，事情今天到期，等不得",
    "受灾、救助、就医，等不得",
    "摄像头坏了，事情等不得",
)
"""What the screen offers; the console takes any words."""
FIELDS: Final = ("operator", "operator_pin", "operator_code", "second", "second_pin", "second_code")
MATTERS: Final = 2
"""Rows on one screen, in either size of type."""
WAIT_S: Final = 40.0
"""lockd first asks the camera for a picture."""


class MatterView(TypedDict):
    """One item that may be stamped in an emergency, with one seal that it takes."""

    item: str
    zh: str
    seal: str
    seal_name: str


class ChoicesView(TypedDict):
    """What lockd offers; `left` are the presses that the policy permits until contact is back."""

    people: list[PersonView]
    matters: list[MatterView]
    silence_s: int
    after_s: int
    no_contact: bool
    left: int


class EmergencyScreen:
    """Its two handlers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def show(self, request: Request) -> Response:
        """The next question, as far as the address has the answers."""
        try:
            state = await self._desk.state()
            if state["state"] not in ("idle", "blocked"):
                return RedirectResponse("/", 303)
            choices = cast("ChoicesView", await ask(self._desk.lockd, "emergency_choices"))
        except LockdError as error:
            return refusal_page(request, error.refusal, None, status=503)
        return _ask(request, state, choices)

    async def declare(self, request: Request) -> Response:
        """Ask lockd; then the way of any stamp, or why not."""
        try:
            fields = await fields_of(request)
            given = _arguments(fields)
        except (KeyError, ValueError) as error:
            return refusal_page(request, refusal("bad_request", str(error)), None, status=400)
        try:
            await ask(self._desk.lockd, "emergency", wait_s=WAIT_S, **given)
        except LockdError as error:
            answers = {name: fields[name] for name in ("matter", "operator", "second")}
            return await refused(self._desk, request, error, f"/emergency?{urlencode(answers)}")
        return RedirectResponse(after_choice(request), 303)


def _ask(request: Request, state: State, choices: ChoicesView) -> Response:
    given, people = request.query_params, choices["people"]
    named = {f"{one['item']}/{one['seal']}": one for one in choices["matters"]}
    matter = named.get(given.get("matter", ""))
    if matter is None or len(people) < 2:
        matters = cut(choices["matters"], given.get("page", ""), MATTERS)
        return page(request, "emergency.html", state, choices=choices, matters=matters)
    known = {row["person"]: row for row in people}
    operator, second = (known.get(given.get(name, "")) for name in ("operator", "second"))
    answers = {"matter": given["matter"]}
    if operator is None:
        question = Question(
            *("emergency-who", "谁来盖印？", "Who stamps?", "/emergency", "operator"),
            *("/emergency", "emergency-alone", answers),
        )
        return ask_for(request, state, question, people)
    back = f"/emergency?{urlencode(answers)}"
    answers["operator"] = operator["person"]
    if second is None or second is operator:
        question = Question(
            *("emergency-second", "谁是在场的第二人？", "Who is the second?", "/emergency"),
            *("second", back, "emergency-alone", answers),
        )
        return ask_for(request, state, question, [row for row in people if row is not operator])
    answers["second"] = second["person"]
    asked = TwoPins(
        *("emergency-pins", "两个人的密码", "/emergency", answers, operator, second),
        *("operator_pin", "second_pin", "第二人"),
    )
    return page(
        request,
        "emergency_form.html",
        state,
        asked=asked,
        matter=matter,
        choices=choices,
        reasons=REASONS,
    )


def _arguments(fields: Fields) -> dict[str, object]:
    """The verb's arguments; raises KeyError or ValueError for a form that no screen sends."""
    item, _, seal = fields["matter"].partition("/")
    return {
        "item": item,
        "seal": seal,
        "title": fields["title"].strip(),
        "reason": fields["reason"],
        "impressions": int(fields["impressions"]),
        **{name: fields[name] for name in FIELDS},
    }
