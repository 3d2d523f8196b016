"""Numbers, amounts, dates and times in the words that people say. Pure, calls nothing."""

from typing import Final

DIGITS: Final = "零一二三四五六七八九"
MOST: Final = 10**16 - 1
_SMALL: Final = ("", "十", "百", "千")
_LARGE: Final = ((10**8, "亿"), (10**4, "万"))
_TWO: Final = "两"


def whole(number: int) -> str:
    """1005 as 一千零五; raises ValueError beyond 0…MOST."""
    if not 0 <= number <= MOST:
        raise ValueError(f"0 to {MOST} expected")
    return _whole(number, first=True) if number else DIGITS[0]


def counted(number: int) -> str:
    """Before what is counted: two of it are 两."""
    return _TWO if number == 2 else whole(number)


def each(digits: str, *, phone: bool = False) -> str:
    """One digit after the other; a 1 of a telephone is 幺."""
    said = "".join(DIGITS[int(one)] for one in digits)
    return said.replace("一", "幺") if phone else said


def decimal(integer: int, fraction: str) -> str:
    """3.14 as 三点一四."""
    return whole(integer) + (f"点{each(fraction)}" if fraction else "")


def yuan(fen: int) -> str:
    """123450 fen as 一千二百三十四元五角."""
    integer, rest = divmod(fen, 100)
    jiao, least = divmod(rest, 10)
    said = f"{counted(integer)}元" if integer or not rest else ""
    if jiao:
        said += f"{DIGITS[jiao]}角"
    elif least and said:
        said += "零"
    return said + (f"{DIGITS[least]}分" if least else "")


def day(year: int, month: int, of_month: int) -> str:
    """二零二六年十一月七日."""
    return f"{each(str(year))}年{whole(month)}月{whole(of_month)}日"


def clock(hour: int, minute: int) -> str:
    """8:05 as 八点零五分."""
    said = f"{counted(hour)}点"
    if not minute:
        return said
    return f"{said}{'零' if minute < 10 else ''}{whole(minute)}分"


def _whole(number: int, *, first: bool) -> str:
    """A zero says that places were left out; two of a large one are 两."""
    for size, word in _LARGE:
        if number >= size:
            head, rest = divmod(number, size)
            said = (_TWO if head == 2 else _whole(head, first=first)) + word
            gap = "零" if 0 < rest < size // 10 else ""
            return said + gap + (_whole(rest, first=False) if rest else "")
    return _group(number, first=first)


def _group(group: int, *, first: bool) -> str:
    """Up to 9999; a leading ten is 十."""
    made, zero = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if not digit:
            zero = bool(made)
            continue
        said = _TWO if digit == 2 and place == 3 else DIGITS[digit]
        if first and not made and digit == 1 and place == 1:
            said = ""
        made += ("零" if zero else "") + said + _SMALL[place]
        zero = False
    return made
