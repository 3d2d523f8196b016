"""An application begun at a machine's panel: what is asked for, and the photos of its pages.

Calls only `wire.shape`. It binds nobody: somebody of the village's staff completes and files it at
the hub, and approvers sign that; but its pages are exactly these photos.
"""

from dataclasses import dataclass
from typing import Final

from wire import shape

CODE: Final = "draft"
LIMIT: Final = 4096
"""Bytes of the longest draft: it stands whole in the opening of a commitment."""
MOST_PAGES: Final = 40


@dataclass(frozen=True)
class Draft:
    """`applicant` is the villager's name as typed, perhaps empty; `seal` a seal of that machine,
    `pages` the SHA-256 of the photos in order.
    """

    item: str
    seal: str
    applicant: str
    title: str
    purpose: str
    impressions: int
    pages: tuple[bytes, ...]


def encode(draft: Draft) -> bytes:
    """Deterministic CBOR {v, type, …}; raises WireError('draft') for what would not be read."""
    return shape.encode(_DRAFT, draft, CODE)


def decode(data: bytes) -> Draft:
    """Strict inverse of encode; raises WireError('draft' or 'cbor')."""
    return shape.decode(_DRAFT, data, CODE, limit=LIMIT)


_DRAFT: Final = shape.record(
    Draft,
    {
        "item": shape.ID,
        "seal": shape.ID,
        "applicant": shape.text(32, least=0),
        "title": shape.text(100),
        "purpose": shape.text(200),
        "impressions": shape.integer(1, 1000),
        "pages": shape.array(shape.octets(32), MOST_PAGES, least=1),
    },
    fixed={"v": 1, "type": "draft"},
)
