"""A table as a PDF of A4 sheets across, drawn with Debian's Pillow and Chinese font.

Calls nothing of ours. The sheets are pictures of 150 dots an inch: a page to print, not to search.
"""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

DPI: Final = 150
WIDTH, HEIGHT, EDGE = 1754, 1240, 70
TEXT, TITLE, GAP = 22, 34, 8
"""Pixels: A4 across, margins, and the sizes of type."""

FONTS: Final = (
    Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
)
"""The fonts that the machine's package, or a test's computer, has."""

Cells = Sequence[str]


def table(title: str, columns: Cells, widths: Sequence[int], lines: Sequence[Cells]) -> bytes:
    """The PDF's bytes; as many sheets as the lines need, each with title and heads."""
    from PIL import Image, ImageDraw, ImageFont

    name = str(next((path for path in FONTS if path.exists()), FONTS[0]))
    text, head = ImageFont.truetype(name, TEXT), ImageFont.truetype(name, TITLE)
    pixels = [(WIDTH - 2 * EDGE) * width // sum(widths) for width in widths]
    sheets: list[Image.Image] = []
    rest = [_folded(line, pixels, text) for line in lines]
    while rest or not sheets:
        sheet = Image.new("L", (WIDTH, HEIGHT), 255)
        drawn = ImageDraw.Draw(sheet)
        drawn.text((EDGE, EDGE), title, fill=0, font=head)
        number = f"第 {len(sheets) + 1} 页"
        drawn.text((WIDTH - EDGE, HEIGHT - EDGE), number, fill=0, font=text, anchor="rs")
        top = _row(drawn, EDGE + 2 * TITLE, _folded(columns, pixels, text), pixels, text)
        fresh = True
        while rest and (fresh or top + _height(rest[0]) < HEIGHT - 2 * EDGE):
            top, fresh = _row(drawn, top, rest.pop(0), pixels, text), False
        sheets.append(sheet)
    made = BytesIO()
    sheets[0].save(made, "PDF", resolution=DPI, save_all=True, append_images=sheets[1:])
    return made.getvalue()


def _folded(line: Cells, pixels: Sequence[int], font: "FreeTypeFont") -> list[list[str]]:
    """Each cell's text broken into lines that fit its column."""
    return [_fold(cell, width - 2 * GAP, font) for cell, width in zip(line, pixels, strict=True)]


def _fold(text: str, width: int, font: "FreeTypeFont") -> list[str]:
    lines = [""]
    for one in text:
        if lines[-1] and font.getlength(lines[-1] + one) > width:
            lines.append("")
        lines[-1] += one
    return lines


def _height(row: Sequence[Sequence[str]]) -> int:
    return max(map(len, row)) * (TEXT + 4) + 2 * GAP


def _row(
    drawn: "ImageDraw",
    top: int,
    row: Sequence[Sequence[str]],
    pixels: Sequence[int],
    font: "FreeTypeFont",
) -> int:
    """Draw one row of boxes; where the next begins."""
    left, height = EDGE, _height(row)
    for lines, width in zip(row, pixels, strict=True):
        drawn.rectangle((left, top, left + width, top + height), outline=0)
        drawn.multiline_text((left + GAP, top + GAP), "\n".join(lines), fill=0, font=font)
        left += width
    return top + height
