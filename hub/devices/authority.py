"""What the officers signed for the whole township: imported, verified, and read by everybody else.

Calls `hub.devices.models`, `hub.clock` and `wire.lists`. A package is taken only under the county
root whose hash came from the county, complete, and newer than the one before.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.db import transaction

from hub.clock import now_ms
from hub.devices.models import Authority
from wire.errors import WireError
from wire.lists import bundle as paths
from wire.lists import content, gaps, metadata, package, suites
from wire.lists.content import Catalogue, Machine, Machines, Policy, Roster
from wire.lists.package import AuthorityPackage
from wire.lists.tufapi import LengthOrHashMismatchError, Metadata, Root, Targets
from wire.refusals import Refused
from wire.sig import PublicKey

_HELD: Final[ContextVar[tuple[bytes | None] | None]] = ContextVar("held", default=None)


class NoAuthorityError(LookupError):
    """No package was imported yet."""


@dataclass(frozen=True)
class _Content:
    package: AuthorityPackage
    catalogue: Catalogue
    policy: Policy
    rosters: Mapping[str, Roster]
    machines: Mapping[str, Machine]


def current() -> AuthorityPackage | None:
    """The package in force."""
    found = _current()
    return None if found is None else found.package


def in_force() -> str:
    """SHA-256 (hex) of the package in force; empty before the first import."""
    found = _newest()
    return "" if found is None else found.hex()


@contextmanager
def held() -> Iterator[None]:
    """Whatever is asked inside is answered by the package that is in force when it begins."""
    token = _HELD.set((_newest(),))
    try:
        yield
    finally:
        _HELD.reset(token)


def catalogue() -> Catalogue:
    """Raises NoAuthorityError."""
    return _needed().catalogue


def policy() -> Policy:
    """Raises NoAuthorityError."""
    return _needed().policy


def rosters() -> Mapping[str, Roster]:
    """By village; empty before the first import."""
    found = _current()
    return {} if found is None else found.rosters


def machines() -> Mapping[str, Machine]:
    """By device; empty before the first import."""
    found = _current()
    return {} if found is None else found.machines


def record_keys() -> Mapping[str, tuple[PublicKey, ...]]:
    """By device, every record key that the officers ever named for it, the first one first."""
    newest = Authority.objects.order_by("-version")
    sha256 = newest.values_list("sha256", flat=True).first()
    return {} if sha256 is None else _record_keys(bytes(sha256))


def states_since(ms: int) -> Iterator[tuple[int, Mapping[str, str]]]:
    """(when it was imported, machine → state) of every package since that moment."""
    rows = Authority.objects.filter(imported_ms__gt=ms).order_by("version")
    for imported_ms, sha256 in rows.values_list("imported_ms", "sha256"):
        yield imported_ms, _states(bytes(sha256))


def machines_of_each() -> Iterator[tuple[int, int, list[Machine]]]:
    """(version, when it was imported, machines) of every package, the first one first."""
    packages = Authority.objects.order_by("version")
    for version, imported_ms, data in packages.values_list("version", "imported_ms", "package"):
        yield version, imported_ms, _machines_of(bytes(data))


def import_package(data: bytes, *, root_sha256: bytes) -> int:
    """Take a package of the county with that first root; the version now in force.

    Raises Refused('list_invalid', 'list_rollback' or 'roster_thin'). The same bytes again change
    nothing. A first package is taken with a thin roster, too: nothing better stays in force.
    """
    with transaction.atomic():
        before = Authority.objects.order_by("-version").first()
        if before is not None and bytes(before.package) == data:
            return int(before.version)
        try:
            version = _verified(data, root_sha256)
        except WireError as error:
            raise Refused("list_invalid", error.detail) from error
        if before is not None:
            _refuse_rollback(before, data, version)
            _refuse_thin(_parsed(data))
        Authority.objects.create(
            version=version,
            sha256=hashlib.sha256(data).digest(),
            package=data,
            imported_ms=now_ms(),
        )
    return version


def _verified(data: bytes, root_sha256: bytes) -> int:
    made = package.decode(data)
    if hashlib.sha256(made.roots[0]).digest() != root_sha256:
        raise WireError("list", "the county root is not the one that was pinned")
    targets = metadata.read_targets(made.targets)
    metadata.verify(targets, "targets", _last_root(made.roots).signed)
    _verify_files(made, targets)
    _parsed(data)
    return int(targets.signed.version)


def _last_root(roots: tuple[bytes, ...]) -> Metadata[Root]:
    last: Metadata[Root] | None = None
    for version, data in enumerate(roots, start=1):
        root = metadata.read_root(data)
        if root.signed.version != version:
            raise WireError("list", f"root {version} is missing")
        metadata.verify(root, "root", *((last.signed,) if last else ()), root.signed)
        last = root
    if last is None:
        raise WireError("list", "no root")
    return last


def _verify_files(made: AuthorityPackage, targets: Metadata[Targets]) -> None:
    named = targets.signed.targets
    if named.keys() != made.files.keys():
        raise WireError("list", "files: those named by the officers, no more and no less")
    for path, data in made.files.items():
        try:
            named[path].verify_length_and_hashes(data)
        except LengthOrHashMismatchError as error:
            raise WireError("list", f"{path}: not the bytes that were named") from error


def _refuse_rollback(before: Authority, data: bytes, version: int) -> None:
    old, new = package.decode(bytes(before.package)).roots, package.decode(data).roots
    if version <= before.version or len(new) < len(old):
        raise Refused("list_rollback", f"version {version} after {before.version}")
    if new[: len(old)] != old:
        raise Refused("list_invalid", "the roots of another county")


def _refuse_thin(made: _Content) -> None:
    now = now_ms()
    for village, roster in made.rosters.items():
        if found := gaps.gaps(made.catalogue, roster, made.policy, now):
            raise Refused("roster_thin", "\n".join(gaps.told(village, found, made.policy)))


def _needed() -> _Content:
    found = _current()
    if found is None:
        raise NoAuthorityError(
            "先导入清单：sealhub list import。 Import the officers' package first."
        )
    return found


def _current() -> _Content | None:
    sha256 = _newest()
    return None if sha256 is None else _loaded(sha256)


def _newest() -> bytes | None:
    """The hash of the package in force."""
    if (kept := _HELD.get()) is not None:
        return kept[0]
    newest = Authority.objects.order_by("-version")
    sha256 = newest.values_list("sha256", flat=True).first()
    return None if sha256 is None else bytes(sha256)


@lru_cache(maxsize=4)
def _loaded(sha256: bytes) -> _Content:
    """By hash of its bytes: what is kept in memory cannot be another database's."""
    return _parsed(bytes(Authority.objects.values_list("package", flat=True).get(sha256=sha256)))


@lru_cache(maxsize=64)
def _states(sha256: bytes) -> Mapping[str, str]:
    """Of the package with that hash."""
    data = Authority.objects.values_list("package", flat=True).get(sha256=sha256)
    return {machine.device: machine.state for machine in _machines_of(bytes(data))}


@lru_cache(maxsize=2)
def _record_keys(newest: bytes) -> Mapping[str, tuple[PublicKey, ...]]:
    """Up to the package of that hash, which is the newest."""
    found: dict[str, tuple[PublicKey, ...]] = {}
    packages = Authority.objects.order_by("version").values_list("sha256", "package")
    for sha256, data in packages.iterator():
        for machine in _machines_of(bytes(data)):
            known = found.get(machine.device, ())
            if machine.key not in known:
                found[machine.device] = (*known, machine.key)
        if bytes(sha256) == newest:
            break
    return found


def _machines_of(data: bytes) -> list[Machine]:
    """Those of a package that was in force once; none where it was of a format of then."""
    try:
        files = package.decode(data).files
        named = [content.decode(Machines, files[path]) for path in files if _lists_machines(path)]
    except WireError:
        return []
    return [machine for one in named for machine in one.machines.values()]


def _lists_machines(path: str) -> bool:
    return path.endswith("/machines.cbor")


def _parsed(data: bytes) -> _Content:
    made = package.decode(data)
    for needed in (paths.CATALOGUE, paths.POLICY):
        if needed not in made.files:
            raise WireError("list", f"{needed} is missing")
    rosters: dict[str, Roster] = {}
    machines: dict[str, Machine] = {}
    for path, file in made.files.items():
        village, _, name = path.rpartition("/")
        if name == "roster.cbor":
            rosters[village] = content.decode(Roster, file)
        elif name == "machines.cbor":
            machines |= _of_village(village, content.decode(Machines, file), machines)
    policy = content.decode(Policy, made.files[paths.POLICY])
    suites.hold(policy, machines.values())
    return _Content(
        made,
        content.decode(Catalogue, made.files[paths.CATALOGUE]),
        policy,
        rosters,
        machines,
    )


def _of_village(
    village: str, read: Machines, others: Mapping[str, Machine]
) -> Mapping[str, Machine]:
    if any(machine.village != village for machine in read.machines.values()):
        raise WireError("list", f"machines outside {village}")
    if read.machines.keys() & others.keys():
        raise WireError("list", "one machine in two villages")
    return read.machines
