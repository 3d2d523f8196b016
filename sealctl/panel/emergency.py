"""The screen on which two people declare an emergency. Calls only lockd's panel socket.

It can be reached when the machine is idle and also when it is blocked: an expired list blocks it,
and is what an emergency excuses. lockd judges everything; nothing typed is kept here.
"""

from pathlib import Path
from typing import Final, TypedDict, cast
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sealctl.panel.forms import body_of
from sealctl.panel.link import LockdError, ask, refusal
from sealctl.panel.render import page, refusal_page
from sealctl.panel.shapes import PersonView, RefusalView, State

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

    def __init__(self, lockd: Path) -> None:
        self._lockd = lockd

    async def show(self, _request: Request) -> Response:
        try:
            return await self._page(None)
        except LockdError as error:
            return refusal_page(error.refusal, None, status=503)

    async def declare(self, request: Request) -> Response:
        """Ask lockd; then the way of any stamp, or the screen again with why not."""
        try:
            given = _arguments(await body_of(request))
            await ask(self._lockd, "emergency", wait_s=WAIT_S, **given)
        except (KeyError, ValueError) as error:
            return refusal_page(refusal("bad_request", str(error)), None, status=400)
        except LockdError as error:
            return await self._page(error.refusal)
        return RedirectResponse("/", 303)

    async def _page(self, refused: RefusalView | None) -> Response:
        state = cast("State", await ask(self._lockd, "state"))
        if state["state"] not in ("idle", "blocked"):
            return RedirectResponse("/", 303)
        choices = cast("ChoicesView", await ask(self._lockd, "emergency_choices"))
        return page(
            "emergency.html",
            state,
            status=409 if refused else 200,
            choices=choices,
            reasons=REASONS,
            refusal=refused,
        )


def _arguments(body: bytes) -> dict[str, object]:
    """The verb's arguments; raises KeyError or ValueError for a form that no screen sends."""
    pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=12)
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("field twice")
    item, _, seal = fields["matter"].partition("/")
    return {
        "item": item,
        "seal": seal,
        "title": fields["title"].strip(),
        "reason": fields["reason"],
        "impressions": int(fields["impressions"]),
        **{name: fields[name] for name in FIELDS},
    }
