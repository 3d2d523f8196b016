"""Stored records joined with what explains them: openings, names, titles, conflicts.

Calls `hub.ingest`, `hub.blobs`, `hub.reading` and `hub.records`. The number of queries does not
depend on how many records are asked for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hub.blobs.models import Blob
from hub.clock import moment
from hub.ingest.models import Conflict, Openings, Record
from hub.reading.models import Reading
from hub.records import notices, reviews, words
from hub.records.library import Library
from hub.records.notices import Source, Void
from hub.records.read import Opened, entry_of, opened
from hub.records.reviews import Reviewed
from wire.record.entry import Entry
from wire.refusals import REFUSALS

MOST_CONFLICTS: Final = 20


@dataclass(frozen=True)
class Photo:
    """One photo of an entry: 盖前 or 盖后, its SHA-256, and whether the hub has it."""

    label: str
    name: str
    held: bool


@dataclass(frozen=True)
class Row:
    """One entry for the eye. `conflict`: another entry claims its place in the journal.

    `held` are the photos that have arrived; `reviews` those of the entry, or of the emergency that
    it belongs to.
    """

    record: Record
    entry: Entry
    opened: Opened
    operator: str
    title: str
    conflict: bool
    held: frozenset[bytes]
    emergency: bool = False
    void: Void | None = None
    reading: Reading | None = None
    reviews: tuple[Reviewed, ...] = ()

    @property
    def hash(self) -> str:
        return bytes(self.record.entry_hash).hex()

    @property
    def at(self) -> datetime:
        return moment(self.entry.time.wall)

    @property
    def quality(self) -> str:
        return words.QUALITIES[self.entry.time.quality]

    @property
    def previous(self) -> str:
        return self.entry.prev.hex()

    @property
    def refusal(self) -> str:
        """Why the machine said no, in Chinese; empty where it did not."""
        known = REFUSALS.get(self.entry.body.get("code", ""))
        return "" if known is None else known.zh

    @property
    def kind(self) -> words.Words:
        return words.KINDS[self.entry.kind]

    @property
    def grave(self) -> bool:
        marked = self.conflict or bool(self.opened.wrong) or self.emergency or self.void is not None
        differs = self.reading is not None and self.reading.word == "differs"
        return marked or differs or self.entry.kind in words.GRAVE

    @property
    def marked(self) -> words.Words | None:
        """That it was an emergency, or outside the machine, and whether somebody reviewed it."""
        if not self.emergency and self.entry.kind not in reviews.DUE:
            return None
        zh, en = words.OUTSIDE if self.entry.kind == "outside_use" else words.EMERGENCY
        if not self.reviews:
            return f"{zh}，待复核", f"{en}, to be reviewed"
        told = "、".join(dict.fromkeys(one.verdict[0] for one in self.reviews))
        return f"{zh}，已复核：{told}", f"{en}, reviewed"

    @property
    def reviewable(self) -> bool:
        """Whether it is reviewed by itself, and not with the emergency that it belongs to."""
        own = not self.emergency or self.entry.kind == "emergency"
        return own and self.entry.kind in reviews.KINDS

    @property
    def reviewers(self) -> list[tuple[str, str]]:
        """Who reviewed it, and what each found, in Chinese."""
        return [(one.person, one.verdict[0]) for one in self.reviews]

    @property
    def alarm(self) -> str:
        """What an alarm is about, in Chinese; empty for other kinds."""
        code = self.entry.body.get("alarm", "")
        return words.ALARMS.get(code, code)

    @property
    def photos(self) -> list["Photo"]:
        """The photos that the entry binds; those not held yet are marked."""
        found = self.opened
        bound = {
            "盖前": found.before,
            "盖后": found.after,
            "印模": found.specimen,
            "照片": found.picture,
        }
        pages = [(f"第 {number} 页", name) for number, name in enumerate(found.pages, start=1)]
        return [
            Photo(label, name.hex(), name in self.held)
            for label, name in [*bound.items(), *pages]
            if name is not None
        ]

    @property
    def read(self) -> words.Words | None:
        """What came of comparing the text of the photo before; None for other entries."""
        if self.entry.kind != "authorised":
            return None
        return words.READINGS["waiting" if self.reading is None else self.reading.word]

    @property
    def findings(self) -> list[words.Words]:
        return [words.finding(one) for one in self.entry.body.get("findings", ())]


def rows(records: Sequence[Record]) -> list[Row]:
    """The records in their order, each with what is known about it."""
    beside = _openings(records)
    disputed = _disputed(records)
    crises = _Crises.of(records)
    reviewed = reviews.of([*map(_name, records), *crises.names.values()])
    entries = [entry_of(bytes(record.envelope)) for record in records]
    library = Library(records, entries)
    values = [
        opened(entry, name, beside.get(name))
        for entry, name in zip(entries, map(_name, records), strict=True)
    ]
    held, readings = _held(values), _readings(records)
    return [
        Row(
            record,
            entry,
            value,
            library.name(record.village, value.operator),
            library.title(entry) or crises.title(entry),
            (record.device, record.seq) in disputed,
            held,
            crises.emergency(entry),
            crises.voids.get((record.device, record.seq)),
            readings.get(_name(record)),
            reviewed.get(crises.declared(entry) or _name(record), ()),
        )
        for record, entry, value in zip(records, entries, values, strict=True)
    ]


def conflicts() -> list[Conflict]:
    """The newest entries that contradict a stored one."""
    return list(Conflict.objects.order_by("-id")[:MOST_CONFLICTS])


def _name(record: Record) -> bytes:
    return bytes(record.entry_hash)


def _held(values: Iterable[Opened]) -> frozenset[bytes]:
    bound = {name for one in values for name in one.photos}
    found = Blob.objects.filter(sha256__in=bound, kind="photo").values_list("sha256", flat=True)
    return frozenset(map(bytes, found))


def _openings(records: Iterable[Record]) -> dict[bytes, bytes]:
    found = Openings.objects.filter(entry_hash__in=[_name(record) for record in records])
    return {bytes(one.entry_hash): bytes(one.data) for one in found}


def _readings(records: Iterable[Record]) -> dict[bytes, Reading]:
    found = Reading.objects.filter(entry_hash__in=[_name(record) for record in records])
    return {bytes(one.entry_hash): one for one in found}


def _disputed(records: Iterable[Record]) -> set[tuple[str, int]]:
    devices = {record.device for record in records}
    return set(Conflict.objects.filter(device__in=devices).values_list("device", "seq"))


@dataclass(frozen=True)
class _Crises:
    """Corrections and emergencies of the machines whose records are shown; `names` are the hashes
    of the entries that declare them.
    """

    voids: Mapping[tuple[str, int], Void]
    asked: Mapping[tuple[str, bytes], str]
    names: Mapping[tuple[str, bytes], bytes]

    @classmethod
    def of(cls, records: Iterable[Record]) -> "_Crises":
        devices = {record.device for record in records}
        told = Record.objects.filter(kind__in=("correction", "emergency"))
        found = [one for one in told if one.device in devices]
        corrections = [_source(one) for one in found if one.kind == "correction"]
        declared = [one for one in found if one.kind == "emergency"]
        beside = _openings(declared)
        names = {
            (one.device, entry_of(bytes(one.envelope)).body["grant"]): _name(one)
            for one in declared
        }
        asked = {place: notices.asked(beside.get(name)) for place, name in names.items()}
        return cls(notices.voids(corrections), asked, names)

    def emergency(self, entry: Entry) -> bool:
        """Whether the entry is of an emergency."""
        return (entry.device, entry.body.get("grant")) in self.asked

    def declared(self, entry: Entry) -> bytes | None:
        """The hash of the entry that declares the emergency which an entry is of."""
        return self.names.get((entry.device, entry.body.get("grant", b"")))

    def title(self, entry: Entry) -> str:
        """What two people asked for in the emergency that an entry is of."""
        return self.asked.get((entry.device, entry.body.get("grant", b"")), "")


def _source(record: Record) -> Source:
    return Source(bytes(record.envelope), record.leaf_index)
