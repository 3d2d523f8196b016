"""Entries as people read them: decoded, opened, checked against their commitments. Pure.

Calls only `wire` and `hub.records.words`. What ingest stored was verified; what is read here is
decoded again from the very bytes, and an opening that does not fit its commitment is named so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from wire.approval import draft, emergency, subject
from wire.approval.draft import Draft
from wire.errors import WireError
from wire.lists import bundle as bundles
from wire.lists import content
from wire.lists.content import Grants
from wire.record import commitment, entry, envelope, kinds
from wire.record.commitment import Opening
from wire.record.entry import Entry

MISMATCH: Final = "mismatch"


@dataclass(frozen=True)
class Opened:
    """The values behind an entry's commitments; `wrong` are fields whose opening does not fit."""

    values: Mapping[str, str | bytes] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()

    @property
    def operator(self) -> str | None:
        value = self.values.get("operator")
        return value if isinstance(value, str) else None

    @property
    def before(self) -> bytes | None:
        return self._photo("before")

    @property
    def after(self) -> bytes | None:
        return self._photo("after")

    @property
    def picture(self) -> bytes | None:
        return self._photo("picture")

    @property
    def specimen(self) -> bytes | None:
        return self._photo("specimen")

    @property
    def pages(self) -> tuple[bytes, ...]:
        """The photos that an opened draft names."""
        found = _draft(self.values.get("draft"))
        return () if found is None else found.pages

    @property
    def photos(self) -> tuple[bytes, ...]:
        """All that it names."""
        found = (self.before, self.after, self.specimen, self.picture, *self.pages)
        return tuple(name for name in found if name is not None)

    def _photo(self, name: str) -> bytes | None:
        value = self.values.get(name)
        return value if isinstance(value, bytes) else None


@dataclass(frozen=True)
class Field:
    """One line of an entry's body: its name, the value as text, and how the text came about.

    `state` is plain, opened, sealed (no opening is held) or mismatch.
    """

    name: str
    text: str
    state: str


def entry_of(data: bytes) -> Entry:
    """The entry in an envelope that ingest had verified; raises WireError."""
    return entry.decode(envelope.parse(data).payload)


def opened(found: Entry, entry_hash: bytes, openings: bytes | None) -> Opened:
    """What the openings (bytes of an OpeningSet, or None) tell about that entry."""
    if openings is None:
        return Opened()
    wanted = sorted(name for name in kinds.COMMITTED if found.body.get(name) is not None)
    try:
        held = commitment.decode(openings)
    except WireError:
        return Opened(wrong=tuple(wanted))
    if held.entry != entry_hash:
        return Opened(wrong=tuple(wanted))
    good = {one.field: one.value for one in held.openings if _fits(found, one)}
    wrong = tuple(sorted({one.field for one in held.openings} - good.keys()))
    return Opened(good, wrong)


def fields(found: Entry, values: Opened) -> list[Field]:
    """Every field of the body, in the order in which it was signed."""
    return [_field(name, value, values) for name, value in found.body.items()]


def titles(bundle: bytes, device: str) -> Mapping[bytes, str]:
    """Subject hash → title of every application on a machine's list; empty for a list unread."""
    try:
        files = bundles.decode(bundle).files
        path = bundles.grants_path(device)
        grants = content.decode(Grants, files[path]).grants if path in files else ()
    except WireError:
        return {}
    return {grant.id: _title(grant.subject) for grant in grants}


def asked_for(details: str | bytes) -> str:
    """What two people asked for in an emergency, by its opened subject, as one line."""
    data = details if isinstance(details, bytes) else details.encode()
    try:
        made = emergency.decode(data)
    except WireError:
        return data.hex()
    return f"{made.title}（{made.reason}），{made.impressions} 次"


def _fits(found: Entry, opening: Opening) -> bool:
    try:
        commitment.check(found.kind, found.body, opening)
    except WireError:
        return False
    return True


def _field(name: str, value: object, values: Opened) -> Field:
    if name in values.wrong:
        return Field(name, _plain(value), MISMATCH)
    known = values.values.get(name)
    if known is not None:
        return Field(name, _opened(name, known), "opened")
    sealed = name in kinds.COMMITTED and value is not None
    return Field(name, _plain(value), "sealed" if sealed else "plain")


def _opened(name: str, value: str | bytes) -> str:
    if name in kinds.BYTES:
        return asked_for(value)
    made = _draft(value) if name in kinds.DOCUMENTS else None
    if made is not None:
        by = f"，为{made.applicant}办理" if made.applicant else ""
        return f"{made.title}（{made.purpose}），{made.impressions} 次{by}"
    return value.hex() if isinstance(value, bytes) else value


def _draft(value: str | bytes | None) -> Draft | None:
    """The draft in those bytes; None where there is none to be read."""
    try:
        return draft.decode(value) if isinstance(value, bytes) else None
    except WireError:
        return None


def _plain(value: object) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list):
        return "、".join(map(_plain, value)) or "—"
    return str(value)


def _title(data: bytes) -> str:
    return subject.decode(data).title
