"""The application for a stamp (用印申请): the exact bytes that approvers sign and machines judge.

Calls only `wire.shape`.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from wire import shape

CODE: Final = "subject"
LIMIT: Final = 64 * 1024
_YUAN: Final = re.compile(
    r"([0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,12})(?:\.([0-9]{1,2}))?", re.ASCII
).fullmatch


@dataclass(frozen=True)
class Application:
    """One request for impressions of one seal on named pages; times in ms since 1970 UTC.

    `machine` is the kid of the machine's record key, `catalogue` the version of the item list it
    was filed under, `seams` are impressions across fanned sheets (骑缝), besides `impressions`,
    `pages` the SHA-256 of the approved pages in order, `operators` person ids. `amount` is in fen,
    where the item demands one; `resolution` names the villagers' resolution, empty for none.
    """

    id: bytes
    village: str
    device: str
    machine: bytes
    seal: str
    item: str
    catalogue: int
    applicant: str
    applicant_name: str
    title: str
    purpose: str
    impressions: int
    seams: int
    pages: tuple[bytes, ...]
    operators: tuple[str, ...]
    created: int
    not_before: int
    not_after: int
    amount: int | None = None
    resolution: str = ""

    @property
    def presses(self) -> int:
        """How often the seal may go down in all."""
        return self.impressions + self.seams

    def use(self, number: int) -> str:
        """What the job's press of that number (from 1) is: the sheets first, then the seams."""
        return "full" if number <= self.impressions else "seam"


def encode(application: Application) -> bytes:
    """Deterministic CBOR {v, type, …}; raises WireError('subject') for what would not be read."""
    return shape.encode(_APPLICATION, application, CODE)


@lru_cache(maxsize=256)
def decode(data: bytes) -> Application:
    """Strict inverse of encode; raises WireError('subject' or 'cbor')."""
    return shape.decode(_APPLICATION, data, CODE, limit=LIMIT)


def yuan(fen: int) -> str:
    """An amount as people write it: 1530050 → 15,300.50."""
    return f"{fen // 100:,}.{fen % 100:02}"


def fen(text: str) -> int:
    """Inverse of yuan, without commas too: 15300, 15,300.5; raises ValueError."""
    found = _YUAN(text)
    if found is None:
        raise ValueError(text)
    return int(found[1].replace(",", "")) * 100 + int((found[2] or "").ljust(2, "0"))


def subject_hash(data: bytes) -> bytes:
    """SHA-256 of the subject's exact bytes: its name in approvals, grants and records."""
    return hashlib.sha256(data).digest()


def _check(application: Application) -> None:
    if application.not_before >= application.not_after:
        raise shape.ShapeError("not_after must come after not_before")
    if application.created > application.not_after:
        raise shape.ShapeError("not_after must come after created")


_APPLICATION = shape.record(
    Application,
    {
        "id": shape.octets(32),
        "village": shape.ID,
        "device": shape.DEVICE,
        "machine": shape.octets(16),
        "seal": shape.ID,
        "item": shape.ID,
        "catalogue": shape.integer(1),
        "applicant": shape.ID,
        "applicant_name": shape.text(64),
        "title": shape.text(200),
        "purpose": shape.text(1000),
        "impressions": shape.integer(1, 1000),
        "seams": shape.integer(0, 1000),
        "pages": shape.array(shape.octets(32), 200),
        "operators": shape.array(shape.ID, 16, least=1, unique=True),
        "created": shape.integer(0),
        "not_before": shape.integer(0),
        "not_after": shape.integer(0),
        "amount": shape.maybe(shape.integer(0)),
        "resolution": shape.text(100, least=0),
    },
    fixed={"v": 1, "type": "application"},
    later={"amount": shape.Later(None), "resolution": shape.Later("")},
    check=_check,
)
