"""Every reason for which a machine or the township says no: stable codes, words, what to do next.

Calls only `wire.refusals_table`. Codes are extended, never renamed.
"""

from dataclasses import dataclass
from typing import Final

from wire.refusals_table import TABLE

__all__ = ["REFUSALS", "Refusal", "Refused", "to_dict"]


@dataclass(frozen=True)
class Refusal:
    """One reason, in Chinese and English, with the next step for the person who reads it."""

    code: str
    zh: str
    en: str
    next_zh: str
    next_en: str


REFUSALS: Final = {code: Refusal(code, *words) for code, words in TABLE.items()}


class Refused(Exception):  # noqa: N818
    """No, for a reason of the table; `detail` (English) is for the record, never personal data."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.refusal = REFUSALS[code]
        self.code = code
        self.detail = detail


def to_dict(code: str, detail: str = "") -> dict[str, str]:
    """The refusal as sockets and pages carry it; KeyError for a code that is not in the table."""
    known = REFUSALS[code]
    return {
        "code": code,
        "zh": known.zh,
        "en": known.en,
        "next_zh": known.next_zh,
        "next_en": known.next_en,
        "detail": detail,
    }
