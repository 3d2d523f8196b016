"""The machines of a bench's bundle: each writes its journal round by round, on all cores.

Calls `tests.support` and `wire`. A round is 24 heartbeats and five stamps; a stamp has an
application with two passkeys' approvals, a new list, a log-in and two photos. Time runs fast: a
round takes ten minutes. All entries of a round name the head that the log had before it.
"""

import os
import struct
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from hashlib import sha256
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any, Final

from nacl.signing import SigningKey

from tests.support import contents
from tests.support.township import Township
from wire.lists.content import Grant
from wire.lists.leaf import list_leaf
from wire.record import commitment, entry, envelope
from wire.record.commitment import Opening, OpeningSet
from wire.record.entry import NO_PREV, Entry, Time
from wire.sig import PublicKey

HEARTBEATS: Final = 24
STAMPS: Final = 5
ENTRIES: Final = HEARTBEATS + 5 * STAMPS
"""Of one machine's round."""
ROUND_MS: Final = 600_000
OPEN_GRANTS: Final = 3
PHOTOS: Final = 64
PHOTO_BYTES: Final = 500_000
"""What 2592 x 1944 pixels of print without noise take at quality 90, the camera's defaults."""
NONE, END = b"-", b""
"""No head yet, and no round any more, on their way to a process."""


class Machines(AbstractContextManager["Machines"]):
    """So many machines, spread over all cores."""

    def __init__(self, folder: Path, town: Township, count: int) -> None:
        """They are forked, so that the township's private keys reach them."""
        context = get_context("fork")
        self._shared = min(count, len(os.sched_getaffinity(0)))
        self._count, self._ends, self._running = count, list[Connection](), []
        for first in range(self._shared):
            ours, theirs = context.Pipe()
            numbers = range(first, count, self._shared)
            work = (theirs, folder, town, numbers)
            self._running.append(context.Process(target=_work, args=work, daemon=True))
            self._running[-1].start()
            theirs.close()
            self._ends.append(ours)

    def round(self, seen: bytes | None) -> Iterator[bytes]:
        """The leaves of each machine's next round, one machine after the other."""
        for end in self._ends:
            end.send_bytes(seen or NONE)
        for number in range(self._count):
            data, at = self._ends[number % self._shared].recv_bytes(), 0
            while at < len(data):
                end_at = at + 2 + int.from_bytes(data[at : at + 2])
                yield data[at + 2 : end_at]
                at = end_at

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for end, running in zip(self._ends, self._running, strict=True):
            end.send_bytes(END)
            running.join()


def record_key(number: int) -> SigningKey:
    """That machine's."""
    return SigningKey(sha256(f"bench machine {number}".encode()).digest())


def photos() -> Iterator[bytes]:
    """The few that are used over and over."""
    for number in range(PHOTOS):
        yield b"\xff\xd8\xff" + Random(number).randbytes(PHOTO_BYTES)


class _Machine:
    """One machine's journal, written as leaves."""

    def __init__(self, folder: Path, town: Township, number: int) -> None:
        self.folder, self.town = folder, town
        self.leaves: list[bytes] = []
        self.seen: bytes | None = None
        self.device, self.village = f"machine-{number}", f"village{number}"
        self.signing = record_key(number)
        self.key = PublicKey("EdDSA", self.signing.verify_key.encode())
        self.random = Random(number)
        self.photos = [sha256(data).digest() for data in photos()]
        self.now, self.seq, self.prev = town.now_ms, 0, NO_PREV
        self.presses = 0
        self.template = Township.build(self.key).application()
        self.grants: list[Grant] = []
        self.version, self.digest, self.wrote = 0, b"", 0

    def round(self, seen: bytes | None) -> bytes:
        """The leaves of the next round, whose entries name that head."""
        self.seen = seen
        ends = self.now + ROUND_MS
        for _ in range(STAMPS):
            self.stamp()
        for _ in range(HEARTBEATS):
            self.write("heartbeat", self.counters())
        self.now = ends
        made = b"".join(struct.pack(">H", len(leaf)) + leaf for leaf in self.leaves)
        self.leaves.clear()
        return made

    def stamp(self) -> None:
        self.publish()
        self.write("list_adopted", self.adopted())
        person = {"operator": "wu"}
        self.write("authenticated", {"method": "pin"}, person)
        grant = self.grants[-1].id
        opening = {
            "grant": grant,
            "list": self.version,
            "list_sha256": self.digest,
            "item": "residence",
            "seal": "seal-committee",
            "sheet": 1,
            "use": "full",
            "findings": ["page_match"],
            "bound_ms": 5000,
            **self.counters(),
        }
        self.write("authorised", opening, {**person, "before": self.random.choice(self.photos)})
        self.presses += 1
        ended = {"authorised": self.seq, **self.counters()}
        photo = {"after": self.random.choice(self.photos)}
        self.write("stamped", {**ended, "grant": grant, "findings": []}, photo)
        self.write("relocked", ended)

    def publish(self) -> None:
        """A new application and the list that grants it."""
        application = replace(
            self.template,
            id=self.random.randbytes(32),
            village=self.village,
            device=self.device,
            machine=self.key.kid,
            created=self.now - contents.HOUR,
            not_before=self.now - contents.HOUR,
            not_after=self.now + contents.DAY,
        )
        self.grants = [*self.grants[1 - OPEN_GRANTS :], self.town.grant(application)]
        self.version += 1
        data = self.town.bundle(
            self.grants, version=self.version, device=self.device, now_ms=self.now
        )
        self.digest = sha256(data).digest()
        (self.folder / f"lists/{self.digest.hex()}.cbor").write_bytes(data)
        self.leaves.append(list_leaf(self.device, self.version, self.digest))

    def adopted(self) -> dict[str, Any]:
        expires = self.now + 72 * contents.HOUR
        return {"version": self.version, "sha256": self.digest, "expires": expires}

    def counters(self) -> dict[str, int]:
        return {"unlatches": self.presses, "presses": self.presses}

    def write(
        self, kind: str, body: dict[str, Any], hidden: Mapping[str, str | bytes] | None = None
    ) -> None:
        self.now += 1000
        self.seq += 1
        opened = [
            Opening(name, self.random.randbytes(32), value)
            for name, value in (hidden or {}).items()
        ]
        body = {**body, **{one.field: commitment.commit(kind, one) for one in opened}}
        time = Time(self.now, "synced", self.now - self.town.now_ms)
        made = entry.encode(
            Entry(self.device, self.seq, self.prev, bytes(16), time, kind, body, self.seen)
        )
        to_sign = envelope.to_be_signed("EdDSA", self.key.kid, made)
        signature = self.signing.sign(to_sign).signature
        data = envelope.assemble("EdDSA", self.key.kid, made, signature)
        self.prev = envelope.entry_hash(data)
        self.leaves.append(data)
        if opened:
            beside = OpeningSet(self.device, self.seq, self.prev, tuple(opened))
            path = self.folder / f"openings/{self.prev.hex()}.cbor"
            path.write_bytes(commitment.encode(beside))


def _work(end: Connection, folder: Path, town: Township, numbers: range) -> None:
    """One process: its machines' rounds, for as long as it is asked."""
    machines = [_Machine(folder, town, number) for number in numbers]
    while (seen := end.recv_bytes()) != END:
        for machine in machines:
            end.send_bytes(machine.round(None if seen == NONE else seen))
