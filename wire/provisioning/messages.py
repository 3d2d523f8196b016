"""What a machine and the township's enrolment site send one another. Deterministic CBOR.

Calls only `wire.shape`, `wire.sig` and `wire.provisioning.token`. Certificates and
requests are PEM, as their programs keep them.
"""

from dataclasses import dataclass
from typing import Any, Final, TypeVar

from wire import shape
from wire.provisioning.token import ADDRESS, SECRET_BYTES
from wire.sig import ALGORITHMS

T = TypeVar("T")

CODE: Final = "message"
LIMIT: Final = 1 << 20
REQUEST_LIMIT: Final = 16 << 10
"""Bytes of a request at most; LIMIT is an answer's."""
CONTENT_TYPE: Final = "application/cbor"

CA: Final = "/enrol/v1/ca"
JOIN: Final = "/enrol/v1/join"
STANDING: Final = "/enrol/v1/standing"
RENEW: Final = "/enrol/v1/renew"
CHALLENGE: Final = "/enrol/v1/challenge"
RECOVER: Final = "/enrol/v1/recover"

ISSUER: Final = "ca"
"""Of RENEW and RECOVER, in the query: SHA-256 (hex) of the CA (DER) that is to sign."""

UNLISTED: Final = "unlisted"
OTHER_KEY: Final = "other_key"
STANDINGS: Final = (UNLISTED, OTHER_KEY, "suspended", "active")
"""What the officers' list says of a machine and of the key that it showed when it joined."""


@dataclass(frozen=True)
class Join:
    """A machine's first request: its two keys, and that it holds both."""

    secret: bytes
    csr: bytes
    alg: str
    public_key: bytes
    proof: bytes
    serial: str


@dataclass(frozen=True)
class Predecessor:
    """Where a broken machine's journal ends for the township: its last receipted entry."""

    device: str
    seq: int
    entry: bytes


@dataclass(frozen=True)
class Joined:
    """The township's answer. `roots` is the county's chain, empty where the township has none yet;
    `now_ms` the hub's clock.
    """

    certificate: bytes
    village: str
    roots: tuple[bytes, ...]
    mqtt_host: str
    mqtt_port: int
    blobs: str
    standing: str
    predecessor: Predecessor | None
    now_ms: int


@dataclass(frozen=True)
class Standing:
    standing: str
    now_ms: int


@dataclass(frozen=True)
class Recovery:
    """A request by a machine whose certificate has run out."""

    device: str
    challenge: str
    csr: bytes
    proof: bytes


def encode(value: object) -> bytes:
    """Message bytes; raises WireError('message')."""
    return shape.encode(_SHAPES[type(value)], value, CODE)


def decode(kind: type[T], data: bytes) -> T:
    """A message of that kind; raises WireError('message' or 'cbor')."""
    value: T = shape.decode(_SHAPES[kind], data, CODE, limit=LIMIT)
    return value


CSR: Final = shape.octets(1, 4096)
_CERTIFICATE: Final = shape.octets(1, 16 << 10)
_PROOF: Final = shape.octets(1, 4096)
_NOW: Final = shape.integer(0)

_PREDECESSOR: Final = shape.record(
    Predecessor,
    {"device": shape.DEVICE, "seq": shape.integer(1), "entry": shape.octets(32)},
    fixed={"v": 1, "type": "predecessor"},
)

_SHAPES: Final[dict[type, shape.Shape[Any]]] = {
    Join: shape.record(
        Join,
        {
            "secret": shape.octets(SECRET_BYTES),
            "csr": CSR,
            "alg": shape.choice(*ALGORITHMS),
            "public_key": shape.octets(32, 65),
            "proof": _PROOF,
            "serial": shape.text(64, least=0),
        },
        fixed={"v": 1, "type": "join"},
    ),
    Joined: shape.record(
        Joined,
        {
            "certificate": _CERTIFICATE,
            "village": shape.ID,
            "roots": shape.array(shape.octets(2, 1 << 18), 64),
            "mqtt_host": shape.text(253),
            "mqtt_port": shape.integer(1, 65535),
            "blobs": ADDRESS,
            "standing": shape.choice(*STANDINGS),
            "predecessor": shape.maybe(_PREDECESSOR),
            "now_ms": _NOW,
        },
        fixed={"v": 1, "type": "joined"},
    ),
    Predecessor: _PREDECESSOR,
    Standing: shape.record(
        Standing,
        {"standing": shape.choice(*STANDINGS), "now_ms": _NOW},
        fixed={"v": 1, "type": "standing"},
    ),
    Recovery: shape.record(
        Recovery,
        {
            "device": shape.DEVICE,
            "challenge": shape.text(300),
            "csr": CSR,
            "proof": _PROOF,
        },
        fixed={"v": 1, "type": "recover"},
    ),
}
