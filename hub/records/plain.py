"""Records as programs read them: for the interface and for exports. Pure.

Calls `hub.{clock,days}` and `hub.records`, for their types and words.
"""

from datetime import datetime
from typing import Any

from hub.clock import moment
from hub.days import zone
from hub.records import read, words
from hub.records.queries import Row

Plain = dict[str, Any]


def when(at: datetime) -> str:
    """With the township's offset from UTC."""
    return at.astimezone(zone()).isoformat(timespec="milliseconds")


def at_ms(ms: int) -> str:
    return when(moment(ms))


def record(row: Row) -> Plain:
    """As `hub.api.schemas.ROW` says."""
    found, entry, grant = row.record, row.entry, row.entry.body.get("grant")
    return {
        "sha256": row.hash,
        "device": found.device,
        "village": found.village,
        "seq": found.seq,
        "kind": entry.kind,
        "kind_zh": row.kind[0],
        "at": when(row.at),
        "clock": entry.time.quality,
        "received": at_ms(found.received_ms),
        "leaf": found.leaf_index,
        "application": None if grant is None else grant.hex(),
        "title": row.title,
        "operator": row.operator,
        "refusal": entry.body.get("code", ""),
        "alarm": entry.body.get("alarm", ""),
        "findings": [_told(one) for one in row.findings],
        "photos": [
            {"label": one.label, "sha256": one.name, "held": one.held} for one in row.photos
        ],
        "emergency": row.emergency,
        "void": row.void is not None,
        "conflict": row.conflict,
        "reviews": [
            {"person": one.person, "verdict": one.code, "words": one.words, "at": when(one.at)}
            for one in row.reviews
        ],
    }


def fields(row: Row) -> list[Plain]:
    """Each line of an entry's body."""
    return [
        {
            "name": one.name,
            "zh": words.FIELDS[one.name][0],
            "text": one.text,
            "state": one.state,
        }
        for one in read.fields(row.entry, row.opened)
    ]


def _told(pair: tuple[str, str]) -> Plain:
    return {"zh": pair[0], "en": pair[1]}
