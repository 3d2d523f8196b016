"""Which digits are an identity number, a bank card's or a telephone's. Pure; calls nothing.

Provinces are those of GB/T 2260; foreigners' permanent residence begins with a 9 before one. The
check digit is that of GB 11643 (ISO 7064 MOD 11-2). Cards begin as those of banks in China do.
"""

import re
from datetime import date
from typing import Final

WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
SIGNS: Final = "10X98765432"
LOCAL: Final = re.compile(r"[2-8]\d{6,7}", re.ASCII)
"""A telephone without its area code: nothing but what stands before it tells it from a count."""
_PROVINCE: Final = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])"
_ID: Final = re.compile(
    rf"(?:{_PROVINCE}\d{{4}}|9{_PROVINCE}\d{{3}})(?:19\d\d|20[0-4]\d)\d{{7}}[\dX]", re.ASCII
)
_OLD_ID: Final = re.compile(rf"{_PROVINCE}\d{{13}}", re.ASCII)
_CARD: Final = re.compile(r"(?:3[0568]|[456]|81|95)\d{14,18}", re.ASCII)
_CARD_LENGTHS: Final = range(16, 20)
_MOBILE: Final = re.compile(r"(?:0?0?86|0)?1[3-9]\d{9}", re.ASCII)
_LANDLINE: Final = re.compile(
    r"(?:(?:0?086)?0|0?086|86)(?:10|2\d|3[1579]\d|335|349|[4-9]\d\d)[2-8]\d{6,7}", re.ASCII
)
_COUNTRY: Final = re.compile(r"(?:0?0?86)?0?", re.ASCII)
_LOCAL_MOST: Final = 8


def is_id(digits: str) -> bool:
    """18 signs: a province, a day, and the right check digit."""
    if not _ID.fullmatch(digits) or not _is_day(digits[6:14]):
        return False
    return digits[17] == check_digit(digits[:17])


def check_digit(digits: str) -> str:
    """Of the first 17 digits of an identity number."""
    total = sum(int(one) * weight for one, weight in zip(digits, WEIGHTS, strict=True))
    return SIGNS[total % 11]


def is_old_id(digits: str) -> bool:
    """15 digits, as they were given until 1999: a province and a day, no check digit."""
    return bool(_OLD_ID.fullmatch(digits)) and _is_day(f"19{digits[6:12]}")


def is_card(digits: str) -> bool:
    """16 to 19 digits whose last one fits by Luhn."""
    return bool(_CARD.fullmatch(digits)) and len(digits) in _CARD_LENGTHS and luhn(digits) == 0


def luhn(digits: str) -> int:
    """0 where the last digit fits the others."""
    odd, even = digits[-1::-2], digits[-2::-2]
    return (sum(map(int, odd)) + sum(sum(divmod(2 * int(one), 10)) for one in even)) % 10


def is_mobile(digits: str) -> bool:
    return bool(_MOBILE.fullmatch(digits))


def is_landline(digits: str) -> bool:
    """With its area code."""
    return bool(_LANDLINE.fullmatch(digits))


def subscriber(digits: str) -> str:
    """Without the country's number and the 0 before the area's."""
    return _COUNTRY.sub("", digits, count=1) if len(digits) > _LOCAL_MOST else digits


def _is_day(text: str) -> bool:
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True
