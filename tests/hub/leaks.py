"""Numbers of people that nobody has, valid by their check digits, and ways to hide them.

Tests alone need valid ones: examples and pages of the project carry none.
"""

import random
from typing import Final

from hub.redaction import numbers

SEPARATORS: Final = (
    *(" ", "-", ".", "·", "\n", "\r\n", "\t", "　", "\u200b", "\u00ad", "_", "/", "|", ":", "*"),
    *("，", "。", "、", "；", "：", "—", "――", "－", "．", "（", "）", "【", "＿", "\u2028", " - "),
)
FORMS: Final = ("0123456789", "０１２３４５６７８９", "⓪①②③④⑤⑥⑦⑧⑨", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def id_number(chance: random.Random, last: str = "") -> str:
    """One whose check digit is `last`, any where that is empty."""
    while True:
        day = f"{chance.randint(1930, 2020)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}"
        digits = f"330327{day}{chance.randint(0, 999):03}"
        sign = numbers.check_digit(digits)
        if last in ("", sign):
            return digits + sign


def old_id_number(chance: random.Random) -> str:
    day = f"{chance.randint(20, 99)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}"
    return f"330327{day}{chance.randint(0, 999):03}"


def card(chance: random.Random) -> str:
    digits = "6228" + "".join(chance.choices("0123456789", k=chance.randint(11, 14)))
    return next(digits + last for last in "0123456789" if numbers.luhn(digits + last) == 0)


def mobile(chance: random.Random) -> str:
    return f"1{chance.choice('3456789')}{chance.randint(0, 10**9 - 1):09}"


def landline(chance: random.Random) -> str:
    return f"0577{chance.randint(2, 8)}{chance.randint(0, 10**7 - 1):07}"


def spaced(digits: str, separator: str, cuts: set[int]) -> str:
    """With the separator before each digit of these places."""
    return "".join(separator * (place in cuts) + one for place, one in enumerate(digits))
