"""Which software a machine may run: releases that the officers signed. Pure: time is passed in.

Calls only its siblings of `wire.lists`, `wire.errors` and `wire.refusals`.

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

from dataclasses import dataclass

from wire import shape
from wire.errors import WireError
from wire.lists import metadata
from wire.lists.offer import (
    CODE,
    Release,
    decode,
    newest_for,
    order,
    release,
)
from wire.lists.parts import root_chain
from wire.lists.tufapi import Metadata, Root, Targets
from wire.refusals import Refused


@dataclass(frozen=True)
class Releases:
    """What an offer's signatures vouch for. `root` is the newest, as bytes."""

    root: bytes
    version: int
    officers: frozenset[str]
    signed: bytes
    ends: tuple[tuple[str, int], ...]
    releases: tuple[Release, ...]


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


def listed(targets: Targets) -> tuple[Release, ...]:
    """What the officers' metadata names; raises WireError('release')."""
    try:
        return tuple(
            release(path, file.length, file.hashes["sha256"], file.custom)
            for path, file in targets.targets.items()
        )
    except shape.ShapeError as error:
        raise WireError(CODE, f"releases: {error}") from error


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
