"""A hub as after years, made in minutes: that many records and alarms, and what lies beside them.

Calls `hub`, `tests.hub` and `bench.filled_{affairs,hotline,rows}`. Entries are encoded as a
machine's are and chained, only not signed: pages show what ingest has verified.
"""

from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.test import Client

from bench import filled_affairs, filled_hotline, filled_rows
from hub.alarms.models import Alarm, AlarmStep
from hub.clock import now_ms
from hub.devices.models import ListVersion
from hub.ingest.models import Openings, Record
from hub.log.sequencer import Sequencer
from hub.records import index
from tests.hub import public_rig as hub
from tests.hub.journal_rig import COUNTERS, Journal, Written
from tests.hub.logged_rig import NAME, Logged
from tests.support.contents import DAY, DEVICE, HOUR, NOW, VILLAGE
from wire.lists.leaf import list_leaf
from wire.record import envelope

BATCH = 2000
LINES, MOVES = 100, 10
"""Of the register's sheet of that month, and how often somebody had a seal in hand."""
OPEN = 20
"""One alarm of so many waits for an outcome."""


class Unsigned(Journal):
    """Its envelopes carry an empty signature."""

    def _signed(self, payload: bytes) -> bytes:
        return envelope.assemble("EdDSA", b"k" * 16, payload, bytes(64))


def fill(most: int) -> None:
    """That many of each, and of what lies beside records."""
    hub.write_config(Path(settings.STATE))
    township = hub.township(Journal())
    grants = [township.grant(township.application(title="居住证明"))]
    hub.publish(township, grants)
    _records(most, grants[0].id)
    _alarms(most)
    filled_rows.fill(township, most)
    filled_hotline.fill(most)
    filled_affairs.fill(most, now_ms())


def logged(most: int) -> None:
    """That many records with their photos, in a log of their own."""
    folder = Path(settings.STATE)
    rig = Logged.build(folder, title="居住证明")
    while len(rig.journal.written) < most:
        rig.stamp()
    _keep(rig.journal.written, first=1)
    leaves = [list_leaf(DEVICE, 1, rig.sha256), *(one.envelope for one in rig.journal.written)]
    config: Any = SimpleNamespace(state=folder, log_name=NAME, log_key=folder / "log.pem")
    with Sequencer.open(config) as sequencer:
        sequencer.append(leaves)
    ListVersion.objects.update(leaf_index=0)
    while index.step():
        pass


def client(person: str) -> Client:
    """Who is logged in at its staff site."""
    made = Client(SERVER_NAME="localhost")
    hub.sign_in(made, person)
    return made


def _records(most: int, grant: bytes) -> None:
    """A month in which little happened, and then one in which the rest did."""
    journal = Unsigned(now_ms=NOW - 20 * DAY)
    _quiet(journal)
    _keep(journal.written)
    journal.now_ms = NOW
    while len(journal.written) < most:
        first = len(journal.written)
        while len(journal.written) < min(first + BATCH, most):
            _day(journal, grant)
        _keep(journal.written[first:])
    while index.step():
        pass


def _quiet(journal: Journal) -> None:
    """The lines of one sheet of the register, and a seal taken out and put back."""
    moved: dict[str, Any] = {
        "seal": "seal-committee",
        "slot": 1,
        "operator": "wu",
        "witness": "bing",
    }
    for number in range(LINES):
        journal.stamp(number.to_bytes(32, "big"))
    for _ in range(MOVES):
        journal.write("seal_out", reason="清洁印面", **moved)
        journal.write("seal_in", reason="清洁印面", **moved)


def _day(journal: Journal, grant: bytes) -> None:
    """A heartbeat and a stamp."""
    journal.write("heartbeat", **COUNTERS)
    journal.stamp(grant)


def _keep(written: list[Written], first: int = 0) -> None:
    """The machine's first entry is the leaf of that number."""
    Record.objects.bulk_create(
        Record(
            device=one.entry.device,
            village=VILLAGE,
            seq=one.entry.seq,
            entry_hash=one.hash,
            envelope=one.envelope,
            kind=one.entry.kind,
            wall_ms=one.entry.time.wall,
            leaf_index=first + one.entry.seq - 1,
            received_ms=one.entry.time.wall,
        )
        for one in written
    )
    Openings.objects.bulk_create(
        Openings(entry_hash=one.hash, data=one.openings) for one in written if one.openings
    )


def _alarms(most: int) -> None:
    made = (
        Alarm(
            rule="machine",
            cause=number.to_bytes(32, "big"),
            device="sunrise-1",
            village=VILLAGE,
            told={"alarm": "case_opened"},
            since_ms=NOW + number,
            raised_ms=NOW + number,
            due_ms=NOW + number + 24 * HOUR,
            settled_ms=NOW if number % OPEN else None,
        )
        for number in range(most)
    )
    for some in iter(lambda: list(islice(made, BATCH)), []):
        Alarm.objects.bulk_create(some)
    AlarmStep.objects.bulk_create(
        (
            AlarmStep(alarm_id=pk, kind="acknowledged", person="another", made_ms=NOW)
            for pk in Alarm.objects.values_list("pk", flat=True)
        ),
        batch_size=BATCH,
    )
