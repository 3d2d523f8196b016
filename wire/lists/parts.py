"""The parts of one bundle, read and held against rules 1 to 5 of `wire.lists.adopt`.

Calls only its siblings of `wire.lists`, `wire.errors` and `wire.refusals`. What county and officers
signed stays the same over many lists: it is verified once and kept for the next.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Final, TypeVar

from wire.errors import WireError
from wire.lists import bundle as bundles
from wire.lists import content, metadata, suites
from wire.lists.bundle import ListBundle
from wire.lists.content import Catalogue, Grants, Machine, Machines, Policy, Roster
from wire.lists.tufapi import (
    Metadata,
    MetaFile,
    Part,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from wire.refusals import Refused

CODE: Final = "list"
T = TypeVar("T")


@dataclass(frozen=True)
class Files:
    """The five files of a list; `village` is the one whose roster and machines they are."""

    village: str
    catalogue: Catalogue
    policy: Policy
    roster: Roster
    machines: Machines
    grants: Grants


@dataclass(frozen=True)
class Signed:
    """A bundle whose signatures and hashes hold; what its files say is not read. `data` are its
    bytes.
    """

    data: bytes
    bundle: ListBundle
    root: Metadata[Root]
    timestamp: Metadata[Timestamp]
    snapshot: Metadata[Snapshot]
    targets: Metadata[Targets]
    role: Metadata[Targets]

    def expiries(self) -> Iterator[tuple[str, int]]:
        """(name, ms since 1970 UTC) of each signed part."""
        yield "root", metadata.expires_ms(self.root)
        yield "timestamp", metadata.expires_ms(self.timestamp)
        yield "snapshot", metadata.expires_ms(self.snapshot)
        yield "targets", metadata.expires_ms(self.targets)
        yield bundles.role_name(self.bundle.device), metadata.expires_ms(self.role)


@dataclass(frozen=True)
class Parts(Signed):
    """The same with its files, which hold, too."""

    files: Files

    @property
    def machine(self) -> Machine:
        return self.files.machines.machines[self.bundle.device]


def verified(data: bytes, trusted_root: bytes, device: str) -> Parts:
    """Bundle bytes → parts; raises Refused(list_invalid | list_rollback | list_unreadable)."""
    held = signed(data, trusted_root, device)
    try:
        files = _files(held.bundle)
    except WireError as error:
        raise Refused("list_unreadable", error.detail) from error
    try:
        _same_village(files, device)
        suites.hold(files.policy, files.machines.machines.values())
    except WireError as error:
        raise Refused("list_invalid", error.detail) from error
    return Parts(**vars(held), files=files)


def signed(data: bytes, trusted_root: bytes, device: str) -> Signed:
    """Bundle bytes → what is signed of them; raises Refused(list_invalid | list_rollback)."""
    try:
        bundle = bundles.decode(data)
        if bundle.device != device:
            raise WireError(CODE, f"the list of {bundle.device}")
        return _verify(data, bundle, trusted_root)
    except WireError as error:
        raise Refused("list_invalid", error.detail) from error


@lru_cache(maxsize=4)
def root_chain(roots: tuple[bytes, ...], trusted_root: bytes) -> Metadata[Root]:
    """The last of a chain of county roots from version 1 on, by rule 2.

    Raises WireError('list'), Refused('list_rollback').
    """
    trusted = metadata.read_root(trusted_root)
    last: Metadata[Root] | None = None
    for version, data in enumerate(roots, start=1):
        root = metadata.read_root(data)
        if root.signed.version != version:
            raise WireError(CODE, f"root {version} is missing")
        former = root if last is None else last
        metadata.verify(root, "root", former.signed, root.signed)
        last = root
    if last is None or last.signed.version < trusted.signed.version:
        raise Refused("list_rollback", f"the roots end before {trusted.signed.version}")
    if roots[trusted.signed.version - 1] != trusted_root:
        raise WireError(CODE, "the roots of another county")
    return last


def _verify(data: bytes, bundle: ListBundle, trusted_root: bytes) -> Signed:
    name = bundles.role_name(bundle.device)
    root = root_chain(bundle.roots, trusted_root)
    targets = _officers_part(bundle.targets, bundle.roots, trusted_root)
    timestamp = metadata.read_timestamp(bundle.timestamp)
    snapshot = metadata.read_snapshot(bundle.snapshot)
    role = metadata.read_role(bundle.role)
    metadata.verify(timestamp, "timestamp", root.signed, data=bundle.timestamp)
    metadata.verify(snapshot, "snapshot", root.signed, data=bundle.snapshot)
    metadata.verify(role, name, targets.signed, data=bundle.role)
    _fits("snapshot", bundle.snapshot, snapshot, timestamp.signed.snapshot_meta)
    meta = snapshot.signed.meta
    _named("snapshot", meta, {"targets.json", f"{name}.json"})
    _fits("targets", bundle.targets, targets, meta["targets.json"])
    _fits(name, bundle.role, role, meta[f"{name}.json"])
    _check_files(bundle, targets.signed, role.signed)
    return Signed(data, bundle, root, timestamp, snapshot, targets, role)


@lru_cache(maxsize=4)
def _officers_part(data: bytes, roots: tuple[bytes, ...], trusted_root: bytes) -> Metadata[Targets]:
    targets = metadata.read_targets(data)
    metadata.verify(targets, "targets", root_chain(roots, trusted_root).signed)
    return targets


def _check_files(bundle: ListBundle, targets: Targets, role: Targets) -> None:
    """The bytes that were signed, none missing and none besides."""
    village = _village(bundle)
    roster_path, machines_path = bundles.roster_path(village), bundles.machines_path(village)
    grants_path = bundles.grants_path(bundle.device)
    authority = (bundles.CATALOGUE, bundles.POLICY, roster_path, machines_path)
    _named("files", bundle.files, {*authority, grants_path})
    _named(bundles.role_name(bundle.device), role.targets, {grants_path})
    for path in authority:
        _hashed(path, bundle.files[path], targets.targets.get(path))
    _hashed(grants_path, bundle.files[grants_path], role.targets[grants_path])


def _files(bundle: ListBundle) -> Files:
    village = _village(bundle)
    return Files(
        village=village,
        catalogue=_by_officers(Catalogue, bundle.files[bundles.CATALOGUE]),
        policy=_by_officers(Policy, bundle.files[bundles.POLICY]),
        roster=_by_officers(Roster, bundle.files[bundles.roster_path(village)]),
        machines=_by_officers(Machines, bundle.files[bundles.machines_path(village)]),
        grants=content.decode(Grants, bundle.files[bundles.grants_path(bundle.device)]),
    )


@lru_cache(maxsize=128)
def _by_officers(kind: type[T], data: bytes) -> T:
    """A file that stays the same over many lists."""
    return content.decode(kind, data)


def _village(bundle: ListBundle) -> str:
    villages = [
        path.removesuffix("/machines.cbor")
        for path in bundle.files
        if path.endswith("/machines.cbor")
    ]
    if len(villages) != 1:
        raise WireError(CODE, "files: not of one village")
    return villages[0]


def _same_village(files: Files, device: str) -> None:
    if files.grants.device != device:
        raise WireError(CODE, f"the grants of {files.grants.device}")
    if files.roster.village != files.village:
        raise WireError(CODE, f"the roster of {files.roster.village}")
    if any(machine.village != files.village for machine in files.machines.machines.values()):
        raise WireError(CODE, f"machines outside {files.village}")
    if device not in files.machines.machines:
        raise WireError(CODE, f"{device} is not among the machines of {files.village}")


def _fits(name: str, data: bytes, part: Metadata[Part], meta: MetaFile) -> None:
    _hashed(name, data, meta)
    if part.signed.version != meta.version:
        raise WireError(CODE, f"{name}: version {part.signed.version}, not {meta.version}")


def _hashed(name: str, data: bytes, file: MetaFile | TargetFile | None) -> None:
    """By length and SHA-256, which `wire.lists.metadata` lets nothing be named without."""
    if file is None:
        raise WireError(CODE, f"{name}: not named by the officers")
    if file.length != len(data) or file.hashes != {"sha256": sha256(data).hexdigest()}:
        raise WireError(CODE, f"{name}: not the bytes that were named")


def _named(name: str, found: Iterable[str], wanted: set[str]) -> None:
    if set(found) != wanted:
        raise WireError(CODE, f"{name}: {', '.join(sorted(wanted))} expected, no more and no less")
