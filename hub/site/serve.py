"""Gives out the public site's files where no file server stands before the hub, and nothing else.

Calls `hub.site`, `hub.config`. A path is spelt as `hub.site.files` spells them; a folder is its
page. What phones verify by is for every origin to read, and is kept by no cache as missing.
"""

import re
from pathlib import Path
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from hub.config import config
from hub.site.files import PATH, TWICE, page
from hub.site.settings import settings

FRESH: Final = "public, max-age=30"
TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".pdf": "application/pdf",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
}
"""All else is plain text: proofs, signatures."""
PROOF: Final = re.compile(r"(?:[sc]/[0-9a-z]+/proof\.txt|log/proof/[0-9]+)")


@require_safe
def serve(_request: HttpRequest, path: str = "") -> HttpResponse:
    """The file of that path; the page of a folder."""
    root = settings(config()).folder
    if (path and not PATH.fullmatch(path.rstrip("/"))) or "//" in path:
        return _missing(path)
    whole = page(path.rstrip("/")) if not path or path.endswith("/") else path
    file = root / whole
    if file.is_file():
        return _given(whole, file)
    if (file / page("")).is_file():
        return HttpResponseRedirect(f"/{path}/")
    if PROOF.fullmatch(whole) and (file.parent / TWICE).is_file():
        return _for_all(HttpResponse(status=409))
    return _missing(path)


def _given(path: str, file: Path) -> HttpResponse:
    kind = TYPES.get(file.suffix, "text/plain; charset=utf-8")
    reply = HttpResponse(file.read_bytes(), content_type=kind)
    reply["Cache-Control"] = FRESH
    if PROOF.fullmatch(path):
        reply["Content-Disposition"] = "attachment"
        return _for_all(reply)
    return reply


def _missing(path: str) -> HttpResponse:
    if PROOF.fullmatch(path) or path.startswith(("s/", "c/")):
        return _for_all(HttpResponse(status=404))
    raise Http404


def _for_all(reply: HttpResponse) -> HttpResponse:
    reply["Access-Control-Allow-Origin"] = "*"
    return reply
