"""What the log says of a machine up to a moment. Calls `hub.ingest.models`, `hub.records.read` and
`hub.checks.rules`.
"""

from typing import Final

from hub.checks.rules import Logged, SealLogged
from hub.ingest.models import Record
from hub.records.read import entry_of
from wire.lists.content import Machine

COUNTED: Final = (
    *("boot", "heartbeat", "authorised", "stamped", "relocked", "aborted", "interrupted"),
    *("alarm", "maintenance"),
)
"""Kinds of entries that name the head's counters."""
MOVED: Final = ("seal_out", "seal_in", "seal_replaced")


def logged(machine: Machine, until_ms: int) -> Logged:
    """By the entries up to that time that are here now."""
    known = Record.objects.filter(device=machine.device, wall_ms__lte=until_ms)
    rows = known.filter(kind__in=(*MOVED, "outside_use")).order_by("seq")
    entries = [entry_of(bytes(data)) for data in rows.values_list("envelope", flat=True)]
    moved = {one.body["seal"]: one.kind for one in entries if one.kind in MOVED}
    last = known.filter(kind__in=COUNTED).order_by("-seq").first()
    body = {} if last is None else entry_of(bytes(last.envelope)).body
    return Logged(
        seals={
            one.id: SealLogged(one.name, one.slot, one.rfid, moved.get(one.id) == "seal_out")
            for one in machine.seals
            if one.state != "retired"
        },
        register=tuple(one.body["register"] for one in entries if one.kind == "outside_use"),
        entry=None if last is None else bytes(last.entry_hash),
        seq=0 if last is None else last.seq,
        wall_ms=0 if last is None else last.wall_ms,
        unlatches=body.get("unlatches"),
        presses=body.get("presses"),
    )
