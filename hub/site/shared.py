"""The files that every page of the public site uses: style sheet, script, icon.

Calls `hub.site.files`. They have the addresses that forms of the application use for them, too.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from hub.site.files import File

_FOLDER: Final = Path(__file__).parent.parent / "static"
_FILES: Final = ("site/site.css", "site/site.js", "hub/icon.svg")


def shared() -> Iterator[File]:
    """All of them; they belong to the township."""
    for path in _FILES:
        yield File(f"static/{path}", (_FOLDER / path).read_bytes())
