"""Stamps as the hub has them recorded: what a correction is of, and what already corrects them.

Calls `hub.ingest.models`, `hub.records.read` and `wire`. Two queries for one stamp.
"""

from collections.abc import Iterator
from typing import Final

from hub.ingest.models import Openings, Record
from hub.records.read import entry_of, opened
from wire.approval.correction import Stamp
from wire.refusals import Refused

SLACK_MS: Final = 3_600_000
"""A stamp ends a little after it was permitted."""


def find(entry_hash: bytes) -> Record:
    """The record of a stamp by its entry's hash; raises Refused('grant_unknown')."""
    found = Record.objects.filter(entry_hash=entry_hash, kind="stamped").first()
    if found is None:
        raise Refused("grant_unknown", "no such stamp")
    return found


def stamp_of(record: Record) -> Stamp:
    """Its item and who operated, by its opening; raises Refused where that is not told."""
    seq = entry_of(bytes(record.envelope)).body["authorised"]
    row = Record.objects.filter(device=record.device, seq=seq, kind="authorised").first()
    if row is None:
        raise Refused("grant_unknown", "the opening is not recorded")
    opening, name = entry_of(bytes(row.envelope)), bytes(row.entry_hash)
    beside = Openings.objects.filter(entry_hash=name).first()
    operator = opened(opening, name, None if beside is None else bytes(beside.data)).operator
    if operator is None:
        raise Refused("grant_unknown", "who operated is not told")
    return Stamp(record.seq, bytes(record.entry_hash), opening.body["item"], operator)


def of_grant(device: str, grant: bytes, since_ms: int, until_ms: int) -> Iterator[Record]:
    """The stamps of an application, oldest first, from its filing to its end."""
    rows = Record.objects.filter(device=device, kind="stamped")
    rows = rows.filter(wall_ms__gte=since_ms, wall_ms__lte=until_ms + SLACK_MS)
    for row in rows.order_by("seq"):
        if entry_of(bytes(row.envelope)).body["grant"] == grant:
            yield row


def corrected(device: str) -> dict[int, bytes]:
    """Seq of each stamp that the machine has written a correction of → that correction's hash."""
    rows = Record.objects.filter(device=device, kind="correction").order_by("seq")
    bodies = [entry_of(bytes(row.envelope)).body for row in rows]
    return {body["stamped"]: body["subject"] for body in bodies}
