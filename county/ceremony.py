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
    return _draft(holders, _read(former).signed.version + 1, expires_ms)


def sign_root(draft: bytes, signer: Signer) -> bytes:
    """The draft with one signature more; signing twice changes nothing."""
    metadata = _read(draft)
    metadata.sign(signer, append=True)
    return metadata.to_bytes()


def missing_signatures(draft: bytes, former: bytes | None = None) -> int:
    """How many more are needed at least; `former` is the root before it, None for version 1.

    Raises CeremonyError for a signature by a key that has no say: no machine would take the root.
    """
    metadata = _read(draft)
    previous = None if former is None else _read(former).signed
    try:
        result = metadata.signed.get_root_verification_result(
            previous, metadata.signed_bytes, metadata.signatures
        )
    except ValueError as error:
        raise CeremonyError(f"不是下一版根文件。 Not the next root: {error}") from error
    if metadata.signatures.keys() != result.signed.keys():
        raise CeremonyError("有一个签名不属于根密钥。 A signature is not by a root key.")
    return max(result.first.missing, result.second.missing)


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


def _read(data: bytes) -> Metadata[Root]:
    try:
        return read_root(data)
    except WireError as error:
        raise CeremonyError(f"不是根文件。 Not a root file: {error.detail}") from error
