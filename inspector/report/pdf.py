"""The report as a PDF to print and file: A4 across, Chinese embedded as text that can be searched.

Calls fpdf2 and `inspector.report`. Tables are limited as on the page; their CSV files have the
rest. A character that the font does not have is written by its code point, never left out.
"""

from itertools import islice
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTLibError
from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos
from fpdf.errors import FPDFException
from fpdf.fonts import FontFace, TTFFont

from inspector.findings import UnusableError
from inspector.report.chapters import CHAPTERS
from inspector.report.cover import LIMITS, Cover
from inspector.report.figures import PATTERNS, PATTERNS_NOTE
from inspector.report.table import Content, Table

FAMILY: Final = "cjk"
TEXT, SMALL, HEAD, TITLE = 10.0, 7.0, 14.0, 20.0
"""Sizes of type in points."""
GOOD, BAD, BLACK = (20, 99, 43), (160, 18, 18), (0, 0, 0)
GREY, MARKED = (230, 230, 230), (255, 242, 198)
MANY: Final = 10
"""Columns of a table whose type is small."""

LONGEST: Final = 160
"""Characters of a cell; the CSV has the whole text."""


def write(path: Path, cover: Cover, font: Path, content: Content | None) -> None:
    """The PDF; without content only its cover. Raises UnusableError for a font that cannot be."""
    paper = Paper(font)
    _cover(paper, cover)
    if content is not None:
        _chapters(paper, content)
    paper.output(str(path))


class Paper(FPDF):
    """A4 across, with page numbers."""

    def __init__(self, font: Path) -> None:
        super().__init__(orientation="landscape", format="A4")
        try:
            self.add_font(FAMILY, fname=font, collection_font_number=0)
        except (OSError, ValueError, FPDFException, TTLibError) as error:
            text = f"{font}: 字体不能用。 Not a usable font: {error}"
            raise UnusableError(text) from error
        found = self.fonts[FAMILY]
        self._have = found.cmap.keys() if isinstance(found, TTFFont) else frozenset()
        self.set_font(FAMILY, size=TEXT)
        self.set_auto_page_break(auto=True, margin=15)

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font(FAMILY, size=8)
        self.cell(0, 6, f"用印记录核验报告　第 {self.page_no()} 页", align="R")

    def known(self, text: str) -> str:
        """The text with what the font lacks as 〔U+…〕."""
        return "".join(one if ord(one) in self._have else f"〔U+{ord(one):04X}〕" for one in text)

    def say(self, text: str, size: float = TEXT) -> None:
        """A paragraph over the page's width."""
        self.set_font(FAMILY, size=size)
        height = size * 0.55
        self.multi_cell(
            0,
            height,
            self.known(text),
            wrapmode=WrapMode.CHAR,
            align="L",
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )
        self.ln(1)


def _cover(paper: Paper, cover: Cover) -> None:
    paper.add_page()
    paper.say("用印记录核验报告", TITLE)
    paper.set_text_color(*(GOOD if cover.good else BAD))
    paper.say(f"【{cover.verdict}】", TITLE)
    paper.set_text_color(*BLACK)
    paper.say(cover.reason, 12)
    for warning in cover.warnings:
        paper.say(f"注意：{warning}")
    paper.ln(2)
    paper.say("核验依据", HEAD)
    paper.set_font(FAMILY, size=TEXT)
    with paper.table(
        col_widths=(1, 5),
        first_row_as_headings=False,
        wrapmode=WrapMode.CHAR,
        align="L",
        text_align="LEFT",
        line_height=5.5,
    ) as drawn:
        for pair in cover.lines:
            drawn.row([paper.known(one) for one in pair])
    if not cover.good:
        return
    paper.ln(2)
    paper.say("怎样读这份报告", HEAD)
    for line in LIMITS:
        paper.say(f"· {line}")


def _chapters(paper: Paper, content: Content) -> None:
    for title, tables in CHAPTERS:
        paper.add_page()
        paper.say(title, TITLE)
        if tables is PATTERNS:
            paper.say(PATTERNS_NOTE)
        for table in tables:
            _table(paper, table, content)


def _table(paper: Paper, table: Table, content: Content) -> None:
    total, limit = content.count(table), content.limit
    if paper.will_page_break(40):
        paper.add_page()
    paper.ln(3)
    paper.say(f"{table.zh}（{total}）", HEAD)
    if table.note:
        paper.say(table.note)
    if total > limit:
        paper.say(f"这里列出前 {limit} 行；全部 {total} 行在 tables/{table.name}.csv。")
    if not total:
        paper.say("没有。")
        return
    size = SMALL if len(table.columns) > MANY else TEXT - 1
    paper.set_font(FAMILY, size=size)
    with paper.table(
        col_widths=[column.width for column in table.columns],
        headings_style=FontFace(emphasis="", fill_color=GREY),
        line_height=size * 0.5,
        wrapmode=WrapMode.CHAR,
        text_align="LEFT",
        padding=0.6,
    ) as drawn:
        drawn.row([column.zh for column in table.columns])
        for row in islice(content.rows(table), limit):
            style = FontFace(fill_color=MARKED) if row.marked else None
            drawn.row([_cell(paper, cell) for cell in row.cells], style=style)


def _cell(paper: Paper, text: str) -> str:
    return paper.known(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")
