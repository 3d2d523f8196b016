"""Whole numbers as spoken clips, in the order in which Chinese says them. Pure; calls nothing."""

from typing import Final

UNITS: Final = ((1000, "thousand"), (100, "hundred"), (10, "ten"))


def digits(text: str) -> list[str]:
    """Phrase ids of a telephone number, digit by digit; whatever else stands in it is not said."""
    return [f"n{one}" for one in text if one in "0123456789"]


def clips(number: int) -> list[str]:
    """Phrase ids for 0 to 9,999: 38 → n3 ten n8, 10 → ten, 105 → n1 hundred n0 n5."""
    if not 0 <= number <= 9_999:
        raise ValueError(number)
    if number < 10:
        return [f"n{number}"]
    said: list[str] = []
    rest, gap = number, False
    for size, unit in UNITS:
        digit, rest = divmod(rest, size)
        if digit == 0:
            gap = bool(said)
            continue
        said += ["n0"] if gap else []
        said += [unit] if size == 10 and digit == 1 and not said else [f"n{digit}", unit]
        gap = False
        if rest == 0:
            return said
    return [*said, *(["n0"] if gap else []), f"n{rest}"]
