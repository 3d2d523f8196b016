"""A notice on paper: to take home (A4) and for the board (A3, large type).

Calls `hub.printed.{paper,code}`. What stands in it is the public's text already: this module hides
nothing and asks nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from fpdf.enums import WrapMode
from fpdf.fonts import FontFace

from hub.printed import code
from hub.printed.paper import FAMILY, LINE, MM, Paper

GREY: Final = (235, 235, 235)
DRAWN: Final = 2
"""Another number, with another layout, draws all that was drawn before anew."""
HELP: Final = "没有手机、看不清的，请到村便民服务室，工作人员读给您听、打印给您。"


@dataclass(frozen=True)
class Sheet:
    """Rows under their heads; `numbers` are places of columns that stand to the right."""

    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Notice:
    """As the public reads it: title, what is above and below the sheet, where it stands on the
    site (`address`), and whom to call. `term` says from when until when it hangs.
    """

    village: str
    title: str
    term: str
    text: tuple[str, ...]
    sheet: Sheet | None
    after: tuple[str, ...]
    address: str
    telephones: tuple[tuple[str, str], ...]
    made_ms: int


@dataclass(frozen=True)
class _Layout:
    """Paper and sizes of type in points; margin and QR code in millimetres."""

    paper: str
    title: float
    text: float
    cell: float
    small: float
    margin: float
    code: float = field(default=32)


_HAND: Final = _Layout("A4", 24, 16, 14, 11, 15)
_BOARD: Final = _Layout("A3", 46, 30, 26, 18, 20, 55)
"""Read from two metres away."""
_LEAST, _MOST = 3, 10
"""Characters that a column is wide at least, and lines that a cell has at most: what needs more is
no table, but is written row by row. fpdf2 turns pages for ever for a row higher than one.
"""
_PADDING: Final = 1.2


def pdf(notice: Notice) -> bytes:
    """To take home; raises NoFontError."""
    return _made(notice, _HAND)


def board(notice: Notice) -> bytes:
    """For the board; raises NoFontError."""
    return _made(notice, _BOARD)


def _made(notice: Notice, layout: _Layout) -> bytes:
    paper = Paper(
        layout.paper,
        f"{notice.village}　{notice.title}",
        notice.made_ms,
        small=layout.small,
        margin=layout.margin,
    )
    paper.set_title(notice.title)
    paper.add_page()
    paper.say(notice.village, layout.text, align="C")
    paper.say(notice.title, layout.title, align="C")
    paper.say(notice.term, layout.text, align="C")
    paper.ln(layout.text * MM)
    for one in notice.text:
        paper.say(one, layout.text)
    if notice.sheet is not None:
        _sheet(paper, notice.sheet, layout)
    for one in notice.after:
        paper.say(one, layout.text)
    _foot(paper, notice, layout)
    return paper.done()


def _sheet(paper: Paper, sheet: Sheet, layout: _Layout) -> None:
    """With its heads on every page; columns as wide as what stands in them asks for."""
    if not _fits(paper, sheet, layout):
        _row_by_row(paper, sheet, layout)
        return
    paper.ln(2)
    paper.set_font(FAMILY, size=layout.cell)
    aligns = ["RIGHT" if at in sheet.numbers else "LEFT" for at in range(len(sheet.heads))]
    with paper.table(
        col_widths=_widths(sheet),
        headings_style=FontFace(emphasis="", fill_color=GREY),
        line_height=layout.cell * MM * LINE,
        wrapmode=WrapMode.CHAR,
        text_align=aligns,
        padding=_PADDING,
    ) as drawn:
        drawn.row([paper.known(one) for one in sheet.heads])
        for row in sheet.rows:
            drawn.row([paper.known(one) for one in row])
    paper.ln(2)


def _fits(paper: Paper, sheet: Sheet, layout: _Layout) -> bool:
    widths = _widths(sheet)
    for column, width in zip(zip(sheet.heads, *sheet.rows, strict=True), widths, strict=True):
        room = paper.epw * width / sum(widths) - 2 * _PADDING
        wide = int(room / (layout.cell * MM))
        if wide < _LEAST or max(map(_width, column)) > wide * _MOST:
            return False
    return True


def _row_by_row(paper: Paper, sheet: Sheet, layout: _Layout) -> None:
    for number, row in enumerate(sheet.rows, start=1):
        paper.say(f"第 {number} 笔", layout.text)
        for head, cell in zip(sheet.heads, row, strict=True):
            paper.say(f"{head}：{cell}", layout.cell)
        paper.ln(2)


def _widths(sheet: Sheet) -> list[int]:
    """In proportion to the longest text, between 4 and 20 characters."""
    columns = zip(sheet.heads, *sheet.rows, strict=True)
    return [max(4, min(20, max(map(_width, column)))) for column in columns]


def _width(text: str) -> int:
    """A Latin letter is half as wide."""
    return sum(2 if ord(one) > 0x2E80 else 1 for one in text) // 2 + 1


def _foot(paper: Paper, notice: Notice, layout: _Layout) -> None:
    """How to read it on a phone, and without one; never torn over two pages."""
    if paper.will_page_break(layout.code + layout.text * MM):
        paper.add_page()
    paper.ln(layout.text * MM)
    top, left = paper.get_y(), paper.l_margin
    code.draw(paper, notice.address, left, top, layout.code)
    beside = left + layout.code + layout.small * MM
    paper.set_xy(beside, top)
    width = paper.w - paper.r_margin - beside
    calls = "　".join(f"{name} {number}" for name, number in notice.telephones)
    for one in ("手机扫一扫，在村里的网页上看。", HELP, f"有疑问，打电话：{calls}"):
        paper.say(one, layout.small, width=width)
        paper.set_x(beside)
