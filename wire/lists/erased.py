"""The leaf by which a township says what it erases, once it was kept as long as the officers want.

Calls `wire.shape` and `wire.lists.policy`. Entries stay for ever; photos and openings may go, not
before the log has named them: what is missing and not named was withheld.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from wire import shape
from wire.errors import WireError
from wire.lists.policy import Policy

CODE: Final = "erased"
LIMIT: Final = 0xFFFF
"""Bytes of a leaf: a tile has two for its length."""
MOST: Final = 600
"""Spans of one leaf."""
PHOTOS: Final = "photos"
OPENINGS: Final = "openings"
PASSING: Final = frozenset({"before", "after", "picture"})
"""Fields whose photos may be erased. A seal's specimen stays, and the pages of a draft stay as long
as its opening.
"""
LASTING: Final = frozenset({"emergency"})
"""Kinds whose openings are never erased: the stamps of an emergency rest on nothing else."""
DAY_MS: Final = 86_400_000


@dataclass(frozen=True)
class Span:
    """Entries of one machine by their seq, from `first` to `last`."""

    device: str
    first: int
    last: int


@dataclass(frozen=True)
class ErasedLeaf:
    """That what these entries have of PHOTOS or OPENINGS is erased, said at that time (ms)."""

    what: str
    at: int
    spans: tuple[Span, ...]


def leaf(found: ErasedLeaf) -> bytes:
    """Deterministic CBOR {v, type: 'erased', what, at, spans}; raises WireError('erased')."""
    data = shape.encode(_LEAF, found, CODE)
    if len(data) > LIMIT:
        raise WireError(CODE, f"{len(data)} bytes are too many for a leaf")
    return data


def decode(data: bytes) -> ErasedLeaf:
    """Strict inverse of leaf; raises WireError('erased' or 'cbor')."""
    return shape.decode(_LEAF, data, CODE, limit=LIMIT)


def find(data: bytes) -> ErasedLeaf | None:
    """What decode makes of a leaf; None for a leaf of any other kind."""
    try:
        return decode(data)
    except WireError:
        return None


def least_days(policy: Policy, what: str) -> int:
    """How many days it has to be kept; 0 for ever."""
    return policy.photos_days if what == PHOTOS else policy.openings_days


def is_due(policy: Policy, what: str, wall_ms: int, at_ms: int) -> bool:
    """Whether what an entry of that time has may be erased at the other."""
    days = least_days(policy, what)
    return days > 0 and wall_ms + days * DAY_MS <= at_ms


def _check(found: ErasedLeaf) -> None:
    for one, after in pairwise(found.spans):
        if (one.device, one.last) >= (after.device, after.first):
            raise shape.ShapeError("spans: in order, each entry once")
    if any(one.last < one.first for one in found.spans):
        raise shape.ShapeError("spans: from the first to the last")


_SPAN: Final = shape.record(
    Span,
    {"device": shape.DEVICE, "first": shape.integer(1), "last": shape.integer(1)},
)
_LEAF: Final = shape.record(
    ErasedLeaf,
    {
        "what": shape.choice(PHOTOS, OPENINGS),
        "at": shape.integer(0),
        "spans": shape.array(_SPAN, MOST, least=1),
    },
    fixed={"v": 1, "type": "erased"},
    check=_check,
)
