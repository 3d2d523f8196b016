"""The screen on which a correction (作废) is written: chosen, proved by a PIN, photographed.

Calls only lockd's panel socket. lockd judges everything and asks the camera itself.
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

WAIT_S: Final = 40.0
"""lockd asks the camera for a picture."""
SHOWN: Final = 3
"""So many at once, so that nothing needs scrolling; the rest come after these."""


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
        try:
            return await self._page(request, None)
        except LockdError as error:
            return refusal_page(request, error.refusal, None, status=503)

    async def write(self, request: Request) -> Response:
        """Ask lockd; then the screen again, with what is left or why not."""
        try:
            given = _arguments(await fields_of(request))
            await ask(self._desk.lockd, "correct", wait_s=WAIT_S, **given)
        except (KeyError, ValueError) as error:
            return refusal_page(request, refusal("bad_request", str(error)), None, status=400)
        except LockdError as error:
            return await self._page(request, error.refusal)
        return RedirectResponse("/corrections", 303)

    async def _page(self, request: Request, refused: RefusalView | None) -> Response:
        state = await self._desk.state()
        if state["state"] not in ("idle", "blocked"):
            return RedirectResponse("/", 303)
        rows = cast("list[CorrectionView]", await ask(self._desk.lockd, "corrections"))
        people = cast("list[PersonView]", await ask(self._desk.lockd, "operators"))
        status = 409 if refused else 200
        shown = rows[:SHOWN]
        return page(
            request,
            "corrections.html",
            state,
            status=status,
            rows=shown,
            people=people,
            refusal=refused,
        )


def _arguments(fields: Fields) -> dict[str, object]:
    """The verb's arguments; raises KeyError or ValueError for a form that no screen sends."""
    name = bytes.fromhex(fields["correction"])
    return {"correction": name, "person": fields["person"], "pin": fields["pin"]}
