"""Sheets of QR codes to cut out: for a village's walls, and for each household's door.

Calls `hub.printed.{code,paper}`. A door's label is a house number that everybody sees; its code is
the village's, the same on all doors, so that nobody is known by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from hub.printed import code
from hub.printed.paper import MM, Paper

SAYS: Final = "微信、支付宝或相机扫一扫，看村里的账、用章和公告，办事、反映问题。"
WITHOUT: Final = "没有手机的，打电话或到村便民服务室，工作人员帮您看、帮您办。"
ACROSS: Final = 2
DOWN: Final = 4
WIDE: Final = 95.0
HIGH: Final = 68.0
"""Millimetres of a card: eight on an A4 sheet."""
LEFT: Final = 10.0
TOP: Final = 12.0
_CODE: Final = 44.0
_SIZES: Final = (18.0, 14.0, 10.5)


@dataclass(frozen=True)
class Village:
    """What stands on each card."""

    name: str
    address: str
    telephones: tuple[tuple[str, str], ...]

    @property
    def calls(self) -> str:
        return "　".join(f"{name} {number}" for name, number in self.telephones)


def village(where: Village, made_ms: int) -> bytes:
    """One large code with its words, A4, for a wall; raises NoFontError."""
    paper = Paper("A4", "", made_ms, small=14, margin=20)
    paper.add_page()
    paper.ln(10)
    paper.say(where.name, 48, align="C")
    side = 130.0
    code.draw(paper, where.address, (paper.w - side) / 2, paper.get_y() + 4, side)
    paper.set_y(paper.get_y() + side + 8)
    for text, size in ((SAYS, 24), (WITHOUT, 20), (where.calls, 20)):
        paper.say(text, size, align="C")
    return paper.done()


def doors(where: Village, labels: Sequence[str], made_ms: int) -> bytes:
    """A card for each door, eight on a sheet; raises NoFontError."""
    paper = Paper("A4", "", made_ms, small=8, margin=5)
    paper.set_auto_page_break(auto=False)
    for number, label in enumerate(labels):
        at = number % (ACROSS * DOWN)
        if not at:
            paper.add_page()
        _card(paper, where, label, LEFT + at % ACROSS * WIDE, TOP + at // ACROSS * HIGH)
    return paper.done()


def svg(where: Village, label: str) -> bytes:
    """One card as a picture, for whoever prints on plates; its text is in the viewer's font."""
    path, units = code.path(where.address)
    scale = _CODE / units
    lines = [
        _text(where.name, 50, 14, 8),
        _text(label, 50, 24, 6),
        *(_text(one, 50, 32 + 6 * n, 4) for n, one in enumerate(_broken(SAYS, 10))),
        *(_text(one, 3, 56 + 5 * n, 3.6) for n, one in enumerate(_broken(WITHOUT, 24))),
        _text(where.calls, 3, 66, 3.6),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE:g}mm" height="{HIGH:g}mm" '
        f'viewBox="0 0 {WIDE:g} {HIGH:g}" lang="zh-CN">'
        f'<rect width="{WIDE:g}" height="{HIGH:g}" fill="#fff" stroke="#000" stroke-width=".3"/>'
        f'<path transform="translate(3 4) scale({scale:.5f})" d="{path}"/>{"".join(lines)}</svg>'
    ).encode()


def _card(paper: Paper, where: Village, label: str, x: float, y: float) -> None:
    paper.set_draw_color(150, 150, 150)
    paper.rect(x, y, WIDE, HIGH)
    code.draw(paper, where.address, x + 2, y + 3, _CODE)
    name, own, small = _SIZES
    beside, width = x + _CODE + 3, WIDE - _CODE - 5
    paper.set_xy(beside, y + 4)
    for text, size in ((where.name, name), (label, own), (SAYS, small)):
        paper.say(text, size, width=width)
    paper.set_xy(x + 3, y + HIGH - small * MM * 1.5 * 3 - 1)
    for text in (WITHOUT, where.calls):
        paper.say(text, small, width=WIDE - 6)


def _text(text: str, x: float, y: float, size: float) -> str:
    family = "Noto Sans CJK SC, WenQuanYi Micro Hei, Microsoft YaHei, sans-serif"
    place = f'x="{x:g}" y="{y:g}" font-size="{size:g}" font-family="{family}"'
    return f"<text {place}>{escape(text)}</text>"


def _broken(text: str, most: int) -> list[str]:
    """Lines of so many characters; no line begins with a sign."""
    lines: list[str] = []
    for one in text:
        if lines and (len(lines[-1]) < most or one in "，。、；"):
            lines[-1] += one
        else:
            lines.append(one)
    return lines
