"""Numbers of people in a text: identity numbers, bank cards, telephones, however they are written.

Pure; calls `hub.redaction.{numbers,pieces}`. What separates digits (blanks, line ends, strokes,
points, any punctuation, signs that nobody sees) hides nothing, nor does their form (full width,
in circles). An identity number, which a check digit proves, is found in any company; the others
where whole groups of digits make one, and no amount or date is cut for it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from hub.redaction import numbers
from hub.redaction.pieces import LEAST, Run, runs

ID: Final = "id_number"
OLD_ID: Final = "old_id_number"
CARD: Final = "bank_card"
MOBILE: Final = "mobile"
LANDLINE: Final = "landline"
KINDS: Final = {
    ID: "身份证号码",
    CARD: "银行卡号",
    MOBILE: "手机号码",
    LANDLINE: "电话号码",
    OLD_ID: "15 位身份证号码",
}
"""In the order in which they count where one lies within another."""
STAR: Final = "*"
AROUND: Final = 12
"""Characters before and after a finding in its excerpt."""
_ID_LENGTH: Final = 18
_ENDS: Final = 2
_WEAK: Final[tuple[tuple[str, Callable[[str], bool], range], ...]] = (
    (CARD, numbers.is_card, range(16, 20)),
    (MOBILE, numbers.is_mobile, range(11, 16)),
    (LANDLINE, numbers.is_landline, range(10, 16)),
    (OLD_ID, numbers.is_old_id, range(15, 16)),
)


@dataclass(frozen=True)
class Finding:
    """One of KINDS in `text[start:end]`; `masked` is what may be shown and logged of it."""

    kind: str
    start: int
    end: int
    masked: str


def findings(text: str, allowed: Collection[str] = ()) -> tuple[Finding, ...]:
    """All in the text, in its order; telephones of `allowed` (digits) are published ones."""
    found: list[Finding] = []
    for run in runs(text):
        taken: list[tuple[int, int]] = []
        for kind, first, last in sorted(_in_run(run), key=_weight):
            digits = run.digits[first:last]
            if any(a <= first and last <= b for a, b in taken):
                continue
            taken.append((first, last))
            if kind not in (MOBILE, LANDLINE) or not _is_allowed(digits, allowed):
                start, end = run.places[first], run.places[last - 1] + 1
                found.append(Finding(kind, start, end, _masked(digits)))
    return tuple(sorted(found, key=lambda one: (one.start, one.end)))


def covered(text: str, found: Iterable[Finding]) -> str:
    """The text with a star for each digit of these."""
    return starred(text, ((one.start, one.end) for one in found))


def starred(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with a star for each letter and digit of these spans."""
    signs = list(text)
    for start, end in spans:
        signs[start:end] = [STAR if _counts(one) else one for one in signs[start:end]]
    return "".join(signs)


def excerpt(text: str, one: Finding, found: Sequence[Finding]) -> tuple[str, str, str]:
    """What stands before it, itself, what stands after it: for whoever decides. Every other
    finding is covered there.
    """
    whole = covered(text, found)
    before = whole[max(0, one.start - AROUND) : one.start]
    return before, one.masked, whole[one.end : one.end + AROUND]


def _in_run(run: Run) -> Iterator[tuple[str, int, int]]:
    """(kind, first, after the last) of digits of the run."""
    for first in range(len(run.digits) - _ID_LENGTH + 1):
        last = first + _ID_LENGTH
        if run.is_whole(first, last) and numbers.is_id(run.digits[first:last]):
            yield ID, first, last
    for first, last in run.groups(most=_WEAK[0][2].stop - 1):
        digits = run.digits[first:last]
        for kind, is_one, lengths in _WEAK:
            if len(digits) in lengths and is_one(digits):
                yield kind, first, last
        if first == 0 and run.is_called and numbers.LOCAL.fullmatch(digits):
            yield LANDLINE, first, last


def _weight(one: tuple[str, int, int]) -> tuple[int, int, int]:
    kind, first, last = one
    return list(KINDS).index(kind), first - last, first


def _is_allowed(digits: str, allowed: Collection[str]) -> bool:
    """Those are written with or without their area code and the country's."""
    called = numbers.subscriber(digits)
    return any(numbers.subscriber(one).endswith(called) for one in allowed if len(one) >= LEAST)


def _counts(sign: str) -> bool:
    return sign.isalnum() or sign == "×"


def _masked(digits: str) -> str:
    return digits[:_ENDS] + STAR * (len(digits) - 2 * _ENDS) + digits[-_ENDS:]
