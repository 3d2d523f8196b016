"""Machine and inspector measure the same silence: an honest machine is never called a liar."""

import sqlite3
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.crisis import Crisis
from sealctl.journal import plight
from sealctl.journal.store import note
from wire.record.entry import Entry, Time
from wire.record.silence import Silence
from wire.tlog.checkpoint import Checkpoint, encode

PASSED = st.integers(0, 5_000)
OWN = ("entry", "restart", "reboot", "list")
EVENTS = st.tuples(st.sampled_from((*OWN, "receipt", "reach")), PASSED)


@dataclass
class Both:
    """A machine's tables as its journal keeps them, and an inspector who sees its entries only."""

    connection: sqlite3.Connection
    inspector: Crisis = field(default_factory=Crisis)
    seq: int = 0
    mono: int = 0
    size: int = 0
    seen: bytes | None = None

    @classmethod
    def new(cls) -> "Both":
        connection = sqlite3.connect(":memory:", isolation_level=None)
        connection.execute("CREATE TABLE entry (seq INTEGER, kind TEXT, mono INTEGER)")
        connection.execute("CREATE TABLE note (name TEXT PRIMARY KEY, value BLOB)")
        made = cls(connection)
        made.write("boot")
        made.write("list_adopted")
        return made

    def write(self, kind: str) -> None:
        self.seq += 1
        self.connection.execute("INSERT INTO entry VALUES (?, ?, ?)", (self.seq, kind, self.mono))
        if kind == "list_adopted":
            note(self.connection, "heard", f"{self.seq} {self.mono}".encode())
        time = Time(0, "rtc", self.mono)
        self.inspector.look(
            Entry("sunrise-1", self.seq, bytes(32), bytes(16), time, kind, {}, self.seen)
        )

    def happen(self, event: str, passed: int) -> None:
        self.mono += passed
        if event in ("restart", "reboot"):
            self.mono = passed if event == "reboot" else self.mono
            self.write("boot")
        elif event == "list":
            self.write("list_adopted")
        elif event == "receipt":
            self.size += 1
            text = encode(Checkpoint("town.example/log", self.size, bytes(32)))
            assert plight.hear(self.connection, self.seq, self.mono, text)
            self.seen = self.size.to_bytes(32)
        elif event == "reach":
            plight.reach(self.connection, self.seq, self.mono)
        else:
            self.write("heartbeat")

    def machine_ms(self) -> int:
        return plight.silence(self.connection).ms(self.mono)

    def inspector_ms(self) -> int:
        """At an entry made now, as an emergency would be."""
        self.write("heartbeat")
        return self.inspector.silence.ms(self.mono)


@settings(deadline=None)
@given(st.lists(EVENTS, max_size=40))
def test_no_history_makes_an_honest_machine_a_liar(history: list[tuple[str, int]]) -> None:
    both = Both.new()
    for event, passed in history:
        both.happen(event, passed)
        assert both.machine_ms() <= both.inspector_ms()


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(OWN), PASSED), max_size=40))
def test_with_nothing_but_entries_they_agree(history: list[tuple[str, int]]) -> None:
    both = Both.new()
    for event, passed in history:
        both.happen(event, passed)
    assert both.machine_ms() == both.inspector_ms()


def test_silence_is_running_time() -> None:
    found = Silence()
    found.contact(1_000)
    found.entry(4_000)
    found.boot(500)
    assert found.ms(2_500) == 3_000 + 2_000
    found.contact(2_600)
    assert found.ms(2_600) == 0
