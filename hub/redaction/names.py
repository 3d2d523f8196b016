"""Names and addresses as the public may read them. Pure; calls nothing.

张三 becomes 张*, 欧阳娜娜 becomes 欧阳**; of a name with a point only its first sign stays. No hash
of a name ever stands in its place: there are too few names.
"""

import re
import unicodedata
from collections.abc import Callable, Collection
from typing import Final

STAR: Final = "*"
POINT: Final = "·"
HIDDEN: Final = "***"
_PAIRS: Final = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶"
    "太叔申屠公孙慕容仲孙钟离长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良"
    "漆雕乐正宰父谷梁拓跋夹谷轩辕令狐段干百里呼延东郭南门羊舌微生公户公玉梁丘左丘东门"
    "西门第五南荣淳于单于叱干贯丘"
)
COMPOUND: Final = frozenset(_PAIRS[place : place + 2] for place in range(0, len(_PAIRS), 2))
"""Family names of two characters."""
_POINTS: Final = re.compile("[·•‧・．.∙⋅]")
_LISTED: Final = re.compile(r"([、,;/|\s]+)")
_LEAST_COMPOUND: Final = 3
_VILLAGE: Final = re.compile(r".*?(?:行政村|自然村|村|社区|居委会)")
_TOWN: Final = re.compile(r".*(?:镇|乡|街道|县|区|市)")


def mask(text: str) -> str:
    """Each name of a cell, which may list several: its family name and stars."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return "".join(
        part if index % 2 else _masked(part) for index, part in enumerate(_LISTED.split(plain))
    )


def mask_address(text: str) -> str:
    """Up to the village, else up to the town; nothing of an address without either."""
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _VILLAGE.match(plain) or _TOWN.match(plain)
    return (found[0] if found else "") + HIDDEN


def masker(names: Collection[str]) -> Callable[[str], str]:
    """What masks these names in a text, wherever they stand."""
    by_first: dict[str, list[str]] = {}
    known = {part for cell in names for part in parts(cell)}
    for name in sorted(known, key=len, reverse=True):
        by_first.setdefault(name[0], []).append(name)
    if not by_first:
        return str
    pattern = re.compile("[" + re.escape("".join(by_first)) + "]")

    def masked(text: str) -> str:
        pieces, since = [], 0
        for found in pattern.finditer(text):
            place = found.start()
            known = (one for one in by_first[found[0]] if text.startswith(one, place))
            name = next(known, "") if place >= since else ""
            if name:
                pieces += [text[since:place], _masked(name)]
                since = place + len(name)
        return "".join(pieces) + text[since:]

    return masked


def parts(text: str) -> list[str]:
    """The names that a cell lists, those of one sign aside."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return [one for one in _LISTED.split(plain)[::2] if len(one) > 1]


def _masked(name: str) -> str:
    pieces = _POINTS.split(name)
    if len(pieces) > 1:
        first, *rest = (STAR * len(piece) for piece in pieces)
        return POINT.join((name[0] + first[1:], *rest)) if pieces[0] else POINT.join((first, *rest))
    shown = 2 if len(name) >= _LEAST_COMPOUND and name[:2] in COMPOUND else 1
    return name if not name else name[:shown] + STAR * max(len(name) - shown, 1)
