"""One seal for the eye: what the lists say, its custody by the log, and what people wrote down.

Calls `hub.ingest.models`, `hub.people`, `hub.records` and `hub.registers`. The number of queries
does not depend on how much there is.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from hub.clock import moment
from hub.ingest.models import Record
from hub.people import roster
from hub.records import queries
from hub.records.queries import Row
from hub.records.read import entry_of
from hub.registers.facts import ABOUT, KINDS, WITNESSES
from hub.registers.listed import Listed, Span
from hub.registers.models import SealFact
from wire.record.words import FIELDS

CUSTODY: Final = ("seal_in", "seal_out", "seal_replaced", "handover")
PERSONS: Final = ("operator", "giver", "receiver", "witness")
STATES: Final[Mapping[str, tuple[str, str]]] = {
    "active": ("在用", "approved"),
    "suspended": ("暂停使用", "pending"),
    "retired": ("已停用", "returned"),
    "off": ("不在清单上", "expired"),
}
"""State by the list in force → what it is called, and the colour of its word."""


def custody(one: Listed) -> list[Row]:
    """What machines wrote of who had it in hand, the newest first."""
    made = Record.objects.filter(village=one.village, kind__in=CUSTODY)  # by kind, not by time
    own = [record for record in made if _about(record, one.id)]
    return queries.rows(sorted(own, key=lambda one: (one.wall_ms, one.seq), reverse=True))


def specimen(rows: Sequence[Row], one: Listed) -> str:
    """The newest photo of its specimen impression that the log names and the hub still has (hex);
    empty for none.
    """
    own = (row for row in rows if row.entry.body["seal"] == one.id)
    found = ((row.opened.specimen, row.held) for row in own)
    return next((name.hex() for name, held in found if name is not None and name in held), "")


def told(rows: Sequence[Row], names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Each entry of the custody in words."""
    for row in rows:
        values, body = row.opened.values, row.entry.body
        yield {
            "at": row.at,
            "zh": row.kind[0],
            "people": [
                (FIELDS[one][0], names.get(str(values[one]), str(values[one])))
                for one in PERSONS
                if one in values
            ],
            "reason": body.get("reason", ""),
            "replaces": body.get("replaces", ""),
            "device": row.entry.device,
            "seq": row.entry.seq,
            "logged": row.record.leaf_index,
        }


def spans(one: Listed) -> list[dict[str, Any]]:
    """What the lists said of it, the newest first."""
    return [_span(span) for span in reversed(one.spans)]


def facts(one: Listed) -> list[SealFact]:
    """All rows, the first one first."""
    return list(SealFact.objects.filter(village=one.village, seal=one.id).order_by("id"))


def current(rows: Sequence[SealFact]) -> list[SealFact]:
    """Those that no later row stands in the place of."""
    corrected = {row.corrects_id for row in rows}
    return [row for row in rows if row.pk not in corrected]


def worded(rows: Sequence[SealFact]) -> list[dict[str, Any]]:
    """Rows by kind for the eye, each with those that it corrects."""
    names, by_id = roster.names(), {row.pk: row for row in rows}
    return [
        {
            "kind": kind,
            "zh": known.zh,
            "day": known.day,
            "once": known.once,
            "rows": [
                {**_fact(row, names), "older": [_fact(old, names) for old in _before(row, by_id)]}
                for row in current(rows)
                if row.kind == kind
            ],
        }
        for kind, known in KINDS.items()
    ]


def _before(row: SealFact, by_id: Mapping[int, SealFact]) -> Iterator[SealFact]:
    while row.corrects_id is not None:
        row = by_id[row.corrects_id]
        yield row


def _fact(row: SealFact, names: Mapping[str, str]) -> dict[str, Any]:
    shown = {
        name: names.get(value, value) if name in WITNESSES else value
        for name, value in row.data.items()
    }
    if "about" in shown:
        shown["about"] = ABOUT[shown["about"]]
    return {
        "row": row,
        "fields": [
            (zh, shown.get(name, ""))
            for name, (zh, _, _) in KINDS[row.kind].fields.items()
            if shown.get(name)
        ],
        "who": names.get(row.person, row.person),
        "at": moment(row.at_ms),
    }


def _span(span: Span) -> dict[str, Any]:
    return {
        "span": span,
        "words": STATES[span.seal.state],
        "since": moment(span.since_ms),
        "until": None if span.until_ms is None else moment(span.until_ms),
    }


def _about(record: Record, seal: str) -> bool:
    body = entry_of(bytes(record.envelope)).body
    return seal in (body["seal"], body.get("replaces"))
