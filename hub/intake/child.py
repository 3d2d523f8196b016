"""`python -m hub.intake.child KIND MOST`, inside the sandbox: a file from its input becomes pages,
or a pair of pages one on which is marked what differs; `paint 1 BOXES` paints boxes of a page over.

Calls its siblings of `hub.intake`, `evidence`, Pillow, poppler's programs and, for Word files,
LibreOffice. Nothing it decodes is decoded anywhere else in the hub.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from hub.intake import differ, frames, painter, pictures
from hub.intake.papers import of_pdf, of_word
from hub.intake.reasons import Unfit

FOLDER = Path("/tmp")  # noqa: S108


def main(arguments: list[str]) -> int:
    """Always 0 with an answer; anything else is what a limit made of it."""
    kind, most = arguments[0], int(arguments[1])
    data = sys.stdin.buffer.read()
    out = sys.stdout.buffer
    try:
        if kind == "paint":
            pages = [painter.painted(data, painter.read(arguments[2]))]
        else:
            pages = list(_pages(kind, data, most))
    except Unfit as no:
        out.write(frames.refused(no))
        return 0
    for piece in frames.said(pages):
        out.write(piece)
    return 0


def _pages(kind: str, data: bytes, most: int) -> Iterator[bytes]:
    if kind == "pair":
        yield differ.marked(*frames.read(data, 2))
        return
    if kind == "picture":
        yield pictures.cleaned(data)
        return
    if kind != "pdf":
        data = of_word(data, kind, FOLDER)
    yield from of_pdf(data, most, FOLDER)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
