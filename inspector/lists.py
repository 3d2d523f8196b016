"""The list versions that the log names, each verified from the county's root.

Calls `wire.lists` and `inspector`. The ledger keeps of each its place, hash, record key and
village; a few are held whole.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from inspector.bundle import Bundle
from inspector.findings import NotVerifiedError
from inspector.ledger import Ledger, Logged
from inspector.listfile import read_list
from inspector.policy import Policy
from wire.errors import WireError
from wire.lists.content import ApprovalList
from wire.lists.parts import Parts, verified
from wire.lists.rollback import refuse_rollback
from wire.refusals import Refused
from wire.sig import PublicKey


class Lists:
    """Reads lists that were verified before; `where` is the place that asks for them."""

    def __init__(self, bundle: Bundle, ledger: Ledger) -> None:
        self._bundle = bundle
        self._ledger = ledger
        self._held = lru_cache(maxsize=16)(self._read)
        self.keys = lru_cache(maxsize=1024)(self._keys)

    def logged(self, device: str, version: int, where: str) -> Logged:
        """Raises NotVerifiedError('list') for a version that the log does not name."""
        found = self._ledger.logged(device, version)
        if found is None:
            raise NotVerifiedError("list", where, f"the log does not name list {version}")
        return found

    def get(self, device: str, version: int, where: str) -> ApprovalList:
        """The whole list; raises NotVerifiedError('list')."""
        return self._held(self.logged(device, version, where))

    def key(self, found: Logged | None, device: str, where: str) -> PublicKey:
        """The record key by which a machine's entries are held; raises NotVerifiedError."""
        if found is None:
            raise NotVerifiedError("entry", where, f"no list names {device}")
        if found.key is None:
            raise NotVerifiedError("list", where, f"list {found.version} is not in this bundle")
        return found.key

    def _read(self, found: Logged) -> ApprovalList:
        where = f"{found.device} list {found.version}"
        if found.expires is None:
            raise NotVerifiedError("list", where, "not in this bundle")
        data = list_data(self._bundle, found, where)
        try:
            return read_list(data, found.version, found.expires)
        except WireError as error:
            raise NotVerifiedError("list", where, error.detail) from error

    def _keys(self, device: str) -> dict[bytes, PublicKey]:
        """By key id, every record key that the machine's lists name."""
        return {key.kid: key for key in self._ledger.keys(device)}


def list_data(bundle: Bundle, found: Logged, where: str) -> bytes:
    """The file that the log names; raises NotVerifiedError('list')."""
    data = bundle.list_bundle(found.sha256)
    if hashlib.sha256(data).digest() != found.sha256:
        raise NotVerifiedError("list", where, "the file is not the list that the log names")
    return data


def verify_lists(
    bundle: Bundle, policy: Policy, root: bytes, former: Logged | None, found: Iterable[Logged]
) -> list[Logged]:
    """One machine's lists in their order, with what their files say; `former` is the verified one
    before them. Nothing in a list is older than in the one before. Raises NotVerifiedError('list').
    """
    before = None if former is None else _verified(bundle, policy, root, former, None)
    described = []
    for one in found:
        before = _verified(bundle, policy, root, one, before)
        expires = min(ms for _, ms in before.expiries())
        village = before.files.village
        described.append(replace(one, key=before.machine.key, village=village, expires=expires))
    return described


def _verified(
    bundle: Bundle, policy: Policy, root: bytes, found: Logged, former: Parts | None
) -> Parts:
    where = f"leaf {found.leaf}"
    trusted = root if former is None else former.bundle.roots[-1]
    try:
        parts = verified(list_data(bundle, found, where), trusted, found.device)
        if former is not None:
            refuse_rollback(former, parts)
    except Refused as refused:
        detail = f"{refused.code} {refused.detail}"
        raise NotVerifiedError("list", where, detail) from refused
    if parts.timestamp.signed.version != found.version:
        raise NotVerifiedError("list", where, "of another version")
    if parts.files.policy.log_key != policy.log_key:
        raise NotVerifiedError("list", where, "trusts another log")
    return parts
