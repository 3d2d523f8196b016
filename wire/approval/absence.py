"""A statement of absence (不在的声明): that somebody is away for a time, signed by who says so.

Calls only `wire.shape` and its siblings of `wire.approval`. When it counts, says
`wire.approval.away`.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from wire import shape
from wire.approval.decision import APPROVAL, Approval

KIND: Final = "absence"
STEP: Final = "absence"
"""What stands for a step where one is signed: it is no step of any chain."""
CODE: Final = "subject"
LIMIT: Final = 4096
LAST_MS: Final = 253_402_214_400_000
"""The last day of the year 9999, which every calendar can still write."""


@dataclass(frozen=True)
class Absence:
    """That `person`, of that village's roster, is away from `first` (included) to `until`
    (excluded), ms since 1970 UTC. It gives no reason.
    """

    id: bytes
    township: str
    village: str
    person: str
    first: int
    until: int


@dataclass(frozen=True)
class SignedAbsence:
    """The exact bytes of a statement, and the signature of who says so: `approval.person`."""

    subject: bytes
    approval: Approval


def encode(absence: Absence) -> bytes:
    """Deterministic CBOR {v, type, …}; raises WireError('subject') for what would not be read."""
    return shape.encode(_ABSENCE, absence, CODE)


@lru_cache(maxsize=256)
def decode(data: bytes) -> Absence:
    """Strict inverse of encode; raises WireError('subject' or 'cbor')."""
    return shape.decode(_ABSENCE, data, CODE, limit=LIMIT)


def _check(absence: Absence) -> None:
    if absence.first >= absence.until:
        raise shape.ShapeError("until must come after first")


_ABSENCE: Final = shape.record(
    Absence,
    {
        "id": shape.octets(32),
        "township": shape.ID,
        "village": shape.ID,
        "person": shape.ID,
        "first": shape.integer(0, LAST_MS),
        "until": shape.integer(0, LAST_MS),
    },
    fixed={"v": 1, "type": KIND},
    check=_check,
)

SIGNED_ABSENCE: Final = shape.record(
    SignedAbsence, {"subject": shape.octets(1, LIMIT), "approval": APPROVAL}
)
