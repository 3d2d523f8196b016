"""Applications begun at a machine's panel, to be completed and filed here.

Calls `hub.applications`, `hub.blobs.store`, `hub.ingest.models` and `wire`. A draft stands in a
machine's entry `drafted`; what is filed has exactly its photos as pages. The order of entries is
ingest's alone: here they are only read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, transaction

from hub.applications import file
from hub.applications.file import Draft as Asked
from hub.applications.models import DraftEnd
from hub.approvals.models import Subject
from hub.blobs import store
from hub.ingest.models import Openings, Record
from hub.people.roster import Staff
from wire.approval import draft
from wire.approval.draft import Draft
from wire.errors import WireError
from wire.record import commitment
from wire.refusals import Refused

KIND: Final = "drafted"
RECENT: Final = 50


@dataclass(frozen=True)
class Begun:
    """A draft with the entry that carries it."""

    record: Record
    draft: Draft
    operator: str

    @property
    def name(self) -> str:
        return bytes(self.record.entry_hash).hex()

    @property
    def pages(self) -> list[str]:
        """The hashes of its photos, in order."""
        return [page.hex() for page in self.draft.pages]

    @property
    def arrived(self) -> bool:
        """Whether all its photos are here."""
        return all(store.get(page) is not None for page in self.draft.pages)


def waiting(village: str) -> list[Begun]:
    """Drafts of that village that nobody has filed or dropped, newest first."""
    ended = DraftEnd.objects.values("entry_hash")
    rows = Record.objects.filter(kind=KIND, village=village).exclude(entry_hash__in=ended)
    return [one for row in rows.order_by("-id")[:RECENT] for one in _begun(row)]


def find(name: str, village: str, item: str | None = None) -> Begun | None:
    """The draft in the entry of that hash, while it waits."""
    found = (one for one in waiting(village) if one.name == name)
    return next((one for one in found if item in (None, one.draft.item)), None)


def submit(
    begun: Begun | None, asked: Asked, staff: Staff, *, random_id: bytes, now_ms: int
) -> Subject:
    """File what was asked; a draft that it completes ends. Raises Refused."""
    with transaction.atomic():
        made = file.submit(asked, staff, random_id=random_id, now_ms=now_ms)
        if begun is not None:
            _end(begun, staff, now_ms, made)
    return made


def drop(begun: Begun, staff: Staff, now_ms: int) -> None:
    """Nothing comes of it; the entry and its photos stay. Raises Refused."""
    _end(begun, staff, now_ms, None)


def _end(begun: Begun, staff: Staff, now_ms: int, made: Subject | None) -> None:
    try:
        with transaction.atomic():
            DraftEnd.objects.create(
                entry_hash=bytes(begun.record.entry_hash),
                subject=made,
                person=staff.person.id,
                ended_ms=now_ms,
            )
    except IntegrityError as error:
        detail = "这份草稿已经有人办理了 somebody has dealt with this draft"
        raise Refused("bad_request", detail) from error


def _begun(record: Record) -> Iterator[Begun]:
    """The draft of that entry; nothing where its opening was erased or cannot be read."""
    found = Openings.objects.filter(entry_hash=bytes(record.entry_hash)).first()
    if found is None:
        return
    try:
        values = {one.field: one.value for one in commitment.decode(bytes(found.data)).openings}
        data = values.get("draft")
        if isinstance(data, bytes):
            yield Begun(record, draft.decode(data), str(values.get("operator", "")))
    except WireError:
        return
