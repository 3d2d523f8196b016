"""The bundle: one machine's whole approval list in one file, by MQTT, HTTPS or USB stick.

Calls only `wire.shape`. It proves nothing by itself: `wire.lists.adopt` judges it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from wire import shape

CODE: Final = "list"
LIMIT: Final = 4 << 20
CATALOGUE: Final = "catalogue.cbor"
POLICY: Final = "policy.cbor"


@dataclass(frozen=True)
class ListBundle:
    """TUF metadata as signed bytes, and the files they name by TUF target path.

    `roots` is the whole chain of county roots from version 1 on; `role` is machine-<device>.
    """

    device: str
    roots: tuple[bytes, ...]
    timestamp: bytes
    snapshot: bytes
    targets: bytes
    role: bytes
    files: Mapping[str, bytes]


def encode(bundle: ListBundle) -> bytes:
    """Deterministic CBOR, at most 4 MiB; raises WireError('list')."""
    return shape.encode(_BUNDLE, bundle, CODE)


def decode(data: bytes) -> ListBundle:
    """Strict inverse of encode; raises WireError('list' or 'cbor')."""
    return shape.decode(_BUNDLE, data, CODE, limit=LIMIT)


def role_name(device: str) -> str:
    """The delegated TUF role that speaks for one machine."""
    return f"machine-{device}"


def roster_path(village: str) -> str:
    return f"{village}/roster.cbor"


def machines_path(village: str) -> str:
    return f"{village}/machines.cbor"


def grants_path(device: str) -> str:
    return f"{device}/grants.cbor"


_PATH: Final = shape.matching(
    re.compile(r"([a-z0-9][a-z0-9._-]{0,63}/)?[a-z]+\.cbor").fullmatch, "file name"
)
_METADATA: Final = shape.octets(2, 1 << 20)

_BUNDLE: Final = shape.record(
    ListBundle,
    {
        "device": shape.DEVICE,
        "roots": shape.array(_METADATA, 64, least=1),
        "timestamp": _METADATA,
        "snapshot": _METADATA,
        "targets": _METADATA,
        "role": _METADATA,
        "files": shape.table(_PATH, shape.octets(1, LIMIT), 5),
    },
    fixed={"v": 1, "type": "bundle"},
)
