"""The files that every page of the public site uses: style sheet, script, icon.

Calls `hub.site.files`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from hub.site.files import File

_FOLDER: Final = Path(__file__).parent.parent / "static"
_FILES: Final = {
    "static/site.css": "site/site.css",
    "static/site.js": "site/site.js",
    "static/icon.svg": "hub/icon.svg",
}


def shared() -> Iterator[File]:
    """All of them; they belong to the township."""
    for path, source in _FILES.items():
        yield File(path, (_FOLDER / source).read_bytes())
