"""Sets a paper as an A4 page at 200 dpi: faces, sizes, tables, letterheads. Calls bench.evidence
and Pillow. An approved page is such a picture, or a scan or a photo of it.
"""

import random
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from bench.evidence.documents import Paper, Row

DPI: Final = 200
PIXELS_PER_MM: Final = DPI / 25.4
WIDTH, HEIGHT = 1654, 2339
Pixels = npt.NDArray[np.uint8]  # red, green, blue

_FOLDER: Final = Path("/usr/share/fonts")
FACES: Final = {
    "sans": (_FOLDER / "truetype/wqy/wqy-microhei.ttc", 0),
    "zenhei": (_FOLDER / "truetype/wqy/wqy-zenhei.ttc", 0),
    "song": (_FOLDER / "opentype/noto/NotoSerifCJK-Regular.ttc", 2),
    "song-bold": (_FOLDER / "opentype/noto/NotoSerifCJK-Bold.ttc", 2),
    "hei": (_FOLDER / "opentype/noto/NotoSansCJK-Regular.ttc", 2),
    "ming": (_FOLDER / "truetype/arphic/uming.ttc", 0),
    "kai": (_FOLDER / "truetype/arphic/ukai.ttc", 0),
}
"""Debian's fonts-wqy-microhei, fonts-wqy-zenhei, fonts-noto-cjk, fonts-arphic-uming and -ukai."""
POINTS: Final = (10.5, 12.0, 14.0, 16.0)
"""五号, 小四, 四号 and 三号: what offices print in."""
_CLOSING_PUNCTUATION: Final = "，。、；：！？）》”"
_RED: Final = (205, 30, 35)


@dataclass(frozen=True)
class Look:
    """How a page is set; millimetres and points."""

    face: str
    points: float
    margin: float
    black: int

    @staticmethod
    def any(chance: random.Random) -> "Look":
        return Look(
            chance.choice(list(FACES)),
            chance.choice(POINTS),
            chance.uniform(22, 32),
            chance.randint(0, 60),
        )


def page(paper: Paper, look: Look) -> Pixels:
    """The sheet as it leaves the computer."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    _Pen(image, look).write(paper)
    return np.asarray(image, np.uint8)


def empty(kind: str, chance: random.Random) -> Pixels:
    """`blank`, `lines` (ruled paper or an empty grid), or `letterhead` (with or without a foot)."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen = _Pen(image, Look.any(chance))
    if kind == "lines":
        pen.rules(chance)
    if kind == "letterhead":
        pen.letterhead(f"{chance.choice(('晨光村', '云溪村'))}村民委员会")
        if chance.random() < 0.5:
            pen.foot("地址：示例镇东塘路1号　电话：0000-0000000")
    return np.asarray(image, np.uint8)


class _Pen:
    def __init__(self, image: Image.Image, look: Look) -> None:
        self._draw = ImageDraw.Draw(image)
        self._look = look
        self._ink = (look.black,) * 3
        self._size = look.points / 72 * DPI
        self._left = look.margin * PIXELS_PER_MM
        self._right = WIDTH - self._left
        self._y = 25 * PIXELS_PER_MM

    def write(self, paper: Paper) -> None:
        if paper.letterhead:
            self.letterhead(paper.letterhead)
        self._y += 2 * self._size
        title = font(self._look.face, round(self._size * 1.5))
        self._draw.text((WIDTH / 2, self._y), paper.title, self._ink, title, anchor="ms")
        self._y += 2.4 * self._size
        for block in paper.filled():
            if isinstance(block, Row):
                self._row(block)
            else:
                self._paragraph(block)
        self._y = max(self._y + 2 * self._size, HEIGHT * 0.45)
        for line in paper.closing:
            self._draw.text((self._right, self._y), line, self._ink, self._face, anchor="rs")
            self._y += 1.8 * self._size

    def letterhead(self, words: str) -> None:
        big = font("song-bold", round(12 * PIXELS_PER_MM))
        self._draw.text((WIDTH / 2, self._y + big.size), words, _RED, big, anchor="ms")
        self._y += big.size + 6 * PIXELS_PER_MM
        line = (self._left, self._y, self._right, self._y)
        self._draw.line(line, fill=_RED, width=6)
        self._y += 4 * PIXELS_PER_MM

    def foot(self, words: str) -> None:
        small = font(self._look.face, round(9 / 72 * DPI))
        at = (WIDTH / 2, HEIGHT - 12 * PIXELS_PER_MM)
        self._draw.text(at, words, self._ink, small, anchor="ms")

    def rules(self, chance: random.Random) -> None:
        step = chance.uniform(8, 14) * PIXELS_PER_MM
        bottom = HEIGHT - 20 * PIXELS_PER_MM
        count = int((bottom - self._y) / step)
        for row in range(count + 1):
            y = self._y + row * step
            self._draw.line((self._left, y, self._right, y), fill=self._ink, width=2)
        for column in range(chance.choice((0, 0, 5, 6))):
            x = self._left + column * (self._right - self._left) / 5
            down = (x, self._y, x, self._y + count * step)
            self._draw.line(down, fill=self._ink, width=2)

    @property
    def _face(self) -> ImageFont.FreeTypeFont:
        return font(self._look.face, round(self._size))

    def _paragraph(self, text: str) -> None:
        line = ""
        for character in text:
            full = self._face.getlength(line + character) > self._right - self._left
            if full and character not in _CLOSING_PUNCTUATION:
                self._line(line)
                line = ""
            line += character
        self._line(line)

    def _line(self, text: str) -> None:
        self._draw.text((self._left, self._y), text, self._ink, self._face, anchor="ls")
        self._y += 1.75 * self._size

    def _row(self, row: Row) -> None:
        top, height = self._y - 1.25 * self._size, 1.7 * self._size
        wide = (self._right - self._left) / (len(row.cells) + 0.6)
        x = self._left
        for number, cell in enumerate(row.cells):
            span = wide * (0.7 if number == 0 else 1.3 if number == 2 else 1.0)
            box = (x, top, x + span, top + height)
            self._draw.rectangle(box, outline=self._ink, width=2)
            middle = (x + span / 2, top + height / 2)
            small = font(self._look.face, round(min(self._size, 12 / 72 * DPI)))
            self._draw.text(middle, cell, self._ink, small, anchor="mm")
            x += span
        self._y += height


@lru_cache(maxsize=64)
def font(face: str, pixels: int) -> ImageFont.FreeTypeFont:
    path, index = FACES[face]
    return ImageFont.truetype(str(path), pixels, index=index)
