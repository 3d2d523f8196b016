"""What lies on a USB stick between a machine and its township. Pure; calls only `wire`.

`sealctl/DEVICE/up` is the machine's, `sealctl/DEVICE/down` the hub's. Each holds files named by
their SHA-256 and, written last, a manifest that says what they are: a stick pulled out too early
shows the manifest of before, or none. A manifest proves nothing by itself; what it lists is signed
or believed only as far as lockd and ingest verify it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from wire import cbor, messages, shape

CODE: Final = "carried"
ROOT: Final = "sealctl"
MANIFEST: Final = "manifest.cbor"
LIMIT: Final = 8 << 20
"""Bytes of a manifest at most."""
MOST: Final = 50_000

Way = Literal["up", "down"]

KINDS: Final[Mapping[Way, Mapping[str, int]]] = {
    "up": {"entries": messages.LIMIT, "openings": messages.LIMIT, "photo": 16 << 20},
    "down": {
        "list": 4 << 20,
        "receipts": messages.LIMIT,
        "page": 7 << 20,
        "held": 4 << 20,
    },
}
"""Way → kind → bytes at most. The limits are those of the same things on the network."""


@dataclass(frozen=True)
class Item:
    """One file: what it is, how long it is, and its name."""

    kind: str
    size: int
    sha256: bytes


@dataclass(frozen=True)
class Manifest:
    """All files of one way, in the order in which they are to be taken; `made_ms`: wall clock."""

    device: str
    way: str
    made_ms: int
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Held:
    """Photos of one machine that the township has, said under a server certificate of its CA.

    `certificate` is DER, `signature` ECDSA (DER) with SHA-256 over `to_be_signed`.
    """

    device: str
    photos: tuple[bytes, ...]
    certificate: bytes
    signature: bytes


def encode_manifest(manifest: Manifest) -> bytes:
    """Manifest → bytes; raises WireError('carried')."""
    return shape.encode(_MANIFEST, manifest, CODE)


def decode_manifest(data: bytes) -> Manifest:
    """Strict inverse of encode_manifest; raises WireError('carried' or 'cbor')."""
    return shape.decode(_MANIFEST, data, CODE, limit=LIMIT)


def encode_held(held: Held) -> bytes:
    """Held → bytes; raises WireError('carried')."""
    return shape.encode(_HELD, held, CODE)


def decode_held(data: bytes) -> Held:
    """Strict inverse of encode_held; raises WireError('carried' or 'cbor')."""
    return shape.decode(_HELD, data, CODE, limit=KINDS["down"]["held"])


def to_be_signed(device: str, photos: tuple[bytes, ...]) -> bytes:
    """What the township signs to say that it has these photos."""
    return cbor.encode(["sealctl/v1/held", device, list(photos)])


def is_device(name: str) -> bool:
    """Whether a folder's name can be a machine's."""
    try:
        shape.DEVICE.load(name)
    except shape.ShapeError:
        return False
    return True


def _check(manifest: Manifest) -> None:
    limits = KINDS["up" if manifest.way == "up" else "down"]
    for item in manifest.items:
        if item.size > limits.get(item.kind, 0):
            raise shape.ShapeError(f"{item.kind} of {item.size} bytes")
    if len({item.sha256 for item in manifest.items}) != len(manifest.items):
        raise shape.ShapeError("the same file twice")


def _load_item(value: object) -> Item:
    if not isinstance(value, list) or len(value) != 3:
        raise shape.ShapeError("kind, size and SHA-256 expected")
    kind, size, sha256 = value
    known = [name for kinds in KINDS.values() for name in kinds]
    return Item(
        shape.choice(*known).load(kind), shape.integer(1).load(size), shape.octets(32).load(sha256)
    )


def _dump_item(item: Item) -> object:
    return [item.kind, item.size, item.sha256]


_MANIFEST: Final = shape.record(
    Manifest,
    {
        "device": shape.DEVICE,
        "way": shape.choice("up", "down"),
        "made_ms": shape.integer(0),
        "items": shape.array(shape.Shape(_load_item, _dump_item), MOST),
    },
    fixed={"v": 1, "type": "carried"},
    check=_check,
)
_HELD: Final = shape.record(
    Held,
    {
        "device": shape.DEVICE,
        "photos": shape.array(shape.octets(32), MOST, unique=True),
        "certificate": shape.octets(1, 16 << 10),
        "signature": shape.octets(1, 256),
    },
    fixed={"v": 1, "type": "held"},
)
