"""The screen on which two people declare an emergency. Calls only lockd's panel socket.

It can be reached when the machine is idle and also when it is blocked: an expired list blocks it,
and is what an emergency excuses. lockd judges everything; nothing typed is kept here.
"""

from typing import Final, TypedDict, cast

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sealctl.panel.actions import Fields
from sealctl.panel.desk import Desk
from sealctl.panel.forms import fields_of
from sealctl.panel.link import LockdError, ask, refusal
from sealctl.panel.render import page, refusal_page
from sealctl.panel.shapes import PersonView, RefusalView

REASONS: Final = (
    "断网或停机，事情今天到期，等不得",
    "受灾、救助、就医，等不得",
    "摄像头坏了，事情等不得",
)
"""What the screen offers; the console takes any words."""
FIELDS: Final = ("operator", "operator_pin", "operator_code", "second", "second_pin", "second_code")
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
        try:
            return await self._page(request, None)
        except LockdError as error:
            return refusal_page(request, error.refusal, None, status=503)

    async def declare(self, request: Request) -> Response:
        """Ask lockd; then the way of any stamp, or the screen again with why not."""
        try:
            given = _arguments(await fields_of(request))
            await ask(self._desk.lockd, "emergency", wait_s=WAIT_S, **given)
        except (KeyError, ValueError) as error:
            return refusal_page(request, refusal("bad_request", str(error)), None, status=400)
        except LockdError as error:
            return await self._page(request, error.refusal)
        return RedirectResponse("/", 303)

    async def _page(self, request: Request, refused: RefusalView | None) -> Response:
        state = await self._desk.state()
        if state["state"] not in ("idle", "blocked"):
            return RedirectResponse("/", 303)
        choices = cast("ChoicesView", await ask(self._desk.lockd, "emergency_choices"))
        return page(
            request,
            "emergency.html",
            state,
            status=409 if refused else 200,
            choices=choices,
            reasons=REASONS,
            refusal=refused,
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
