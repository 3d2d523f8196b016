"""A machine without contact for sixty days: it stops, keeps its signs of life, and catches up.

The whole machine on a fake clock, the courier's own outbox, and the hub's own ingest over its real
log; only the broker between them is a list.
"""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hub.ingest import process
from hub.ingest.batch import Batch
from hub.ingest.models import Conflict, Openings, Record
from hub.ingest.waiting import Waiting
from hub.log.keys import LogKey
from hub.log.sequencer import Sequencer
from hub.mqtt import Message
from sealctl.journal import books
from sealctl.lockd import receipts
from sealctl.session import model as m
from sync.outbox import Outbox, portions
from tests.hub.test_ingest_faults import NAME, config
from tests.support import contents
from tests.support.contents import DAY, DEVICE, HOUR
from tests.support.machine import Rig
from wire import messages, topics
from wire.lists.content import Grant
from wire.refusals import Refused

pytestmark = pytest.mark.django_db
DAYS = 60


@dataclass
class Line:
    """The broker and the courier: what lockd has goes to ingest, what ingest answers to lockd."""

    rig: Rig
    log: Sequencer
    outbox: Outbox = field(default_factory=Outbox)
    waiting: Waiting = field(default_factory=Waiting)
    acknowledged: int = 0
    lost: bool = False

    def carry(self) -> int:
        """One portion of the backlog; the entries that it carried."""
        core, now = self.rig.core, self.rig.clock.mono
        wanted = self.outbox.next(now)
        rows = books.entries(core.journal.connection, wanted.after, wanted.limit)
        if not rows or not self.outbox.went(wanted.after, rows[-1].seq, now):
            return 0
        openings = [row.openings for row in rows if row.openings is not None]
        entries = portions([row.envelope for row in rows])
        arrived = [_up("entry", messages.encode_entries(part)) for part in entries]
        arrived += [_up("opening", messages.encode_openings(part)) for part in portions(openings)]
        batch = Batch(
            contents.machines(core.journal.key).machines, self.waiting, self.rig.clock.wall
        )
        process._handle(self.log, self, arrived, batch)  # type: ignore[arg-type]
        return len(rows)

    def acknowledge(self, _: Message) -> None:
        self.acknowledged += 1

    def publish(self, topic: str, payload: bytes) -> None:
        """A receipt, unless the connection is lost just then."""
        assert topic == topics.down(DEVICE, "receipt")
        if not self.lost:
            self.outbox.receipt(receipts.take(self.rig.core, payload), self.rig.clock.mono)


def _up(what: str, payload: bytes) -> Message:
    return Message(topics.up(DEVICE, what), payload, 1, 1, 1)


def test_sixty_days_without_contact_lose_and_double_nothing(tmp_path: Path) -> None:
    hub = config(tmp_path)
    rig = _machine(tmp_path / "machine", LogKey.load(NAME, hub.log_key))
    core, job = rig.core, rig.grant(impressions=3)
    assert [_a_day(rig, job) for _ in range(DAYS)] == [*[None] * 3, *["list_expired"] * 57]
    now = rig.clock.wall
    later = rig.grant(id=bytes(32), created=now, not_before=now, not_after=now + DAY)
    assert _try_to_stamp(rig, later) == "receipts_overdue"
    with Sequencer.open(hub) as log:
        _catch_up(Line(rig, log))
    rows = books.entries(core.journal.connection, 0, 10_000)
    stored = Record.objects.order_by("leaf_index").values_list("seq", "envelope")
    assert [(seq, bytes(data)) for seq, data in stored] == [(o.seq, o.envelope) for o in rows]
    assert Openings.objects.count() == sum(row.openings is not None for row in rows)
    assert Conflict.objects.count() == 0
    assert all(books.receipt(core.journal.connection, row.seq) for row in rows)
    assert len(rows) > DAYS * 24
    assert _try_to_stamp(rig, later) is None


def _machine(folder: Path, key: LogKey) -> Rig:
    """A machine that believes in that log."""
    rig = Rig.build(folder, policy={"log_origin": NAME, "log_key": key.vkey})
    rig.picture = b"a sheet"
    rig.core.journal.connection.execute("PRAGMA synchronous = OFF")  # no power is cut here
    return rig


def _a_day(rig: Rig, grant: Grant) -> str | None:
    """A stamp in the morning, where it is allowed, and a sign of life each hour."""
    refusal = _try_to_stamp(rig, grant)
    for _ in range(24):
        rig.clock.advance(HOUR)
        rig.core.tick()
        rig.core.heartbeat()
    return refusal


def _try_to_stamp(rig: Rig, grant: Grant) -> str | None:
    """The code with which the machine refuses; None after a stamp."""
    try:
        rig.stamp(grant)
    except Refused as refused:
        return refused.code
    finally:
        rig.core.feed(m.LoggedOut())
    return None


def _catch_up(line: Line) -> None:
    """The connection breaks once before the receipts arrive: what was sent is sent again."""
    core = line.rig.core
    line.lost = True
    assert line.carry() > 0
    line.outbox.begin(core.receipted)
    line.lost = False
    while line.carry():
        pass
    assert core.receipted == core.journal.last_seq
