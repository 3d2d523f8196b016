"""What a report is attached to: a stamp, a publication, or one line of money in it. Pure.

Calls `wire.stamp_code`. The reference stands in the address that a public page leads to; it is
public and names nobody.
"""

import re
from dataclasses import dataclass
from typing import Final

from wire.stamp_code import StampCode

_FORM: Final = re.compile(
    r"(stamp):([0-9a-f]{64})"
    r"|(notice):([0-9a-f]{64})\.([1-9][0-9]{0,3})"
    r"|(payment):([0-9a-f]{64})\.([1-9][0-9]{0,3})\.([1-9][0-9]{0,3})",
    re.ASCII,
)


@dataclass(frozen=True)
class Attached:
    """`name` is a stamp's entry or a publication's series, in hex digits; `row` counts from 1."""

    kind: str
    name: str
    edition: int = 0
    row: int = 0


def read(text: str) -> Attached | None:
    """None for anything else than what our own pages write."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    kind, name, *numbers = (one for one in found.groups() if one is not None)
    return Attached(kind, name, *map(int, numbers))


def known(text: str) -> str:
    """The reference, empty for anything else."""
    return "" if read(text) is None else text


def words(text: str, township: int) -> str:
    """For people to read, a stamp by the number on its paper; empty for no reference."""
    found = read(text)
    if found is None:
        return ""
    if found.kind == "stamp":
        return f"一次盖章（编号 {StampCode.of(township, bytes.fromhex(found.name)).spoken}）"
    which = f"一份公开内容（编号 {found.name[:8]}，第 {found.edition} 版）"
    return which if found.kind == "notice" else f"{which}里的第 {found.row} 笔"
