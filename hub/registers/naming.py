"""How an application names a resolution of the register, and whether it may.

Calls `hub.config` and `hub.registers`. The name is a text among what approvers sign: number, the
fingerprint of what was settled, title. A text that is no such name is an older resolution, in
people's own words.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from hub.config import config
from hub.registers import resolutions
from hub.registers.limits import limits
from hub.registers.resolutions import Standing
from wire.refusals import Refused

OFFERED: Final = 50
_NAME: Final = re.compile(r"决议([0-9]{1,9})号 ([0-9a-f]{4}(?:-[0-9a-f]{4}){3}) ", re.ASCII).match
_LIKE: Final = re.compile(r"[0-9a-f]{4}(?:\W?[0-9a-f]{4}){3}", re.ASCII | re.IGNORECASE).search
"""Whatever looks like a fingerprint."""


def offered(village: str) -> Iterator[tuple[str, str, str]]:
    """(number, title, why it cannot be named yet) of the village's newest that were not dropped."""
    rows = resolutions.whole().filter(village=village).exclude(ending__outcome="dropped")
    for one in _standing(rows.order_by("-id")[:OFFERED]):
        yield str(one.row.pk), f"决议{one.row.pk}号 {one.row.title}", one.why_not()


def text(number: str, village: str) -> str:
    """The name of that one of the village's; raises Refused('bad_request') with the field."""
    whole = number.isascii() and number.isdigit() and len(number) < 10
    found = _one(int(number), village) if whole else None
    if found is None:
        raise Refused("bad_request", "register: 登记簿里没有这份决议 no such resolution")
    if no := found.why_not():
        raise Refused("bad_request", f"register: 这份决议还不能用：{no}")
    return found.named


def check(name: str, village: str) -> None:
    """A text that looks like a name of the register has to be one; raises Refused."""
    if not _LIKE(name):
        return
    match = _NAME(name)
    if match is None or text(match[1], village) != name:
        raise Refused("bad_request", "resolution: 和登记簿里的决议不一样，请重新选")


def named(name: str, village: str) -> Standing | None:
    """The resolution that an application of that village names; None for one in free words, and
    where what was settled is not what the application says.
    """
    match = _NAME(name)
    found = None if match is None else _one(int(match[1]), village)
    return found if match and found and found.fingerprint == match[2] else None


def _one(number: int, village: str) -> Standing | None:
    found = _standing(resolutions.whole().filter(pk=number, village=village))
    return found[0] if found else None


def _standing(rows: Any) -> list[Standing]:
    return resolutions.standing(rows, limits(config()))
