"""Rules 6 and 9 of `wire.lists.adopt`: nothing that was seen goes back, and no log is exchanged.

Calls only its siblings of `wire.lists` and `wire.refusals`.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from wire.lists import bundle as bundles
from wire.lists import renewal
from wire.lists.parts import Parts, Signed
from wire.lists.tufapi import Role
from wire.refusals import Refused

RECEIPTED: Final = "receipted"


class _Standing(NamedTuple):
    """A version once seen, the bytes it stands for, and the keys that vouch for both."""

    version: int
    data: bytes
    keyids: frozenset[str]


def refuse_rollback(old: Signed, new: Parts) -> None:
    """Raises Refused('list_rollback') for an older version, 'list_invalid' for another face and for
    a log that does not follow the former one.

    Where the old one's files cannot be read, their versions are those that its roles stand for.
    """
    found = dict(_standing(new))
    if isinstance(old, Parts) and _renews(old, new):
        del found[RECEIPTED]
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
    officers = _officers(parts)
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
    yield RECEIPTED, _Standing(seq, entry, online)
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


def _renews(old: Parts, new: Parts) -> bool:
    """Whether the log is another one; raises Refused where the officers do not say whose successor
    it is, or give a log another past. Officers who replaced all former ones may.
    """
    before, after = old.files.policy, new.files.policy
    name, count = renewal.origin(before.log_key), len(before.former_logs)
    renewed = renewal.origin(after.log_key) != name
    added = [one.origin for one in after.former_logs[count:]]
    follows = after.former_logs[:count] == before.former_logs and added[:1] == [name] * renewed
    if not follows and not _officers(old).isdisjoint(_officers(new)):
        raise Refused("list_invalid", f"another log, or another past, than that of {name}")
    return renewed


def _officers(parts: Signed) -> frozenset[str]:
    return frozenset(parts.root.signed.roles["targets"].keyids)


def _delegation(parts: Signed, name: str) -> Role:
    return parts.targets.signed.get_delegated_role(name)
