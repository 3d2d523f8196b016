"""How an item's fields stand in the cells of a spreadsheet, there and back. Calls nothing.

A cell that a spreadsheet program would take for a formula, a number or a date gets an apostrophe in
front, and one apostrophe is taken off whatever comes back: the way there and back changes nothing.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "'")
YES: Final = {"是": True, "true": True, "否": False, "false": False}
CLASSES: Final = {"可以": "allowed", "不可以": "forbidden", "上报": "escalate"}
NAMES: Final = {value: name for name, value in CLASSES.items()}
_FLAGS: Final = frozenset(
    {"same_page", "applicant_may_operate", "emergency", "resolution", "passkeys_only"}
)
_NUMBERS: Final = frozenset({"impressions_max", "seams_max", "seam_pages", "days_valid"})
_DAYS: Final = frozenset({"since", "until"})
_NUMERIC: Final = re.compile(r"[0-9][0-9eE.,:%/ -]*").fullmatch
_DAY: Final = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})", re.ASCII).fullmatch
_BAND: Final = re.compile(r"\s*([0-9]{1,12})\s*(决议)?\s*:\s*(.*)", re.ASCII | re.DOTALL).fullmatch


class CellError(ValueError):
    """A cell that says nothing this tool knows; the text says what it may say."""


def write(name: str, value: Any) -> str:
    """A field's plain value (as in the signed file) as a cell."""
    if name in _FLAGS:
        return "是" if value else "否"
    if name == "cls":
        return NAMES[value]
    if name == "seals":
        return guarded(" ".join(value))
    if name == "chain":
        return guarded(_chain(value))
    if name == "bands":
        return guarded(" | ".join(_band(one) for one in value))
    if name in _NUMBERS or name in _DAYS:
        return str(value)
    return guarded(str(value))


def read(name: str, cell: str) -> Any:
    """Inverse of write, as lenient as a spreadsheet program demands; raises CellError."""
    text, bare = unguarded(cell), unguarded(cell.strip()).strip()
    if name in _FLAGS:
        return _one_of(YES, bare.lower())
    if name == "cls":
        return _one_of(CLASSES, bare)
    if name in _NUMBERS:
        if not (bare.isascii() and bare.isdigit() and len(bare) < 7):
            raise CellError("整数 a whole number")
        return int(bare)
    if name in _DAYS:
        found = _DAY(bare)
        return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else bare
    if name == "seals":
        return bare.split()
    if name == "chain":
        return _steps(bare)
    if name == "bands":
        return [_read_band(one) for one in bare.split("|")] if bare else []
    return text


def guarded(text: str) -> str:
    """A cell that stays the text it is."""
    return f"'{text}" if text.startswith(FORMULA) or _NUMERIC(text) else text


def unguarded(cell: str) -> str:
    """Inverse of guarded."""
    return cell[1:] if cell.startswith("'") else cell


def _one_of(known: Mapping[str, Any], word: str) -> Any:
    if word not in known:
        raise CellError("、".join(known))
    return known[word]


def _chain(steps: list[dict[str, Any]]) -> str:
    return "; ".join(
        f"{one['step']}={'>'.join([one['office'], *one['substitutes']])}" for one in steps
    )


def _steps(text: str) -> list[dict[str, Any]]:
    return [_step(one.strip()) for one in text.replace("；", ";").split(";")] if text else []


def _step(text: str) -> dict[str, Any]:
    name, mark, offices = text.partition("=")
    held = [one.strip() for one in offices.split(">")]
    if not mark or not all(held):
        raise CellError("环节=职务>替补>替补; 下一环节=… step=office>substitute; …")
    return {"step": name.strip(), "office": held[0], "substitutes": held[1:]}


def _band(band: dict[str, Any]) -> str:
    return f"{band['yuan']}{'决议' if band['resolution'] else ''}: {_chain(band['chain'])}"


def _read_band(text: str) -> dict[str, Any]:
    found = _BAND(text.replace("：", ":"))
    if found is None:
        raise CellError("满多少元: 环节=职务 | 满多少元决议: … yuan: step=office | …")
    chain = _steps(found[3].strip())
    return {"yuan": int(found[1]), "chain": chain, "resolution": found[2] is not None}
