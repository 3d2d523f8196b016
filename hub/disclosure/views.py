"""What of the public site is no file of its folder: the log, and proofs of any leaf. Read only.

Calls `hub.disclosure.logfiles`, `hub.log.store`, `hub.site.serve` and Django's settings.
"""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hub.disclosure import logfiles
from hub.log import store
from hub.log.store import NotLoggedError
from hub.site.serve import FRESH


@require_safe
def log_file(_request: HttpRequest, path: str) -> HttpResponse:
    """The log's checkpoint or one of its tiles."""
    return logfiles.answer(settings.STATE / "public" / "log", path)


@require_safe
def former_log_file(_request: HttpRequest, number: int, path: str) -> HttpResponse:
    """The same of a log that ended when it lost leaves; they count from 1."""
    return logfiles.answer(settings.STATE / "public" / "former" / f"{number}", path)


@require_safe
def proof(_request: HttpRequest, index: int) -> HttpResponse:
    """The proof file (C2SP tlog-proof) of one leaf of the log."""
    try:
        data = store.proof_file(index)
    except NotLoggedError as error:
        raise Http404 from error
    reply = HttpResponse(data, content_type="text/plain; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="proof-{index}.txt"'
    reply["Cache-Control"] = FRESH
    reply["Access-Control-Allow-Origin"] = "*"
    return reply
