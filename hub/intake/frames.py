"""What the child says to the hub: pages, or the reason why there are none. Pure; calls `reasons`.

The child may have been taken over by a file: nothing is believed but that these are so many bytes
which begin as a PNG or a JPEG does.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Final

from hub.intake.reasons import TABLE, Unfit

PICTURES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
MOST_BYTES: Final = 16 << 20
"""Of one page: `evidence.picture` decodes no more."""


def said(pages: Iterable[bytes]) -> Iterator[bytes]:
    """The answer with these pages, piece by piece; it counts only with its end."""
    for page in pages:
        yield len(page).to_bytes(4, "big")
        yield page
    yield bytes(4)


def refused(no: Unfit) -> bytes:
    """The answer that says why not."""
    return b"!" + json.dumps([no.code, no.detail]).encode()


def read(answer: bytes, most: int) -> list[bytes]:
    """The pages, at most `most`; raises Unfit."""
    if answer.startswith(b"!"):
        raise _reason(answer[1:])
    pages: list[bytes] = []
    place = 0
    while True:
        length = int.from_bytes(answer[place : place + 4], "big")
        place += 4
        if place > len(answer) or length > MOST_BYTES:
            raise Unfit("file_damaged")
        if length == 0:
            return _whole(pages)
        if len(pages) == most:
            raise Unfit("file_too_long", f"最多 {most} 页")
        pages.append(answer[place : place + length])
        place += length


def _whole(pages: list[bytes]) -> list[bytes]:
    if not pages or not all(page.startswith(PICTURES) for page in pages):
        raise Unfit("file_damaged")
    return pages


def _reason(data: bytes) -> Unfit:
    try:
        code, detail = json.loads(data[:400])
    except (ValueError, TypeError):
        return Unfit("file_damaged")
    if code not in TABLE or not isinstance(detail, str):
        return Unfit("file_damaged")
    return Unfit(code, detail[:60])
