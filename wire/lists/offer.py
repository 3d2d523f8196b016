"""A release offer as it is carried, and the releases that it names. It proves nothing by itself:
`wire.lists.releases` judges it.

Calls only `wire.shape`, `wire.errors`; whoever only carries offers loads nothing of TUF.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from wire import shape
from wire.errors import WireError

CODE: Final = "release"
LIMIT: Final = 4 << 20
NAME: Final = "releases.cbor"
"""What the offer's file is called, beside the archives."""
ARCHIVE_LIMIT: Final = 512 << 20
ARCHITECTURES: Final = {"x86_64": "amd64", "aarch64": "arm64"}
"""As the kernel (uname(2)) and as Debian call them."""
VERSION: Final = re.compile(r"(0|[1-9][0-9]{0,3})(\.(0|[1-9][0-9]{0,3})){2}")


@dataclass(frozen=True)
class ReleaseOffer:
    """The chain of county roots from version 1 on, and the officers' `releases` (TUF targets)."""

    roots: tuple[bytes, ...]
    releases: bytes


@dataclass(frozen=True)
class Release:
    """One archive of the machine's programs; `python` is major.minor, `least` the lowest version
    that it may follow, `journal` the version of the journal's tables that it keeps.
    """

    version: str
    architecture: str
    python: str
    least: str
    journal: int
    size: int
    sha256: bytes

    @property
    def file(self) -> str:
        """The archive's file name."""
        return file_name(self.version, self.architecture, self.python)

    @property
    def order(self) -> tuple[int, ...]:
        return order(self.version)


def encode(offer: ReleaseOffer) -> bytes:
    """Deterministic CBOR; raises WireError('release')."""
    return shape.encode(_OFFER, offer, CODE)


def decode(data: bytes) -> ReleaseOffer:
    """Strict inverse of encode; raises WireError('release' or 'cbor')."""
    return shape.decode(_OFFER, data, CODE, limit=LIMIT)


def file_name(version: str, architecture: str, python: str) -> str:
    return f"sealctl_{version}_{architecture}_python{python}.tar.xz"


def order(version: str) -> tuple[int, ...]:
    """1.10.0 comes after 1.9.0; raises WireError('release') for what is no version."""
    if not VERSION.fullmatch(version):
        raise WireError(CODE, f"{version[:40]!r} is no version")
    return tuple(int(part) for part in version.split("."))


def newest_for(found: Iterable[Release], *, architecture: str, python: str) -> Release | None:
    """The newest for that architecture and Python."""
    fitting = [one for one in found if (one.architecture, one.python) == (architecture, python)]
    return max(fitting, key=lambda one: one.order, default=None)


def named(data: bytes) -> tuple[Release, ...]:
    """What an offer names, whoever signed it; raises WireError('release' or 'cbor')."""
    try:
        targets = json.loads(decode(data).releases)["signed"]["targets"]
        return tuple(
            release(path, one["length"], one["hashes"]["sha256"], one["custom"])
            for path, one in targets.items()
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise WireError(CODE, f"releases: {error}") from error


def release(path: str, length: object, sha256: object, custom: object) -> Release:
    """One target of the officers' metadata; raises WireError('release'), ShapeError."""
    found = Release(
        **CUSTOM.load(custom),
        size=shape.integer(1, ARCHIVE_LIMIT).load(length),
        sha256=bytes.fromhex(_HEX32.load(sha256)),
    )
    if path != found.file:
        raise WireError(CODE, f"{path}: it is {found.file} by what is said of it")
    return found


_VERSION: Final = shape.matching(VERSION.fullmatch, "version")
_HEX32: Final = shape.matching(re.compile(r"[0-9a-f]{64}").fullmatch, "64 hex digits")
CUSTOM: Final[shape.Shape[dict[str, Any]]] = shape.record(
    dict[str, Any],
    {
        "version": _VERSION,
        "architecture": shape.choice(*ARCHITECTURES.values()),
        "python": shape.matching(re.compile(r"3\.[1-9][0-9]").fullmatch, "Python version"),
        "least": _VERSION,
        "journal": shape.integer(1),
    },
)
"""What the officers' metadata says of an archive besides its length and hash."""
_METADATA: Final = shape.octets(2, 1 << 20)
_OFFER: Final = shape.record(
    ReleaseOffer,
    {"roots": shape.array(_METADATA, 64, least=1), "releases": _METADATA},
    fixed={"v": 1, "type": "releases"},
)
