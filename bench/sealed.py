"""An inspector's bundle of any length, made in some minutes and kept: real keys sign all of it.

Calls `bench.sealed_machines`, `tests.support`, `inspector.tree` and `wire`.
"""

import json
import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Final

from bench.sealed_machines import ENTRIES, Machines, photos, record_key
from county.township import Township as Authority
from county.township import Village
from inspector.tree import Growing
from tests.support.sealed_log import NAME, VKEY, signed_head
from tests.support.township import Township
from wire.sig import PublicKey
from wire.tlog import checkpoint, tiles
from wire.tlog.checkpoint import Checkpoint
from wire.tlog.tree import leaf_hash, root_of

PER_MACHINE: Final = 12_500
"""Entries of one machine at most, roughly."""
FORM: Final = "form-2"
"""Stands beside the bundle's files when it is whole; one of another form is made anew."""


def machines(entries: int) -> int:
    """How many write so many entries."""
    return max(2, min(40, entries // PER_MACHINE))


def build(folder: Path, entries: int, count: int) -> Path:
    """A bundle of so many entries, or a few more, of `count` machines; the one made before, where
    it is there.
    """
    if (folder / FORM).exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    town = _township(count)
    _put(folder / "roots/1.json", town.roots[0])
    for data in photos():
        _put(folder / f"photos/{sha256(data).hexdigest()}.jpg", data)
    for name in ("openings", "lists"):
        (folder / name).mkdir(parents=True)
    log = _Log(folder)
    with Machines(folder, town, count) as working:
        for _ in range(-(-entries // (ENTRIES * count))):
            for leaf in working.round(log.seen()):
                log.add(leaf)
    _put(folder / "policy.json", json.dumps(_policy(folder)).encode())
    log.finish()
    _put(folder / FORM, b"")
    return folder


def record_keys(count: int) -> dict[str, PublicKey]:
    """By device, of the first `count` machines."""
    return {
        f"machine-{number}": PublicKey("EdDSA", record_key(number).verify_key.encode())
        for number in range(count)
    }


def _township(count: int) -> Township:
    made = Township.build(policy={"log_key": VKEY})
    first = made.authority.villages[0]
    villages = []
    for number in range(count):
        name, device = f"village{number}", f"machine-{number}"
        key = record_key(number).verify_key.encode()
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


class _Log:
    """Tiles and head of a log, leaf by leaf."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._levels: list[list[bytes]] = []
        self._full: list[int] = []
        self._waiting: list[bytes] = []
        self._tree, self._size = Growing(), 0

    def add(self, leaf: bytes) -> None:
        self._size += 1
        self._waiting.append(leaf)
        hashed = leaf_hash(leaf)
        self._add(0, hashed)
        self._tree.add(hashed)

    def seen(self) -> bytes | None:
        """How a machine names the head that the log has now."""
        text = checkpoint.encode(Checkpoint(NAME, self._size, self._tree.root()))
        return sha256(text).digest() if self._size else None

    def finish(self) -> None:
        for level, hashes in enumerate(self._levels):
            if hashes:
                self._write(level)
        _put(self._folder / "checkpoint", signed_head(self._size, self._tree.root()))

    def _add(self, level: int, value: bytes) -> None:
        if level == len(self._levels):
            self._levels.append([])
            self._full.append(0)
        self._levels[level].append(value)
        if len(self._levels[level]) == tiles.WIDTH:
            self._write(level)
            root = root_of(self._levels[level])
            self._levels[level] = []
            self._full[level] += 1
            self._add(level + 1, root)

    def _write(self, level: int) -> None:
        hashes, index = self._levels[level], self._full[level]
        _put(self._folder / tiles.hash_path(level, index, len(hashes)), b"".join(hashes))
        if level == 0:
            data = tiles.encode_entries(self._waiting)
            _put(self._folder / tiles.entries_path(index, len(hashes)), data)
            self._waiting.clear()


def _policy(folder: Path) -> dict[str, object]:
    root = sha256((folder / "roots/1.json").read_bytes()).hexdigest()
    return {"root_sha256": root, "log": VKEY, "witnesses": [], "quorum": 0, "max_age_s": 0}


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
