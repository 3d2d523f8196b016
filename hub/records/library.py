"""Names of persons and titles of applications for a page of records, in a fixed number of queries.

Calls `hub.devices`, `hub.ingest.models` and `hub.records.read`. A title is that of the list by
which the machine judged: an `authorised` names it, the other entries follow the one before them.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from django.db.models import OuterRef, Q, Subquery

from hub.devices import authority
from hub.devices.models import ListVersion
from hub.ingest.models import Record
from hub.records.read import entry_of, titles
from wire.record.entry import Entry

Titles = Mapping[bytes, str]
Listed = tuple[str, int]
"""A machine's list of that version."""

MOST_KNOWN: Final = 200
"""Lists whose titles are kept in memory."""
_KNOWN: Final[dict[bytes, Titles]] = {}
"""By hash of the list's bytes: what is kept in memory cannot be another database's."""

JUDGED: Final = {"authorised": "list", "list_adopted": "version"}
"""Kinds of entries that name the list in force, and the field that does."""


class Library:
    """For these records, of which `entries` are the contents."""

    def __init__(self, records: Sequence[Record], entries: Sequence[Entry]) -> None:
        self._rosters = authority.rosters()
        about = [
            (record, entry)
            for record, entry in zip(records, entries, strict=True)
            if isinstance(entry.body.get("grant"), bytes)
        ]
        self._versions = _versions(about)
        self._titles = _titles({(device, one) for (device, _), one in self._versions.items()})

    def name(self, village: str, person: str | None) -> str:
        """The name of that id on the village's roster, else the id."""
        roster = self._rosters.get(village)
        known = None if roster is None or person is None else roster.persons.get(person)
        return (person or "") if known is None else f"{known.name}（{known.id}）"

    def title(self, entry: Entry) -> str:
        """The title of the application that an entry is about; empty where it is not known."""
        version = self._versions.get((entry.device, entry.seq))
        if version is None:
            return ""
        return self._titles.get((entry.device, version), {}).get(entry.body["grant"], "")


def _versions(about: Sequence[tuple[Record, Entry]]) -> Mapping[tuple[str, int], int]:
    """(device, seq) → version of the list in force at each of these entries."""
    found = {
        (entry.device, entry.seq): int(entry.body[JUDGED[entry.kind]])
        for _, entry in about
        if entry.kind in JUDGED
    }
    others = [record.pk for record, entry in about if entry.kind not in JUDGED]
    if not others:
        return found
    earlier = Record.objects.filter(
        device=OuterRef("device"), seq__lte=OuterRef("seq"), kind__in=JUDGED
    ).order_by("-seq")
    rows = Record.objects.filter(pk__in=others).annotate(
        judged=Subquery(earlier.values("envelope")[:1])
    )
    for device, seq, envelope in rows.values_list("device", "seq", "judged"):
        if envelope is not None:
            judged = entry_of(bytes(envelope))
            found[device, seq] = int(judged.body[JUDGED[judged.kind]])
    return found


def _titles(wanted: set[Listed]) -> Mapping[Listed, Titles]:
    if not wanted:
        return {}
    asked = Q()
    for device in {device for device, _ in wanted}:
        asked |= Q(device=device, version__in=[one for name, one in wanted if name == device])
    rows = ListVersion.objects.filter(asked).values_list("pk", "device", "version", "sha256")
    named = {(device, version): (pk, bytes(sha256)) for pk, device, version, sha256 in rows}
    missing = [pk for pk, sha256 in named.values() if sha256 not in _KNOWN]
    for one in ListVersion.objects.filter(pk__in=missing) if missing else ():
        _KNOWN[bytes(one.sha256)] = titles(bytes(one.bundle), one.device)
    found = {place: _KNOWN.get(sha256, {}) for place, (_, sha256) in named.items()}
    for sha256 in list(_KNOWN)[:-MOST_KNOWN]:
        _KNOWN.pop(sha256, None)
    return found
