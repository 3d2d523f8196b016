"""A hub as after years, made in a minute: that many records and alarms, and an inspector's session.

Calls `hub` and `tests.hub`. Entries are encoded as a machine's are and chained, only not signed:
pages show what ingest has verified.
"""

from itertools import islice
from pathlib import Path

from django.conf import settings
from django.test import Client

from hub.alarms.models import Alarm, AlarmStep
from hub.ingest.models import Openings, Record
from hub.records import index
from tests.hub import public_rig as hub
from tests.hub.journal_rig import COUNTERS, Journal, Written
from tests.support.contents import HOUR, NOW, VILLAGE
from wire.record import envelope

BATCH = 2000
OPEN = 20
"""One alarm of so many waits for an outcome."""


class Unsigned(Journal):
    """Its envelopes carry an empty signature."""

    def _signed(self, payload: bytes) -> bytes:
        return envelope.assemble("EdDSA", b"k" * 16, payload, bytes(64))


def fill(most: int) -> Client:
    """That many of each; who is logged in may see them."""
    hub.write_config(Path(settings.STATE))
    township = hub.township(Journal())
    grants = [township.grant(township.application(title="居住证明"))]
    hub.publish(township, grants)
    _records(most, grants[0].id)
    _alarms(most)
    client = Client(SERVER_NAME="localhost")
    hub.sign_in(client, "ren")
    return client


def _records(most: int, grant: bytes) -> None:
    journal = Unsigned()
    while len(journal.written) < most:
        first = len(journal.written)
        while len(journal.written) < min(first + BATCH, most):
            _day(journal, grant)
        _keep(journal.written[first:])
    while index.step():
        pass


def _day(journal: Journal, grant: bytes) -> None:
    """A heartbeat and a stamp."""
    journal.write("heartbeat", **COUNTERS)
    journal.stamp(grant)


def _keep(written: list[Written]) -> None:
    Record.objects.bulk_create(
        Record(
            device=one.entry.device,
            village=VILLAGE,
            seq=one.entry.seq,
            entry_hash=one.hash,
            envelope=one.envelope,
            kind=one.entry.kind,
            wall_ms=one.entry.time.wall,
            leaf_index=one.entry.seq - 1,
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
