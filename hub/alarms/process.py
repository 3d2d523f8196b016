"""`sealhub alarms`: indexes records, raises and clears alarms, hands on those nobody answered.

Calls `hub.alarms`, `hub.daily.heads`, `hub.records.index`, `hub.ingest.models`,
`hub.reading.models`, `hub.operate.pulse` and `hub.config`.
It reads what is stored and adds rows of its own: no entry waits for it. Each thing that arrives is
looked at once, however often the process is started; what lasts is judged anew each minute.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Final

from hub.alarms import gather, ledger, rules
from hub.alarms.facts import Arrived, Cause
from hub.alarms.limits import Limits, limits
from hub.config import Config
from hub.daily import heads
from hub.devices import authority
from hub.ingest.models import Conflict, Record
from hub.operate.pulse import Pulse
from hub.reading.models import Reading
from hub.records import index
from hub.records.read import entry_of

NAME: Final = "alarms"
POLL_S: Final = 2.0
LASTING_MS: Final = 60_000
LASTING: Final = ("unstamped", "unended", "idle", "silent", "withheld")
ENDS: Final = ("stamped", "aborted", "interrupted")


def run(config: Callable[[], Config], now_ms: Callable[[], int], stopping: threading.Event) -> None:
    """Until `stopping`; prints a line with `ready` once what was stored before is dealt with."""
    judged_ms, ready = 0, False
    pulse = Pulse(config().state, NAME)
    while not stopping.is_set():
        now, hours = now_ms(), limits(config())
        arrived(hours, now, pulse.beat)
        if now - judged_ms >= LASTING_MS:
            lasting(hours, now)
            heads.keep(now)
            judged_ms = now
        if not ready:
            print("alarms: ready", flush=True)
            ready = True
        pulse.beat()
        stopping.wait(POLL_S)


def arrived(hours: Limits, now_ms: int, beat: Callable[[], None] = lambda: None) -> None:
    """Deal with all entries, conflicts and readings that came since, with a `beat` now and then."""
    while index.step():
        beat()
    readers: tuple[tuple[str, type[Record | Conflict | Reading], Callable[..., list[Cause]]], ...]
    readers = (
        ("alarms.records", Record, _of_records),
        ("alarms.conflicts", Conflict, _of_conflicts),
        ("alarms.readings", Reading, _of_readings),
    )
    for reader, kind, causes in readers:

        def take(rows: Sequence[object], causes: Callable[..., list[Cause]] = causes) -> None:
            ledger.raise_(causes(rows), hours, now_ms)

        while index.follow(reader, kind, take):
            beat()


def lasting(hours: Limits, now_ms: int) -> None:
    """Judge what is known now; hand on what is overdue."""
    oldest_ms = min(hours.after_ms(rule) for rule in ("unstamped", "unended"))
    uses, openings = list(gather.uses(now_ms, oldest_ms)), list(gather.openings())
    heard = list(gather.heard())
    standing = [
        *rules.unstamped(uses, hours, now_ms),
        *rules.unended(uses, openings, hours, now_ms),
        *rules.idle(gather.seals(), hours, now_ms),
        *rules.silent(heard, hours, now_ms),
        *rules.withheld(heard, hours, now_ms),
    ]
    ledger.raise_(standing, hours, now_ms)
    ledger.clear(standing, LASTING, now_ms)
    ledger.escalate(hours, now_ms)


def _of_records(rows: Sequence[Record]) -> list[Cause]:
    entries = [entry_of(bytes(row.envelope)) for row in rows]
    ended = [(one.device, int(one.body["authorised"])) for one in entries if one.kind in ENDS]
    opening = {place: entry_of(data) for place, data in index.at(ended).items()}
    return [
        cause
        for row, one in zip(rows, entries, strict=True)
        for cause in rules.arrived(
            Arrived(
                one,
                bytes(row.entry_hash),
                row.village,
                opening.get((one.device, one.body["authorised"])) if one.kind in ENDS else None,
            )
        )
    ]


def _of_conflicts(rows: Sequence[Conflict]) -> list[Cause]:
    stored = _names({(row.device, row.seq) for row in rows})
    machines = authority.machines()
    return [
        Cause(
            "conflict",
            (row.device, row.seq, sha256(bytes(row.envelope)).digest()),
            row.device,
            machines[row.device].village if row.device in machines else "",
            row.received_ms,
            stored.get((row.device, row.seq)),
            {"seq": row.seq, "reason": row.reason},
        )
        for row in rows
    ]


def _names(places: set[tuple[str, int]]) -> Mapping[tuple[str, int], bytes]:
    """(device, seq) → hash of the entry stored there."""
    found = Record.objects.filter(
        device__in={device for device, _ in places}, seq__in={seq for _, seq in places}
    )
    rows = found.values_list("device", "seq", "entry_hash")
    return {(device, seq): bytes(name) for device, seq, name in rows if (device, seq) in places}


def _of_readings(rows: Sequence[Reading]) -> list[Cause]:
    differing = {bytes(row.entry_hash): row for row in rows if row.word == "differs"}
    return [
        Cause("text_differs", (name,), record.device, record.village, record.wall_ms, name)
        for record in Record.objects.filter(entry_hash__in=differing)
        for name in (bytes(record.entry_hash),)
    ]
