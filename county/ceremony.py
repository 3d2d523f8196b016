"""The county's root ceremony: who may speak for the county, and how that changes.

Calls only `wire.lists` (metadata, tufapi). A root is drafted once, then signed by its holders one
after another, each on the draft as the one before left it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from wire.errors import WireError
from wire.lists.metadata import read_root
from wire.lists.tufapi import Key, Metadata, Role, Root, Signer


class CeremonyError(ValueError):
    """A ceremony cannot go on like this; the text says what to do."""


@dataclass(frozen=True)
class Quorum:
    """`threshold` of these public keys speak for the role."""

    keys: tuple[Key, ...]
    threshold: int


@dataclass(frozen=True)
class Keyholders:
    """Root holders (k of n, offline), authority officers (targets), and the hub's online keys."""

    root: Quorum
    targets: Quorum
    snapshot: Quorum
    timestamp: Quorum


def new_root(holders: Keyholders, *, expires_ms: int) -> bytes:
    """Draft of root version 1, unsigned. `expires_ms`: ms since 1970 UTC."""
    return _draft(holders, 1, expires_ms)


def next_root(former: bytes, holders: Keyholders, *, expires_ms: int) -> bytes:
    """Draft of the root after `former`, unsigned: former and new holders both have to sign it."""
    return _draft(holders, read(former).signed.version + 1, expires_ms)


@dataclass(frozen=True)
class Changes:
    """Keys that a role gains and loses, and its new threshold, or None for the same as before."""

    add: tuple[Key, ...] = ()
    drop: tuple[Key, ...] = ()
    threshold: int | None = None


def changed(
    former: bytes,
    *,
    root: Changes = Changes(),
    targets: Changes = Changes(),
    online: Key | None = None,
) -> Keyholders:
    """Who holds what after these changes to `former`; raises CeremonyError."""
    signed = read(former).signed
    new = None if online is None else Quorum((online,), 1)
    return Keyholders(
        _changed(signed, "root", root),
        _changed(signed, "targets", targets),
        new or _changed(signed, "snapshot", Changes()),
        new or _changed(signed, "timestamp", Changes()),
    )


def sign_root(draft: bytes, signer: Signer) -> bytes:
    """The draft with one signature more; signing twice changes nothing."""
    metadata = read(draft)
    metadata.sign(signer, append=True)
    return metadata.to_bytes()


def missing_signatures(draft: bytes, former: bytes | None = None) -> int:
    """How many more are needed at least; `former` is the root before it, None for version 1.

    Raises CeremonyError for a signature by a key that has no say: no machine would take the root.
    """
    metadata = read(draft)
    previous = None if former is None else read(former).signed
    try:
        result = metadata.signed.get_root_verification_result(
            previous, metadata.signed_bytes, metadata.signatures
        )
    except ValueError as error:
        raise CeremonyError(f"不是下一版根文件。 Not the next root: {error}") from error
    if metadata.signatures.keys() != result.signed.keys():
        raise CeremonyError("有一个签名不属于根密钥。 A signature is not by a root key.")
    return max(result.first.missing, result.second.missing)


def missing_own(root: bytes) -> int:
    """How many signatures of its own holders it still needs, whatever the former root's say."""
    metadata = read(root)
    result = metadata.signed.get_verification_result(
        "root", metadata.signed_bytes, metadata.signatures
    )
    return result.missing


def _changed(former: Root, name: str, changes: Changes) -> Quorum:
    role = former.roles[name]
    gone = {key.keyid for key in changes.drop}
    if not gone <= set(role.keyids):
        raise CeremonyError(
            "要去掉的密钥不在上一版里。 A key to be dropped is not in the former root."
        )
    kept = tuple(former.keys[key] for key in role.keyids if key not in gone)
    return Quorum((*kept, *changes.add), changes.threshold or role.threshold)


def _draft(holders: Keyholders, version: int, expires_ms: int) -> bytes:
    expires = datetime.fromtimestamp(expires_ms // 1000, UTC)
    roles: Sequence[tuple[str, Quorum]] = (
        ("root", holders.root),
        ("targets", holders.targets),
        ("snapshot", holders.snapshot),
        ("timestamp", holders.timestamp),
    )
    keys = {key.keyid: key for _, quorum in roles for key in quorum.keys}
    root = Root(version=version, expires=expires, keys=keys, roles={n: _role(q) for n, q in roles})
    return Metadata(root).to_bytes()


def _role(quorum: Quorum) -> Role:
    ids = [key.keyid for key in quorum.keys]
    if not 1 <= quorum.threshold <= len(set(ids)) == len(ids):
        raise CeremonyError(
            "门槛与密钥数不符，或同一密钥重复。 "
            "The threshold does not fit the keys, or a key stands twice."
        )
    return Role(ids, quorum.threshold)


def read(data: bytes) -> Metadata[Root]:
    """Raises CeremonyError for what is no root."""
    try:
        return read_root(data)
    except WireError as error:
        raise CeremonyError(f"不是根文件。 Not a root file: {error.detail}") from error
