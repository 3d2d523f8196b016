"""Where an inspector reads, by his code, what was granted him. In the hotline's process alone.

Calls `hub.hotline.{limits,opening,shown}` and `hub.config`.
"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from hub.clock import now_ms
from hub.config import config
from hub.hotline import opening
from hub.hotline.limits import limits
from hub.hotline.models import Opening
from hub.hotline.shown import page

NAMES = {"name": "姓名", "phone": "电话", "elder": "替谁反映"}


@require_http_methods(["GET", "HEAD", "POST"])
def opened(request: HttpRequest) -> HttpResponse:
    """Who reported."""
    if request.method != "POST":
        return page(request, "opened", {})
    asked = _asked(request)
    if asked is None:
        return page(request, "opened", {"wrong": True}, status=404)
    told = opening.who(asked, now_ms())
    context = {
        "asked": asked,
        "typed": request.POST.get("code", "")[:40],
        "told": [(NAMES[name], told[name]) for name in NAMES if name in told],
        "files": opening.files(asked),
    }
    return page(request, "opened", context)


@require_POST
def original(request: HttpRequest) -> HttpResponse:
    """A file as it came, to be saved: no program of the hub has looked into a voice."""
    asked, number = _asked(request), request.POST.get("number", "")
    data = None
    if asked is not None and number.isascii() and number.isdecimal():
        data = opening.original(asked, int(number[:18]), now_ms())
    if data is None:
        return page(request, "opened", {"wrong": True}, status=404)
    reply = HttpResponse(data, content_type="application/octet-stream")
    reply["Content-Disposition"] = f'attachment; filename="original-{number[:18]}.bin"'
    reply["Cache-Control"] = "no-store"
    return reply


def _asked(request: HttpRequest) -> Opening | None:
    return opening.find(request.POST.get("code", "")[:40], limits(config()).open_hours, now_ms())
