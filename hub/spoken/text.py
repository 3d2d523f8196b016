"""A public text as it is read aloud: no digit is left in it. Pure.

Calls `hub.spoken.{numbers,words}`. What is most certain is read first: dates, amounts, times,
telephones; what is left is a number.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from hub.spoken import numbers, words

_NUMBER: Final = r"(?:[0-9]{1,3}(?:[,，][0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_Y: Final = "(?P<y>[12][0-9]{3})"
_UP_TO_2: Final = "[0-9]{1,2}"
_END: Final = r"(?![0-9])"
_BEFORE: Final = r"(?<![0-9.,])"
_MINUS: Final = r"(?:(?<![0-9A-Za-z\-−—–])[-−])?"
_COUNTED: Final = "个次人天户年元份件位间亩米公里页张条名项家笔处小时周套台座岁"
LONGEST_NUMBER: Final = 12
"""Longer rows of digits are no number but a code: digit by digit, as one with a leading zero."""
_WIDE: Final = str.maketrans("０１２３４５６７８９％", "0123456789%")
_HEARD: Final = "0-9零一二两三四五六七八九十"

Said = Callable[[re.Match[str]], str]


def spoken(text: str) -> str:
    """The text in words."""
    said = _MASK.sub("某", _PLACE.sub("某处", words.said(text.translate(_WIDE))))
    for pattern, words_of in _RULES:
        said = pattern.sub(words_of, said)
    return said


def _day(found: re.Match[str]) -> str:
    year, month, of_month = map(int, found.group("y", "m", "d"))
    if 1 <= month <= 12 and 1 <= of_month <= 31:
        return numbers.day(year, month, of_month)
    return _digits(found)


def _month(found: re.Match[str]) -> str:
    return f"{numbers.each(found['y'])}年{numbers.whole(int(found['m'] or found['mm']))}月"


def _clock(found: re.Match[str]) -> str:
    return numbers.clock(int(found["h"]), int(found["min"]))


def _yuan(found: re.Match[str]) -> str:
    """An amount; with more than two places, or of 万元, a number before its unit."""
    minus, text = found["minus"], _plain(found["n"])
    unit = found["unit"] if "unit" in found.re.groupindex else "元"
    fen = Decimal(text) * 100
    if unit != "元" or fen != fen.to_integral_value() or fen > numbers.MOST:
        return ("负" if minus else "") + ("两" if text == "2" else _said(text)) + unit
    return ("负" if minus else "") + numbers.yuan(int(fen))


def _percent(found: re.Match[str]) -> str:
    return ("负" if found["minus"] else "") + f"百分之{_said(_plain(found['n']))}"


def _phone(found: re.Match[str]) -> str:
    digits = re.sub("[^0-9]", "", found["n"])
    return found["word"] + numbers.each(digits, phone=True)


def _digits(found: re.Match[str]) -> str:
    return re.sub("[0-9]+", lambda one: numbers.each(one[0]), found[0])


def _year(found: re.Match[str]) -> str:
    return numbers.each(found[0])


def _any(found: re.Match[str]) -> str:
    return ("负" if found["minus"] else "") + _said(_plain(found["n"]))


def _said(text: str) -> str:
    integer, _, fraction = text.partition(".")
    if len(integer) > LONGEST_NUMBER or (len(integer) > 1 and integer.startswith("0")):
        return numbers.each(integer) + (f"点{numbers.each(fraction)}" if fraction else "")
    return numbers.decimal(int(integer), fraction)


def _plain(text: str) -> str:
    return text.replace(",", "").replace("，", "")


_PLACE: Final = re.compile(r"(?<=[村社区镇乡县市])\*{3}(?!\*)")
_MASK: Final = re.compile(r"\*")

_RULES: Final[tuple[tuple[re.Pattern[str], Said], ...]] = tuple(
    (re.compile(pattern, re.ASCII), said)
    for pattern, said in (
        (rf"{_BEFORE}{_Y}[-/.年](?P<m>{_UP_TO_2})[-/.月](?P<d>{_UP_TO_2}){_END}[日号]?", _day),
        (rf"{_BEFORE}{_Y}(?:年(?P<m>{_UP_TO_2})月|-(?P<mm>0[1-9]|1[0-2])(?![0-9-]))", _month),
        (r"(?<![0-9])[12][0-9]{3}(?=年|〕|\])", _year),
        (rf"{_BEFORE}(?P<h>[01]?[0-9]|2[0-4])[:：](?P<min>[0-5][0-9])(?![0-9:])", _clock),
        (r"(?P<word>(?:电话|热线|拨打|拨|手机)[:：]?\s*)(?P<n>[0-9][0-9 -]{1,16}[0-9])", _phone),
        (rf"{_BEFORE}0[0-9]{{2,3}}-[0-9]{{7,8}}{_END}", _digits),
        (rf"(?P<minus>{_MINUS})[¥￥]\s*(?P<n>{_NUMBER})(?:\s*元)?", _yuan),
        (rf"{_BEFORE}(?P<minus>{_MINUS})(?P<n>{_NUMBER})\s*(?P<unit>万元|亿元|元)", _yuan),
        (rf"{_BEFORE}(?P<minus>{_MINUS})(?P<n>{_NUMBER})\s*%", _percent),
        (rf"{_BEFORE}(?P<word>)(?P<n>1[3-9][0-9]{{9}})(?![0-9.,])", _phone),
        (rf"(?<=[{_HEARD}日月点分元])\s*(?:[—–~～]+|-)\s*(?=[{_HEARD}])", lambda _: "到"),
        (rf"{_BEFORE}(?<!第)2(?=[{_COUNTED}万亿])", lambda _: "两"),
        (rf"{_BEFORE}(?P<minus>{_MINUS})(?P<n>{_NUMBER})", _any),
        (r"[0-9]+", _year),
    )
)
