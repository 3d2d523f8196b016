"""An inspector's bundle of any length, made in a minute or two and kept: real keys sign all of it.

Calls `tests.support`, `inspector.tree`, `wire` and PyNaCl. A machine's round is 24 heartbeats and
five stamps; a stamp has an application with two passkeys' approvals, a new list, a log-in and two
photos. Photos are few and used over and over. Time runs fast: a round takes ten minutes.
"""

import json
import shutil
import struct
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any, BinaryIO, Final

from nacl.signing import SigningKey

from county.township import Township as Authority
from county.township import Village
from inspector.tree import Growing
from tests.support import contents
from tests.support.sealed_log import VKEY, signed_head
from tests.support.township import Township
from wire.lists.content import Grant
from wire.lists.leaf import list_leaf
from wire.record import commitment, entry, envelope
from wire.record.commitment import Opening, OpeningSet
from wire.record.entry import NO_PREV, Entry, Time
from wire.sig import PublicKey
from wire.tlog import tiles
from wire.tlog.tree import leaf_hash, root_of

HEARTBEATS: Final = 24
STAMPS: Final = 5
ENTRIES: Final = HEARTBEATS + 5 * STAMPS
"""Of one machine's round."""
ROUND_MS: Final = 600_000
OPEN_GRANTS: Final = 3
PHOTOS: Final = 64
PHOTO_BYTES: Final = 500_000
"""What 2592 x 1944 pixels of print without noise take at quality 90, the camera's defaults."""
PER_MACHINE: Final = 12_500
"""Entries of one machine at most, roughly."""


def build(folder: Path, entries: int) -> Path:
    """A bundle of so many entries or a few more; the one made before, where it is there."""
    if (folder / "checkpoint").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    count = max(2, min(40, entries // PER_MACHINE))
    rounds = -(-entries // (ENTRIES * count))
    town = _township(count)
    _put(folder / "roots/1.json", town.roots[0])
    for number, data in enumerate(_photos()):
        _put(folder / f"photos/{sha256(data).hexdigest()}.jpg", data)
        assert number < PHOTOS
    for name in ("openings", "lists", "made"):
        (folder / name).mkdir(parents=True)
    _towns.append(town)
    with ProcessPoolExecutor(mp_context=get_context("fork")) as pool:
        jobs = [(folder, number, rounds) for number in range(count)]
        assert all(pool.map(_make_machine, jobs))
    _towns.clear()
    _write_log(folder, _merged(folder / "made", count, rounds))
    shutil.rmtree(folder / "made")
    return folder


def signatures(entries: int) -> tuple[int, int, int]:
    """(Ed25519, passkeys' ES256, photos) of a bundle of so many entries: of a list count those that
    differ from the list before.
    """
    stamps = entries * STAMPS // ENTRIES
    return entries + 3 * stamps, 2 * stamps, 2 * stamps


def _township(count: int) -> Township:
    made = Township.build(policy={"log_key": VKEY})
    first = made.authority.villages[0]
    villages = []
    for number in range(count):
        name, device = f"village{number}", f"machine-{number}"
        key = _key(number).verify_key.encode()
        machine = replace(
            made.machine,
            device=device,
            village=name,
            village_name=f"示例{number}村",
            public_key=key,
        )
        roster = replace(first.roster, village=name)
        villages.append(Village(roster, replace(first.machines, machines={device: machine})))
    authority = Authority(made.authority.catalogue, made.authority.policy, tuple(villages))
    return made.sign(authority)


def _key(number: int) -> SigningKey:
    return SigningKey(sha256(f"bench machine {number}".encode()).digest())


def _photos() -> Iterator[bytes]:
    for number in range(PHOTOS):
        yield b"\xff\xd8\xff" + Random(number).randbytes(PHOTO_BYTES)


class _Machine:
    """One machine's journal, written as leaves."""

    def __init__(self, folder: Path, town: Township, number: int, out: BinaryIO) -> None:
        self.folder, self.town, self.out = folder, town, out
        self.device, self.village = f"machine-{number}", f"village{number}"
        self.signing = _key(number)
        self.key = PublicKey("EdDSA", self.signing.verify_key.encode())
        self.random = Random(number)
        self.photos = [sha256(data).digest() for data in _photos()]
        self.now, self.seq, self.prev = town.now_ms, 0, NO_PREV
        self.presses = 0
        self.template = Township.build(self.key).application()
        self.grants: list[Grant] = []
        self.version, self.digest, self.wrote = 0, b"", 0

    def round(self) -> None:
        ends = self.now + ROUND_MS
        for _ in range(STAMPS):
            self.stamp()
        for _ in range(HEARTBEATS):
            self.write("heartbeat", self.counters())
        self.now = ends

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
        self.leaf(list_leaf(self.device, self.version, self.digest))

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
        made = entry.encode(Entry(self.device, self.seq, self.prev, bytes(16), time, kind, body))
        to_sign = envelope.to_be_signed("EdDSA", self.key.kid, made)
        signature = self.signing.sign(to_sign).signature
        data = envelope.assemble("EdDSA", self.key.kid, made, signature)
        self.prev = envelope.entry_hash(data)
        self.leaf(data)
        if opened:
            beside = OpeningSet(self.device, self.seq, self.prev, tuple(opened))
            path = self.folder / f"openings/{self.prev.hex()}.cbor"
            path.write_bytes(commitment.encode(beside))

    def leaf(self, data: bytes) -> None:
        self.out.write(struct.pack(">H", len(data)) + data)


_towns: list[Township] = []
"""The one being made: its private keys reach other processes by being there when they start."""


def _make_machine(job: tuple[Path, int, int]) -> bool:
    folder, number, rounds = job
    with (folder / f"made/{number}").open("wb") as out:
        machine = _Machine(folder, _towns[0], number, out)
        for _ in range(rounds):
            machine.round()
    return True


def _merged(folder: Path, count: int, rounds: int) -> Iterator[bytes]:
    """The machines' leaves, a round of each in turn."""
    with ExitStack() as stack:
        files = [stack.enter_context((folder / str(one)).open("rb")) for one in range(count)]
        for _ in range(rounds):
            for file in files:
                for _ in range(ENTRIES + STAMPS):
                    yield file.read(int.from_bytes(file.read(2)))


def _write_log(folder: Path, leaves: Iterator[bytes]) -> None:
    levels: list[list[bytes]] = []
    full: list[int] = []
    waiting: list[bytes] = []

    def add(level: int, value: bytes) -> None:
        if level == len(levels):
            levels.append([])
            full.append(0)
        levels[level].append(value)
        if len(levels[level]) == tiles.WIDTH:
            write(level)
            root = root_of(levels[level])
            levels[level], full[level] = [], full[level] + 1
            add(level + 1, root)

    def write(level: int) -> None:
        hashes = levels[level]
        path = tiles.hash_path(level, full[level], len(hashes))
        _put(folder / path, b"".join(hashes))
        if level == 0:
            data = tiles.encode_entries(waiting)
            _put(folder / tiles.entries_path(full[0], len(hashes)), data)
            waiting.clear()

    size, tree = 0, Growing()
    for leaf in leaves:
        size += 1
        waiting.append(leaf)
        hashed = leaf_hash(leaf)
        add(0, hashed)
        tree.add(hashed)
    for level, hashes in enumerate(levels):
        if hashes:
            write(level)
    _put(folder / "policy.json", json.dumps(_policy(folder)).encode())
    _put(folder / "checkpoint", signed_head(size, tree.root()))


def _policy(folder: Path) -> dict[str, object]:
    root = sha256((folder / "roots/1.json").read_bytes()).hexdigest()
    return {"root_sha256": root, "log": VKEY, "witnesses": [], "quorum": 0, "max_age_s": 0}


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
