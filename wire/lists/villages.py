"""Villages that were merged, split or renamed: what each was called, and what it went into.

Calls only `wire.shape`. The officers say it in the policy. Records keep the village that they were
made in; an old door code leads to that history, and on to the village that came after.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from wire import shape


@dataclass(frozen=True)
class FormerVillage:
    """A village as it was called up to `since_ms`; `into` are the villages that came after. Where
    that is itself, it has only another name.
    """

    id: str
    name: str
    into: tuple[str, ...]
    since_ms: int

    @property
    def renamed(self) -> bool:
        return self.into == (self.id,)


def ended(former: Sequence[FormerVillage], village: str, at_ms: int) -> FormerVillage | None:
    """How a village had ended by then; None for one that there was, whatever its name."""
    return next(
        (one for one in former if one.id == village and not one.renamed and one.since_ms <= at_ms),
        None,
    )


def before(former: Sequence[FormerVillage], village: str, at_ms: int) -> list[FormerVillage]:
    """The villages and names that had gone into that one by then, the last to do so first."""
    found = [one for one in former if village in one.into and one.since_ms <= at_ms]
    return sorted(found, key=lambda one: one.since_ms, reverse=True)


def check(former: Sequence[FormerVillage]) -> None:
    """A village ends once, and into others; raises ShapeError."""
    ends = [one.id for one in former if not one.renamed]
    if len(set(ends)) < len(ends):
        raise shape.ShapeError("former_villages: one village ends twice")
    if any(one.id in one.into and not one.renamed for one in former):
        raise shape.ShapeError("former_villages: a village goes into itself and others")


FORMER: shape.Shape[FormerVillage] = shape.record(
    FormerVillage,
    {
        "id": shape.ID,
        "name": shape.text(100),
        "into": shape.array(shape.ID, 8, least=1, unique=True),
        "since_ms": shape.integer(0),
    },
)
