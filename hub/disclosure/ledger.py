"""The public line of one opening: what was stamped and how it ended, nothing about people. Pure.

Calls only `wire.record` and `hub.records`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from hub.records.notices import Source
from hub.records.read import entry_of
from wire.record.entry import Entry
from wire.record.envelope import entry_hash

ENDS: Final = ("stamped", "aborted", "interrupted")
"""Kinds of entries that end an `authorised`."""


@dataclass(frozen=True)
class Line:
    """One opening. `state` is a key of STATES (`wire.record.words`), `leaf_index` that of its
    last entry in the log, `end` the seq of the entry that ended it, `stamp` that entry's hash where
    it is a `stamped`.
    """

    device: str
    seq: int
    wall_ms: int
    item: str
    seal: str
    sheet: int
    state: str
    leaf_index: int | None
    grant: bytes
    end: int | None
    stamp: bytes | None


def lines(openings: Sequence[Source], endings: Iterable[Source]) -> list[Line]:
    """One line for each `authorised` of `openings`, in order, with its end among `endings`."""
    ended: dict[tuple[str, int], tuple[Entry, Source]] = {}
    for source in endings:
        entry = entry_of(source.envelope)
        ended[entry.device, entry.body["authorised"]] = (entry, source)
    return [_line(source, ended) for source in openings]


def months(wall_ms: Iterable[int], zone: tzinfo) -> list[tuple[str, int]]:
    """(yyyy-mm, number of stamps) of each month with stamps in that time zone, newest first."""
    counted = Counter(datetime.fromtimestamp(ms / 1000, zone).strftime("%Y-%m") for ms in wall_ms)
    return sorted(counted.items(), reverse=True)


def _line(source: Source, ended: Mapping[tuple[str, int], tuple[Entry, Source]]) -> Line:
    entry = entry_of(source.envelope)
    end, last = ended.get((entry.device, entry.seq), (None, source))
    return Line(
        entry.device,
        entry.seq,
        entry.time.wall if end is None else end.time.wall,
        entry.body["item"],
        entry.body["seal"],
        entry.body["sheet"],
        _state(end),
        source.leaf_index if last.leaf_index is None else last.leaf_index,
        entry.body["grant"],
        None if end is None else end.seq,
        entry_hash(last.envelope) if end is not None and end.kind == "stamped" else None,
    )


def _state(end: Entry | None) -> str:
    if end is None:
        return "open"
    if end.kind != "stamped" and end.body["returned"]:
        return "returned"
    return end.kind
