"""A spreadsheet of machines: its columns. Calls `hub.sheets`."""

from typing import Final

from hub import sheets
from hub.sheets import Line, Sheet, SheetError

COLUMNS: Final[sheets.Heads] = {
    "name": ("村", "村名", "行政村"),
    "village": ("村编号", "村代码"),
    "device": ("机号", "设备编号", "机器编号"),
    "serial": ("序列号", "主板序列号"),
    "replaces": ("替换旧机", "旧机号"),
}
NEEDED: Final = (("device",), ("serial",), ("name", "village"))
"""Without these heads no line is the head line."""


def read(data: bytes) -> Sheet:
    """What stands in it; raises SheetError."""
    return sheets.read(data, COLUMNS, NEEDED)


__all__ = ["Line", "Sheet", "SheetError", "read"]
