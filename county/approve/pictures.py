"""The approved pages as files that a person opens: plain still pictures alone. Calls
`county.{files}` and `county.approve.errors`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from county import files
from county.approve.errors import ApproveError

PNG: Final = b"\x89PNG\r\n\x1a\n"
JPEG: Final = b"\xff\xd8\xff"


def ending(page: bytes) -> str:
    """Of the name of its file, png or jpg; raises ApproveError for anything else, and for
    pictures that move: they could show one page to the approver and another to the machine.
    """
    if page.startswith(JPEG):
        return "jpg"
    if page.startswith(PNG) and not _moves(page):
        return "png"
    raise ApproveError("format")


def lay_out(folder: Path, pages: Sequence[bytes], endings: Sequence[str]) -> None:
    """One file a page in that folder, which has no others; raises ApproveError, OSError."""
    named = {
        f"page-{number:03}.{kind}": page
        for number, (page, kind) in enumerate(zip(pages, endings, strict=True), 1)
    }
    folder.mkdir(exist_ok=True)
    if {one.name for one in folder.iterdir()} - named.keys():
        raise ApproveError("there", str(folder))
    for name, page in named.items():
        files.replace(folder / name, page)


def _moves(png: bytes) -> bool:
    at = len(PNG)
    while at + 8 <= len(png):
        if png[at + 4 : at + 8] == b"acTL":
            return True
        at += 12 + int.from_bytes(png[at : at + 4])
    return False
