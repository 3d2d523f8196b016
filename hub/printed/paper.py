"""A PDF with Chinese embedded as text that can be searched. Calls fpdf2 and fontTools.

Only the characters used are embedded. One that the font does not have is written by its code point,
never left out.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTLibError
from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos
from fpdf.errors import FPDFException
from fpdf.fonts import TTFFont

FONTS: Final = (
    Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
    Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"),
)
"""Debian's fonts-wqy-microhei and -zenhei."""
FAMILY: Final = "cjk"
MM: Final = 25.4 / 72
"""Of a point."""
LINE: Final = 1.5


class NoFontError(Exception):
    """Nothing can be printed; the text says what to install, in Chinese and English."""


class Paper(FPDF):
    """A page of `size` (A4, A3) with its number and `below` at its foot; the same input at the same
    `made_ms` makes the same bytes. Raises NoFontError.
    """

    def __init__(self, size: str, below: str, made_ms: int, *, small: float, margin: float) -> None:
        super().__init__(orientation="portrait", format=size)
        self._below, self._small = below, small
        font = next((one for one in FONTS if one.is_file()), FONTS[0])
        try:
            self.add_font(FAMILY, fname=font, collection_font_number=0)
        except (OSError, ValueError, FPDFException, TTLibError) as error:
            raise NoFontError(
                f"{font}: 没有中文字体，请安装 fonts-wqy-microhei。 No Chinese font: install it. "
                f"{error}"
            ) from error
        found = self.fonts[FAMILY]
        self._have = found.cmap.keys() if isinstance(found, TTFFont) else frozenset()
        self.set_creation_date(datetime.fromtimestamp(made_ms / 1000, UTC))
        self.set_lang("zh-CN")
        self.set_margin(margin)
        self.set_auto_page_break(auto=True, margin=margin + small)
        self.set_font(FAMILY, size=small)

    def footer(self) -> None:
        """Called by fpdf2 at the end of each page."""
        self.set_y(-(self.b_margin - self._small * MM))
        self.set_font(FAMILY, size=self._small)
        text = f"{self._below}　第 {self.page_no()} 页" if self._below else ""
        self.cell(0, self._small * MM * LINE, self.known(text), align="C")

    def known(self, text: str) -> str:
        """The text with what the font lacks as 〔U+…〕."""
        return "".join(
            one if ord(one) in self._have or one == "\n" else f"〔U+{ord(one):04X}〕"
            for one in text
        )

    def say(self, text: str, size: float, *, align: str = "L", width: float = 0) -> None:
        """A paragraph over the width (0: the page's)."""
        self.set_font(FAMILY, size=size)
        self.multi_cell(
            width,
            size * MM * LINE,
            self.known(text),
            wrapmode=WrapMode.CHAR,
            align=align,
            new_x=XPos.LEFT,
            new_y=YPos.NEXT,
        )

    def done(self) -> bytes:
        return bytes(self.output())
