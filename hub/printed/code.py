"""An address as a QR code that old cameras read: few, large modules. Calls segno.

29 × 29 modules (version 3) hold 42 bytes with correction M, 53 with L: a village's address is
short enough. A longer one makes more modules, and says so by its number.
"""

from io import BytesIO
from typing import Final

import segno
from fpdf import FPDF

QUIET: Final = 4
"""Modules of white around, as the standard wants."""
FINE: Final = 29


def made(address: str) -> segno.QRCode:
    """Correction M where that keeps it to 29 modules, else L."""
    code = segno.make_qr(address, error="m", boost_error=False)
    if modules(code) <= FINE:
        return code
    return segno.make_qr(address, error="l", boost_error=False)


def modules(code: segno.QRCode) -> int:
    """On each side, without the white around."""
    return len(code.matrix)


def svg(address: str) -> bytes:
    """The picture alone, black on white, for any size."""
    drawn = BytesIO()
    made(address).save(drawn, kind="svg", border=QUIET, light="#fff", xmldecl=False, scale=4)
    return drawn.getvalue()


def path(address: str) -> tuple[str, int]:
    """Its dark modules as the path of an SVG, and how many units it is wide."""
    code = made(address)
    rows = (f"M{x} {y}h{width}v1h-{width}z" for y, x, width in _runs(code))
    return "".join(rows), modules(code) + 2 * QUIET


def draw(paper: FPDF, address: str, x: float, y: float, size: float) -> None:
    """With its white, `size` millimetres wide, as drawn shapes."""
    code = made(address)
    unit = size / (modules(code) + 2 * QUIET)
    paper.set_fill_color(0, 0, 0)
    for row, first, width in _runs(code):
        paper.rect(x + first * unit, y + row * unit, width * unit, unit, style="F")


def _runs(code: segno.QRCode) -> list[tuple[int, int, int]]:
    """(row, first, how many) of dark modules beside one another, with the white around."""
    found = []
    for y, row in enumerate(code.matrix):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                found.append((y + QUIET, start + QUIET, x - start))
            x += 1
    return found
