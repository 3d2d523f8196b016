"""An inspector's bundle of one machine, made in process, whose every part can be bent.

Calls `tests.support.machine` and `wire`. `write` seals whatever the parts are by then: lengths,
hashes and signatures of the log are honest, so that only what a test bends is wrong.
"""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sealctl.journal import books
from tests.support.contents import DEVICE
from tests.support.machine import Rig
from wire.approval import draft
from wire.lists.leaf import list_leaf
from wire.record import commitment
from wire.record.envelope import entry_hash
from wire.record.kinds import DOCUMENTS, PHOTOS
from wire.tlog import checkpoint, note, tiles, tree
from wire.tlog.checkpoint import Checkpoint
from wire.tlog.note import Signature

NAME = "town.example/log"
KEY = Ed25519PrivateKey.from_private_bytes(sha256(b"the test township's log").digest())
VKEY = note.vkey(NAME, KEY.public_key().public_bytes_raw())


@dataclass
class SealedLog:
    """The parts of a bundle before they are written."""

    root: bytes
    leaves: list[bytes]
    openings: dict[bytes, bytes]
    photos: dict[bytes, bytes]
    lists: dict[bytes, bytes]
    policy: dict[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, rig: Rig) -> "SealedLog":
        """Everything that the machine did, in the order in which a hub would log it."""
        rows = books.entries(rig.core.journal.connection, 0, 1000)
        lists = {sha256(one).digest(): one for one in rig.bundles}
        leaves = [
            list_leaf(DEVICE, version, digest) for version, digest in enumerate(lists, start=2)
        ]
        leaves += [row.envelope for row in rows]
        openings = {entry_hash(row.envelope): row.openings for row in rows if row.openings}
        named = [name for data in openings.values() for name in _photos(data)]
        photos = {name: (rig.config.photos / f"{name.hex()}.jpg").read_bytes() for name in named}
        policy: dict[str, object] = {
            "root_sha256": sha256(rig.township.roots[0]).hexdigest(),
            "log": VKEY,
            "witnesses": [],
            "quorum": 0,
            "max_age_s": 0,
        }
        return cls(rig.township.roots[0], leaves, openings, photos, lists, policy)

    def write(self, folder: Path, *, key: Ed25519PrivateKey = KEY, name: str = NAME) -> Path:
        """The bundle in that folder, sealed by that log key under that name."""
        _put(folder / "policy.json", json.dumps(self.policy).encode())
        _put(folder / "roots/1.json", self.root)
        for digest, data in self.openings.items():
            _put(folder / f"openings/{digest.hex()}.cbor", data)
        for digest, data in self.photos.items():
            _put(folder / f"photos/{digest.hex()}.jpg", data)
        for digest, data in self.lists.items():
            _put(folder / f"lists/{digest.hex()}.cbor", data)
        write_log(folder, self.leaves, key=key, name=name)
        return folder


def write_log(
    folder: Path, leaves: list[bytes], *, key: Ed25519PrivateKey = KEY, name: str = NAME
) -> None:
    """Tiles and checkpoint of a log of these leaves (C2SP tlog-tiles)."""
    nodes: dict[tuple[int, int], bytes] = {}
    for size, leaf in enumerate(leaves):
        made = tree.new_nodes(size, tree.leaf_hash(leaf), lambda *at: nodes[at])
        nodes.update({(level, index): digest for level, index, digest in made})
    for level, index, width in tiles.hash_tiles(len(leaves)):
        start = index * tiles.WIDTH
        tile = b"".join(nodes[level * tiles.HEIGHT, start + n] for n in range(width))
        _put(folder / tiles.hash_path(level, index, width), tile)
    for index, width in tiles.entry_tiles(len(leaves)):
        start = index * tiles.WIDTH
        data = tiles.encode_entries(leaves[start : start + width])
        _put(folder / tiles.entries_path(index, width), data)
    root = tree.root(len(leaves), lambda *at: nodes[at])
    _put(folder / "checkpoint", signed_head(len(leaves), root, key=key, name=name))


def signed_head(size: int, root: bytes, *, key: Ed25519PrivateKey = KEY, name: str = NAME) -> bytes:
    """A checkpoint under the log's name."""
    text = checkpoint.encode(Checkpoint(name, size, root))
    public = key.public_key().public_bytes_raw()
    line = Signature(name, note.key_id(name, note.ED25519, public), key.sign(text))
    return note.assemble(text, [line])


def _photos(openings: bytes) -> list[bytes]:
    """The photos that openings name, those of a draft among them."""
    names: list[bytes] = []
    for one in commitment.decode(openings).openings:
        if isinstance(one.value, bytes) and one.field in PHOTOS | DOCUMENTS:
            names += draft.decode(one.value).pages if one.field == "draft" else (one.value,)
    return names


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
