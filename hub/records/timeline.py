"""The story of one application: filed, approved, published, each opening of the lock, receipts.

Calls `hub.applications`, `hub.approvals`, `hub.blobs`, `hub.devices`, `hub.ingest` (their tables),
`hub.cosign.shown` and `hub.records`. It concludes nothing: it lays side by side what was signed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hub.applications.models import Filed
from hub.approvals.models import Approval
from hub.blobs.models import Blob
from hub.clock import moment
from hub.cosign.shown import Witnessed
from hub.devices import authority
from hub.devices.models import ListVersion
from hub.ingest.models import Record
from hub.records import queries
from hub.records.queries import Photo, Row
from wire.approval import subject
from wire.approval.subject import Application

ENDS: Final = ("stamped", "aborted", "interrupted")
NEAR: Final = 30
"""Entries that one opening may have until it is locked again; alarms may stand between."""
VERDICTS: Final = {"approve": ("签名同意", "approved"), "return": ("退回", "returned")}


@dataclass(frozen=True)
class Press:
    """One opening of the lock: what permitted it, how it ended, and that it was locked again."""

    authorised: Row
    end: Row | None = None
    relocked: Row | None = None

    @property
    def photos(self) -> list[Photo]:
        """Before and after, side by side."""
        return [*self.authorised.photos, *(self.end.photos if self.end else ())]

    @property
    def presses(self) -> int | None:
        """How often the seal went down, by the head's own counter; None while it is open."""
        if self.end is None:
            return None
        return int(self.end.entry.body["presses"]) - int(self.authorised.entry.body["presses"])

    @property
    def pictures(self) -> int:
        """Pictures of an impression: one belongs to each press."""
        return int(self.end is not None and self.end.entry.body.get("after") is not None)

    @property
    def uneven(self) -> bool:
        return self.presses is not None and self.presses != self.pictures


@dataclass(frozen=True)
class Event:
    """One line of the story; `row` where it is an entry, `grave` where it went wrong."""

    at: datetime
    zh: str
    en: str
    who: str = ""
    row: Row | None = None
    grave: bool = False


@dataclass(frozen=True)
class Story:
    """`application` is None where this hub has none of that hash, as in an emergency; `pages` are
    the approved ones.
    """

    grant: bytes
    title: str
    application: Application | None
    events: tuple[Event, ...]
    presses: tuple[Press, ...]
    pages: tuple[Photo, ...]

    @property
    def wanted(self) -> int | None:
        """How often the seal was to go down."""
        return None if self.application is None else self.application.presses

    @property
    def made(self) -> int:
        return sum(one.end is not None and one.end.entry.kind == "stamped" for one in self.presses)


def story(grant: bytes, witness: Witnessed) -> Story | None:
    """Of the application of that hash; None where nothing is known of it."""
    filed = Filed.objects.filter(subject__hash=grant).select_related("subject").first()
    records = Record.objects.filter(index__grant=grant).order_by("pk")
    rows = queries.rows(list(records))
    if filed is None and not rows:
        return None
    application = None if filed is None else subject.decode(bytes(filed.subject.data))
    events = [
        *(() if filed is None else _filed(filed)),
        *_published(rows),
        *(_entry(row) for row in rows),
        *_receipted(rows, witness),
    ]
    title = next((row.title for row in rows if row.title), "")
    return Story(
        grant,
        title if filed is None else filed.title,
        application,
        tuple(events),
        tuple(presses(rows)),
        _pages(application),
    )


def presses(rows: Sequence[Row]) -> Iterator[Press]:
    """The openings among these rows, each with its end and its locking."""
    for row in rows:
        if row.entry.kind == "authorised":
            own = [one for one in rows if one.entry.body.get("authorised") == row.entry.seq]
            own = [one for one in own if one.entry.device == row.entry.device]
            end = next((one for one in own if one.entry.kind in ENDS), None)
            locked = next((one for one in own if one.entry.kind == "relocked"), None)
            yield Press(row, end, locked)


def press_of(record: Record, row: Row) -> Press | None:
    """The opening that an entry is a part of; None for other entries."""
    body = row.entry.body
    first = row.entry.seq if row.entry.kind == "authorised" else body.get("authorised")
    if first is None:
        return None
    near = Record.objects.filter(device=record.device, seq__gte=first, seq__lte=first + NEAR)
    found = presses(queries.rows(list(near.order_by("seq"))))
    return next((one for one in found if one.authorised.entry.seq == first), None)


def _pages(application: Application | None) -> tuple[Photo, ...]:
    names = () if application is None else application.pages
    held = Blob.objects.filter(sha256__in=names).values_list("sha256", flat=True)
    here = frozenset(map(bytes, held))
    return tuple(
        Photo(f"批准的第 {number} 页", name.hex(), name in here)
        for number, name in enumerate(names, start=1)
    )


def _filed(filed: Filed) -> Iterator[Event]:
    roster = authority.rosters().get(filed.village)
    persons = {} if roster is None else roster.persons
    item = authority.catalogue().items.get(filed.item)
    steps = {} if item is None else {one.step: one.office for one in item.steps}
    offices = authority.policy().offices

    def name(person: str) -> str:
        return f"{persons[person].name}（{person}）" if person in persons else person

    yield Event(moment(filed.created_ms), "提交申请", "filed", name(filed.subject.proposer))
    for one in Approval.objects.filter(subject=filed.subject).order_by("pk"):
        zh, en = VERDICTS[one.decision]
        office = offices.get(steps.get(one.step, ""), (one.step,))[0]
        at, grave = moment(one.received_ms), one.decision == "return"
        yield Event(at, f"{office}{zh}", en, name(one.person), grave=grave)


def _published(rows: Sequence[Row]) -> Iterator[Event]:
    """The list by which it was opened first."""
    first = next((row for row in rows if row.entry.kind == "authorised"), None)
    if first is not None:
        number = first.entry.body["list"]
        listed = ListVersion.objects.filter(device=first.entry.device, version=number).first()
        if listed is not None and listed.published_ms:
            at = moment(listed.published_ms)
            yield Event(at, f"写进清单第 {number} 版", f"on list {number}")


def _entry(row: Row) -> Event:
    return Event(row.at, row.kind[0], row.kind[1], row.operator, row, row.grave)


def _receipted(rows: Sequence[Row], witness: Witnessed) -> Iterator[Event]:
    """When the hub had all of it in the log, and whether the county has seen that."""
    if not rows:
        return
    logged = [one.record.leaf_index for one in rows if one.record.leaf_index is not None]
    came = max(one.record.received_ms for one in rows)
    if len(logged) < len(rows):
        yield Event(moment(came), "等待入册", "not all of it is in the log yet", grave=True)
        return
    leaf = max(logged)
    yield Event(moment(came), f"全部入册，到第 {leaf} 号，回执已发", f"in the log up to {leaf}")
    if witness.needed and witness.at is not None and leaf < witness.size:
        yield Event(witness.at, "县级已见证", "seen by the county's witness")
    elif witness.needed:
        yield Event(moment(came), "尚待县级见证", "pending county witness", grave=True)
