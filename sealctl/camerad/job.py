"""What lockd asks of camerad. Calls only `wire.shape`."""

from dataclasses import dataclass
from typing import Final

from wire import shape

MOST_PAGES: Final = 200


@dataclass(frozen=True)
class Job:
    """A photo exposed at or after `after_mono_ms`, to be compared with the approved `pages` and the
    photo `before`, all by their SHA-256.
    """

    id: int
    kind: str
    after_mono_ms: int
    pages: tuple[bytes, ...]
    before: bytes | None


_JOB: Final = shape.record(
    Job,
    {
        "id": shape.integer(0),
        "kind": shape.choice("before", "after", "page"),
        "after_mono_ms": shape.integer(0),
        "pages": shape.array(shape.octets(32), MOST_PAGES),
        "before": shape.maybe(shape.octets(32)),
    },
)


def load(answer: object) -> Job | None:
    """The answer to `next`; None when there is nothing to do. Raises ShapeError."""
    if not isinstance(answer, dict) or answer.keys() != {"job"}:
        raise shape.ShapeError("job expected")
    return shape.maybe(_JOB).load(answer["job"])
