"""Words for the inspectors' pages: those of entries, and what only the hub says of them. Data.

Calls only `wire.record.words`.
"""

from collections.abc import Mapping
from typing import Final

from wire.record.words import (
    ALARMS,
    EMERGENCY,
    FIELDS,
    FINDINGS,
    KINDS,
    OUTSIDE,
    QUALITIES,
    Words,
    finding,
)

__all__ = [
    "ALARMS",
    "EMERGENCY",
    "FIELDS",
    "FINDINGS",
    "GRAVE",
    "KINDS",
    "OUTSIDE",
    "QUALITIES",
    "READINGS",
    "RIVALS",
    "Words",
    "finding",
]

GRAVE: Final = frozenset(
    {
        *("alarm", "interrupted", "clock_step", "unenrolled", "maintenance", "config"),
        *("seal_out", "seal_in", "seal_replaced", "handover"),
        *("emergency", "outside_use", "correction"),
    }
)
"""Kinds that an inspector should not scroll past."""

RIVALS: Final[Mapping[str, str]] = {
    "fork": "同一序号有两份不同的记录",
    "prev": "接不上前一条记录",
}
"""Why an entry contradicts those that are kept."""

READINGS: Final[Mapping[str, Words]] = {
    "same": ("照片上的文字与批准的页一致", "the text is that of the approved page"),
    "differs": ("照片上的文字与批准的页不同", "the text differs from the approved page"),
    "unreadable": ("照片上的文字认不出，请人工核对", "the text cannot be read; compare by eye"),
    "failed": ("文字比对出错，请人工核对", "the text could not be compared; compare by eye"),
    "no_page": ("没有批准的页可以比对", "no approved page to compare with"),
    "waiting": ("文字还没有比对", "the text has not been compared yet"),
}
"""What `sealhub read` found; `waiting` where it found nothing yet."""
