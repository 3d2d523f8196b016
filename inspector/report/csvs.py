"""Tables as CSV files that spreadsheets in China open rightly. Calls `inspector.report`.

UTF-8 with a mark, so that Excel shows Chinese; a cell that a spreadsheet would compute begins with
an apostrophe.
"""

import csv
from pathlib import Path
from typing import Final

from inspector.report.table import Content, Table

_COMPUTED: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def write(path: Path, table: Table, content: Content) -> None:
    """All rows of the table."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.zh for column in table.columns])
        for row in content.rows(table):
            writer.writerow([defused(cell) for cell in row.cells])


def defused(cell: str) -> str:
    """The cell as text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.lstrip().startswith(_COMPUTED) else cell
