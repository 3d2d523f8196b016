"""What lies beside an entry: the openings of its commitments, and the photos that they name.

Calls `wire.record`, `wire.approval.draft` and `inspector`. All must be there and fit; nothing more
may be.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from inspector.bundle import Bundle
from inspector.findings import NotVerifiedError
from wire.approval import draft
from wire.errors import WireError
from wire.lists.erased import PASSING
from wire.record import commitment
from wire.record.commitment import OpeningSet
from wire.record.entry import Entry
from wire.record.kinds import BYTES, COMMITTED, DOCUMENTS, PHOTOS

_BYTES: Final = PHOTOS | DOCUMENTS | BYTES


def values(
    entry: Entry, entry_hash: bytes, where: str, bundle: Bundle
) -> Mapping[str, str | bytes]:
    """The values of the entry's commitments by field; raises NotVerifiedError."""
    wanted = {name for name in COMMITTED & entry.body.keys() if entry.body[name] is not None}
    if not wanted:
        return {}
    found = _set(entry, entry_hash, where, bundle)
    values = {one.field: one.value for one in found.openings}
    if values.keys() != wanted or len(found.openings) != len(wanted):
        raise NotVerifiedError("opening", where, "not of all its fields, each once")
    for name, value in values.items():
        if isinstance(value, bytes) != (name in _BYTES):
            raise NotVerifiedError("opening", where, f"{name}: not what stands in such a field")
    return values


def photos(opened: Mapping[str, str | bytes], where: str) -> list[bytes]:
    """SHA-256 of every photo that values name, those of a draft's pages too; raises
    NotVerifiedError('opening') for a document that cannot be read.
    """
    found: list[bytes] = []
    for name, value in opened.items():
        if isinstance(value, bytes) and name in PHOTOS:
            found.append(value)
        elif isinstance(value, bytes) and name in DOCUMENTS:
            found += _pages(value, where)
    return found


def passing(opened: Mapping[str, str | bytes]) -> frozenset[bytes]:
    """SHA-256 of those photos that may be erased in time."""
    found = (opened.get(name) for name in PASSING)
    return frozenset(one for one in found if isinstance(one, bytes))


def hold_photo(sha256: bytes, where: str, bundle: Bundle) -> None:
    """Raises NotVerifiedError('photo') where it is missing or another."""
    if bundle.photo_hash(sha256) != sha256:
        raise NotVerifiedError("photo", where, "another picture than was recorded")


def _set(entry: Entry, entry_hash: bytes, where: str, bundle: Bundle) -> OpeningSet:
    try:
        found = commitment.decode(bundle.opening(entry_hash))
        for opening in found.openings:
            commitment.check(entry.kind, entry.body, opening)
    except WireError as error:
        raise NotVerifiedError("opening", where, str(error)) from error
    if (found.device, found.seq, found.entry) != (entry.device, entry.seq, entry_hash):
        raise NotVerifiedError("opening", where, "the openings of another entry")
    return found


def _pages(document: bytes, where: str) -> Sequence[bytes]:
    try:
        return draft.decode(document).pages
    except WireError as error:
        raise NotVerifiedError("opening", where, str(error)) from error
