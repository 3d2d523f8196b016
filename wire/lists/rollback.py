"""Rule 6 of `wire.lists.adopt`: nothing that was seen goes back.

Calls only its siblings of `wire.lists` and `wire.refusals`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from wire.lists import bundle as bundles
from wire.lists.parts import Parts, Signed
from wire.lists.tufapi import Role
from wire.refusals import Refused


@dataclass(frozen=True)
class _Standing:
    """A version once seen, the bytes it stands for, and the keys that vouch for both."""

    version: int
    data: bytes
    keyids: frozenset[str]


def refuse_rollback(old: Signed, new: Parts) -> None:
    """Raises Refused('list_rollback') for an older version, 'list_invalid' for another face.

    Where the old one's files cannot be read, their versions are those that its roles stand for.
    """
    found = dict(_standing(new))
    for name, before in _standing(old):
        after = found.get(name)
        if after is None or before.keyids.isdisjoint(after.keyids):
            continue
        if after.version < before.version:
            raise Refused("list_rollback", f"{name}: {after.version} after {before.version}")
        if after.version == before.version and after.data != before.data:
            raise Refused("list_invalid", f"{name}: {after.version} has two faces")


def _standing(parts: Signed) -> Iterator[tuple[str, _Standing]]:
    """The timestamp's face is the whole bundle."""
    bundle, roles = parts.bundle, parts.root.signed.roles
    officers = frozenset(roles["targets"].keyids)
    name = bundles.role_name(bundle.device)
    online = frozenset(_delegation(parts, name).keyids)
    by_root = {
        "timestamp": (parts.timestamp.signed.version, parts.data),
        "snapshot": (parts.snapshot.signed.version, bundle.snapshot),
    }
    for role, (version, data) in by_root.items():
        yield role, _Standing(version, data, frozenset(roles[role].keyids))
    yield "targets", _Standing(parts.targets.signed.version, bundle.targets, officers)
    yield name, _Standing(parts.role.signed.version, bundle.role, online)
    if isinstance(parts, Parts):
        yield from _standing_files(parts, officers, online)


def _standing_files(
    parts: Parts, officers: frozenset[str], online: frozenset[str]
) -> Iterator[tuple[str, _Standing]]:
    """A missing receipt stands as seq 0."""
    bundle, files = parts.bundle, parts.files
    seq, entry = files.grants.receipted or (0, b"")
    yield "receipted", _Standing(seq, entry, online)
    grants = bundles.grants_path(bundle.device)
    yield grants, _Standing(files.grants.version, bundle.files[grants], online)
    by_officers = {
        bundles.CATALOGUE: files.catalogue.version,
        bundles.POLICY: files.policy.version,
        bundles.roster_path(files.village): files.roster.version,
        bundles.machines_path(files.village): files.machines.version,
    }
    for path, version in by_officers.items():
        yield path, _Standing(version, bundle.files[path], officers)


def _delegation(parts: Signed, name: str) -> Role:
    return parts.targets.signed.get_delegated_role(name)
