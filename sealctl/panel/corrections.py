"""The screen on which a correction (作废) is written: chosen, proved by a PIN, photographed.

Calls only lockd's panel socket. lockd judges everything and asks the camera itself.
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

    def __init__(self, lockd: Path) -> None:
        self._lockd = lockd

    async def show(self, _request: Request) -> Response:
        try:
            return await self._page(None)
        except LockdError as error:
            return refusal_page(error.refusal, None, status=503)

    async def write(self, request: Request) -> Response:
        """Ask lockd; then the screen again, with what is left or why not."""
        try:
            given = _arguments(await body_of(request))
            await ask(self._lockd, "correct", wait_s=WAIT_S, **given)
        except (KeyError, ValueError) as error:
            return refusal_page(refusal("bad_request", str(error)), None, status=400)
        except LockdError as error:
            return await self._page(error.refusal)
        return RedirectResponse("/corrections", 303)

    async def _page(self, refused: RefusalView | None) -> Response:
        state = cast("State", await ask(self._lockd, "state"))
        if state["state"] not in ("idle", "blocked"):
            return RedirectResponse("/", 303)
        rows = cast("list[CorrectionView]", await ask(self._lockd, "corrections"))
        people = cast("list[PersonView]", await ask(self._lockd, "operators"))
        status = 409 if refused else 200
        shown = rows[:SHOWN]
        return page(
            "corrections.html", state, status=status, rows=shown, people=people, refusal=refused
        )


def _arguments(body: bytes) -> dict[str, object]:
    """The verb's arguments; raises KeyError or ValueError for a form that no screen sends."""
    fields = dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=4))
    name = bytes.fromhex(fields["correction"])
    return {"correction": name, "person": fields["person"], "pin": fields["pin"]}
