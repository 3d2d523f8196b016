"""The report's chapters, each of some tables, in their order. Data."""

from typing import Final

from inspector.report.figures import FIGURES, PATTERNS
from inspector.report.listings import EVENTS, MACHINES, STAMPS
from inspector.report.table import Table

CHAPTERS: Final[tuple[tuple[str, tuple[Table, ...]], ...]] = (
    ("用印", (STAMPS,)),
    ("统计", FIGURES),
    ("拒绝、报警与特殊情形", EVENTS),
    ("机器与没有记录的时段", MACHINES),
    ("值得看一看的例子", PATTERNS),
)
"""Chapters of the report in their order."""
