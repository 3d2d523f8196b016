"""From an uploaded file to plain pictures of its pages. Calls its siblings of `hub.intake`.

The file itself is not kept and never given out: what people see, sign and compare are pictures that
were made here.
"""

import shutil
from collections.abc import Sequence
from typing import Final

from hub.intake import frames, painter, sandbox
from hub.intake.kinds import kind_of
from hub.intake.painter import Box
from hub.intake.reasons import Unfit
from hub.intake.sandbox import Limits

MOST_BYTES: Final = 20 << 20
OFFICE: Final = Limits(wall_s=120.0, cpu_s=90, memory=6 << 30)


def pages(name: str, data: bytes, most: int) -> list[bytes]:
    """PNG or JPEG of each page, at most `most`; raises Unfit."""
    if len(data) > MOST_BYTES:
        raise Unfit("file_too_big")
    kind = kind_of(name, data[:32])
    limits = Limits()
    if kind in ("docx", "doc"):
        if shutil.which("soffice") is None:
            raise Unfit("file_word")
        limits = OFFICE
    return frames.read(sandbox.run([kind, str(most)], data, limits), most)


def difference(old: bytes, new: bytes) -> bytes:
    """The new page with what differs from the old one marked, as PNG; raises Unfit."""
    data = b"".join(frames.said([old, new]))
    return frames.read(sandbox.run(["pair", "1"], data, Limits()), 1)[0]


def painted(page: bytes, boxes: Sequence[Box]) -> bytes:
    """The page with these boxes painted over, made anew; raises Unfit."""
    if len(boxes) > painter.MOST:
        raise Unfit("file_too_big")
    return frames.read(sandbox.run(["paint", "1", painter.said(boxes)], page, Limits()), 1)[0]
