"""What the page /history/ asks for: who may ask by name, a ticket, and one's own history.

Calls `county.bodies` and `county.history`. Every refusal is a code that the page has words for
(`county/pages/history/words.js`); whoever proves nothing is told nothing.
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from typing import Any, Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from county.bodies import bounded
from county.history.desk import Desk, UnknownKeyError
from county.history.tickets import TicketError
from county.history.trust import HistoryError
from wire.approval.assertion import ASSERTION, Assertion

LIMIT: Final = 16 * 1024
BODY_S: Final = 10.0
STATUS: Final = {"malformed": 400, "ticket": 403, "unknown": 403, "unavailable": 503}
_TEXT: Final = re.compile(r"[A-Za-z0-9_-]*")
_OCTETS: Final = ("credential", "authenticator_data", "client_data", "signature")


def routes(desk: Desk) -> list[Route]:
    """The addresses below /history/ that are no files."""

    async def people(_request: Request) -> Response:
        return JSONResponse(desk.people())

    async def ask(request: Request) -> Response:
        try:
            fields = await _fields(request, {"township": int, "village": str, "person": str})
            ticket, keys = desk.ask(*fields)
        except ValueError:
            return _refused("malformed")
        except HistoryError:
            return _refused("unavailable")
        return JSONResponse({"ticket": _text(ticket), "credentials": [_text(one) for one in keys]})

    async def show(request: Request) -> Response:
        kinds = {"ticket": str, **dict.fromkeys(_OCTETS, str), "every": bool}
        try:
            ticket, *signed, every = await _fields(request, kinds)
            values = dict(zip(_OCTETS, map(_octets, signed), strict=True))
            asserted: Assertion = ASSERTION.load(values)
            return JSONResponse(desk.show(_octets(ticket), asserted, every=every))
        except ValueError:
            return _refused("malformed")
        except TicketError:
            return _refused("ticket")
        except UnknownKeyError:
            return _refused("unknown")
        except HistoryError:
            return _refused("unavailable")

    return [
        Route("/history/people.json", people),
        Route("/history/ask", ask, methods=["POST"]),
        Route("/history/show", show, methods=["POST"]),
    ]


async def _fields(request: Request, kinds: dict[str, type]) -> list[Any]:
    """The members of the body's JSON object, in that order; raises ValueError."""
    try:
        body = await bounded(request, LIMIT, BODY_S)
        found = json.loads(body or b"")
    except (TimeoutError, ClientDisconnect, RecursionError) as error:
        raise ValueError("not a whole body") from error
    if not isinstance(found, dict) or found.keys() != kinds.keys():
        raise ValueError("other members")
    for name, kind in kinds.items():
        if type(found[name]) is not kind:
            raise ValueError(name)
    return [found[name] for name in kinds]


def _refused(code: str) -> Response:
    return JSONResponse({"code": code}, STATUS[code])


def _octets(text: str) -> bytes:
    """Raises ValueError for what is not base64url without padding."""
    if not _TEXT.fullmatch(text):
        raise ValueError("not base64url")
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except Error as error:
        raise ValueError("not base64url") from error


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
