"""The public page on which a villager looks up what his household was given.

Calls `hub.relief`, `hub.people.tries` (the address), `hub.site.frame`, `hub.config`. No session, no
cookie; nothing that was typed stands in the answer, in an address or in a log. Every answer has the
same length.
"""

import secrets
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from hub.clock import now_ms
from hub.config import config
from hub.people.tries import address
from hub.relief.look import Answer, Asked, Pace, look
from hub.relief.settings import CALLED, HOTLINE, settings
from hub.site.frame import around
from wire.approval.subject import yuan

LENGTH: Final = 32 << 10
"""Bytes of an answer: what would be longer is some of these."""
PACE: Final = Pace()
_LINE: Final = 64


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The form; or the answer, once its time has come."""
    if request.method != "POST":
        return _answered(request, None)
    return paced(request, PACE)


def paced(request: HttpRequest, pace: Pace) -> HttpResponse:
    """What was found: made first, and held back until the fixed delay is over. Who finds no room
    to wait is told so at once, whatever he asked for.
    """
    begun = pace.clock()
    if not pace.room.acquire(blocking=False):
        return _answered(request, Answer(), busy=True, status=503)
    try:
        typed = (request.POST.get(name, "") for name in ("name", "number", "code"))
        found = look(Asked(*typed), address(request), config(), now_ms())
        reply = _answered(request, found, status=429 if found.refused else 200)
        pace.release(begun, settings(config()).delay_ms)
    finally:
        pace.room.release()
    return reply


def _answered(
    request: HttpRequest, found: Answer | None, *, busy: bool = False, status: int = 200
) -> HttpResponse:
    now, frame = settings(config()), around()
    telephones = ((CALLED, HOTLINE), *frame["telephones"])
    context = {
        "found": found,
        "rows": () if found is None else [(one, yuan(one.amount)) for one in found.rows],
        "busy": busy,
        "hotline": HOTLINE,
        "county": now.county,
        "county_name": now.county_name or "县里的扶贫公开网",
        "around": frame | {"telephones": telephones},
    }
    reply = render(request, "public/relief.html", context, status=status)
    reply.content = _filled(reply.content)
    reply["Cache-Control"] = "no-store, no-transform"
    reply["Referrer-Policy"] = "no-referrer"
    return reply


def _filled(data: bytes) -> bytes:
    """As long as any other answer; what fills it does not shrink by compression as blanks would."""
    rest = -len(data) % LENGTH
    frame = b"<!---->\n"
    body = secrets.token_hex(rest // 2 + 1).encode()[: max(rest - len(frame), 0)]
    return data + b"<!--" + body + b"-->\n" if rest >= len(frame) else data + b"\n" * rest
