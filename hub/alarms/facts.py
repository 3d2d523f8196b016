"""What is known at one moment, and what stands out in it. Pure; calls only `wire`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from wire import cbor
from wire.record.entry import Entry

Told = Mapping[str, str | int]


@dataclass(frozen=True)
class Cause:
    """Why an alarm is raised: `key` tells it from all others of its rule, and never changes.

    `since_ms`: when it began. `entry` is the entry that it is about, `told` what was found.
    """

    rule: str
    key: tuple[str | int | bytes, ...]
    device: str
    village: str
    since_ms: int
    entry: bytes | None = None
    told: Told = field(default_factory=dict)

    @property
    def name(self) -> bytes:
        """One cause, one name: whoever finds it again finds the same alarm."""
        return sha256(cbor.encode([self.rule, *self.key])).digest()


@dataclass(frozen=True)
class Use:
    """An application that can still be stamped: when its chain was complete, how often the seal
    is to go down, how often it did, and when and by which entry it was opened last.
    """

    grant: bytes
    device: str
    village: str
    approved_ms: int
    presses: int
    stamped: int
    opened_ms: int | None = None
    opening: bytes | None = None


@dataclass(frozen=True)
class Open:
    """A machine's newest opening, which nothing has ended yet."""

    device: str
    village: str
    opened_ms: int
    opening: bytes


@dataclass(frozen=True)
class Seal:
    """A seal in use: its last stamp, or where there was none the first entry of its machine."""

    device: str
    village: str
    seal: str
    last_ms: int
    last: bytes


@dataclass(frozen=True)
class Heard:
    """A machine in use: its newest entry here and when it came; `wrote` is the number of the
    newest entry that it says it wrote.
    """

    device: str
    village: str
    seq: int
    last_ms: int
    last: bytes
    wrote: int = 0


@dataclass(frozen=True)
class Arrived:
    """An entry that came in, and the opening that it ends, if it ends one."""

    entry: Entry
    name: bytes
    village: str
    opening: Entry | None = None
