"""Which software a machine may run: releases that the officers signed. Pure: time is passed in.

Calls only its siblings of `wire.lists`, `wire.shape`, `wire.errors` and `wire.refusals`.

The rules, in the order in which they are held:

 1. An unbroken chain of county roots that holds the pinned root and does not end before the one
    seen last (`release_old`); `releases` is signed by the officers whom the newest root names, in
    the form of `metadata.read_releases`, with their threshold (else `release_invalid`).
 2. Its version does not go back (`release_old`), and one version has one face
    (`release_invalid`); the floor falls only where every officer's key was replaced.
 3. Root and releases are not past their expiry (`release_expired`).
 4. The newest release for this architecture and Python is the one (`release_unfit` where there is
    none). It is newer than what runs (`release_old`), may follow it, and keeps the journal in the
    version in which it is (`release_unfit`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from wire import shape
from wire.errors import WireError
from wire.lists import metadata
from wire.lists.parts import root_chain
from wire.lists.tufapi import Metadata, Root, Targets
from wire.refusals import Refused

CODE: Final = "release"
LIMIT: Final = 4 << 20
NAME: Final = "releases.cbor"
"""What the offer's file is called, beside the archives."""
ARCHIVE_LIMIT: Final = 512 << 20
ARCHITECTURES: Final = {"x86_64": "amd64", "aarch64": "arm64"}
"""As the kernel (uname(2)) and as Debian call them."""


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


@dataclass(frozen=True)
class Releases:
    """What an offer's signatures vouch for. `root` is the newest, as bytes."""

    root: bytes
    version: int
    officers: frozenset[str]
    signed: bytes
    ends: tuple[tuple[str, int], ...]
    releases: tuple[Release, ...]


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
    if not metadata.RELEASE_VERSION.fullmatch(version):
        raise WireError(CODE, f"{version[:40]!r} is no version")
    return tuple(int(part) for part in version.split("."))


def accept(data: bytes, *, pinned: bytes, trusted: bytes | None, now_ms: int) -> Releases:
    """Hold an offer against rules 1 to 3; raises Refused.

    `pinned` is the county root that came on the county's medium, `trusted` the offer accepted last.
    """
    if trusted is None:
        found = _verified(data, pinned)
    else:
        former = _verified(trusted, pinned)
        found = _verified(data, former.root)
        _refuse_rollback(former, found)
    for name, expires in found.ends:
        if expires <= now_ms:
            raise Refused("release_expired", name)
    return found


def choose(
    found: Releases, *, architecture: str, python: str, running: str, journal: int | None
) -> Release:
    """The release that may follow the running one, by rule 4; raises Refused.

    `journal`: the version of the machine's own; None where it has none yet.
    """
    newest = newest_for(found.releases, architecture=architecture, python=python)
    if newest is None:
        raise Refused("release_unfit", f"none for {architecture} with Python {python}")
    if newest.order <= order(running):
        raise Refused("release_old", f"{newest.version}, and {running} runs")
    if order(newest.least) > order(running):
        raise Refused("release_unfit", f"{newest.version} follows {newest.least} at the earliest")
    if journal is not None and newest.journal != journal:
        detail = f"{newest.version} keeps journals of version {newest.journal}, not {journal}"
        raise Refused("release_unfit", detail)
    return newest


def newest_for(found: Iterable[Release], *, architecture: str, python: str) -> Release | None:
    """The newest for that architecture and Python."""
    fitting = [one for one in found if (one.architecture, one.python) == (architecture, python)]
    return max(fitting, key=lambda one: one.order, default=None)


def named(offer: bytes) -> tuple[Release, ...]:
    """What an offer names, whoever signed it; raises WireError."""
    return listed(metadata.read_releases(decode(offer).releases).signed)


def listed(targets: Targets) -> tuple[Release, ...]:
    """What the officers' metadata names; raises WireError('release')."""
    found = []
    for path, file in targets.targets.items():
        release = Release(
            **file.custom, size=file.length, sha256=bytes.fromhex(file.hashes["sha256"])
        )
        if path != release.file:
            raise WireError(CODE, f"{path}: it is {release.file} by what is said of it")
        found.append(release)
    return tuple(found)


def _verified(data: bytes, root: bytes) -> Releases:
    try:
        offer = decode(data)
        newest: Metadata[Root] = root_chain(offer.roots, root)
        found = metadata.read_releases(offer.releases)
        metadata.verify(found, "targets", newest.signed)
        releases = listed(found.signed)
    except Refused as refused:
        raise Refused("release_old", refused.detail) from refused
    except WireError as error:
        raise Refused("release_invalid", error.detail) from error
    return Releases(
        root=offer.roots[-1],
        version=found.signed.version,
        officers=frozenset(newest.signed.roles["targets"].keyids),
        signed=offer.releases,
        ends=(("root", metadata.expires_ms(newest)), ("releases", metadata.expires_ms(found))),
        releases=releases,
    )


def _refuse_rollback(former: Releases, found: Releases) -> None:
    if former.officers.isdisjoint(found.officers):
        return
    if found.version < former.version:
        raise Refused("release_old", f"releases: {found.version} after {former.version}")
    if found.version == former.version and found.signed != former.signed:
        raise Refused("release_invalid", f"releases: {found.version} has two faces")


_METADATA: Final = shape.octets(2, 1 << 20)
_OFFER: Final = shape.record(
    ReleaseOffer,
    {"roots": shape.array(_METADATA, 64, least=1), "releases": _METADATA},
    fixed={"v": 1, "type": "releases"},
)
