"""The township's log as static files (C2SP tlog-tiles): the checkpoint and its tiles.

Calls only Django. A path is either the checkpoint or spelt exactly as a tile's; nothing else on
the disk has a name here. A larger township lets its file server do the same.
"""

import re
from pathlib import Path
from typing import Final

from django.http import Http404, HttpResponse

CHECKPOINTS: Final = ("checkpoint", "checkpoint.cosigned")
"""The newest head, and the newest that a quorum of witnesses has seen."""
_WIDTH: Final = r"(?:[1-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5])"
_LEVEL: Final = r"(?:entries|[0-9]|[1-5][0-9]|6[0-3])"
_TILE: Final = re.compile(rf"tile/{_LEVEL}/(?:x[0-9]{{3}}/)*[0-9]{{3}}(?:\.p/{_WIDTH})?", re.ASCII)


def answer(folder: Path, path: str) -> HttpResponse:
    """The file of that name below the log's public folder; raises Http404."""
    if path not in CHECKPOINTS and not _TILE.fullmatch(path):
        raise Http404
    try:
        data = (folder / path).read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise Http404 from error
    reply = HttpResponse(data, content_type=_type(path))
    reply["Cache-Control"] = _caching(path)
    reply["Access-Control-Allow-Origin"] = "*"
    reply["X-Content-Type-Options"] = "nosniff"
    return reply


def _type(path: str) -> str:
    return "text/plain; charset=utf-8" if path in CHECKPOINTS else "application/octet-stream"


def _caching(path: str) -> str:
    return "no-cache" if path in CHECKPOINTS else "public, max-age=31536000, immutable"
