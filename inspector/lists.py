"""The list versions that the log names, each verified from the county's root.

Calls `wire.lists` and `inspector`. A few are held whole; the ledger keeps each one's place, hash
and record key.
"""

import hashlib
from dataclasses import replace
from functools import lru_cache
from typing import Final

from inspector.bundle import Bundle, list_path
from inspector.findings import NotVerifiedError
from inspector.ledger import Ledger, Logged
from inspector.policy import Policy
from wire.lists.adopt import approval_list
from wire.lists.content import ApprovalList
from wire.lists.parts import Parts, verified
from wire.lists.policy import Policy as Listed
from wire.lists.rollback import refuse_rollback
from wire.refusals import Refused
from wire.sig import PublicKey

HELD: Final = 2
"""Lists held whole of a machine: the newest, and the one before, which it may still follow."""
MACHINES: Final = 64
"""Of so many machines at once, however many the township has: those heard last."""


class Lists:
    """Every list of one log. All raise NotVerifiedError('list')."""

    def __init__(self, bundle: Bundle, policy: Policy, root: bytes, ledger: Ledger) -> None:
        self._bundle = bundle
        self._policy = policy
        self._root = root
        self._ledger = ledger
        self._parts = lru_cache(MACHINES)(lambda _: lru_cache(HELD)(self._read))
        self._lists = lru_cache(MACHINES)(lambda _: lru_cache(HELD)(self._whole))

    def logged(self, device: str, version: int, where: str) -> Logged:
        """A version that the log names; `where` asks for it."""
        found = self._ledger.logged(device, version)
        if found is None:
            raise NotVerifiedError("list", where, f"the log does not name list {version}")
        return found

    def get(self, device: str, version: int, where: str) -> ApprovalList:
        """The whole list of a version that the log names; `where` asks for it."""
        return self.whole(self.logged(device, version, where))

    def whole(self, found: Logged) -> ApprovalList:
        return self._lists(found.device)(*_name(found))

    def key(self, found: Logged) -> PublicKey:
        """The record key that the list names for its machine."""
        return found.key or self._signed(found).machine.key

    def replaces(self, found: Logged) -> str | None:
        """The machine in whose place the list says that its machine stands."""
        return self._signed(found).machine.replaces

    def policy(self, found: Logged) -> Listed:
        """The township's policy that the list carries."""
        return self._signed(found).files.policy

    def village(self, found: Logged) -> str:
        """Whose machine's list it is."""
        return self._signed(found).files.village

    def follow(self, found: Logged, former: Logged | None = None) -> Logged:
        """A list at its leaf, held against the one that was logged before, `former` where that is
        known: nothing in it is older. It comes back with its key.
        """
        former = former or self._ledger.former(found.device, found.leaf)
        parts = self._signed(found)
        if former is not None and self._there(former):
            before = self._signed(former)
            try:
                _continue_roots(before.bundle.roots, parts.bundle.roots)
                refuse_rollback(before, parts)
            except Refused as refused:
                raise _unfit(found.leaf, refused) from refused
        return replace(found, key=parts.machine.key)

    def _there(self, former: Logged) -> bool:
        """A bundle of a range may lack the list before its first."""
        scope = self._bundle.scope
        return (
            not scope.ranged
            or scope.holds(former.leaf)
            or self._bundle.has(list_path(former.sha256))
        )

    def _signed(self, found: Logged) -> Parts:
        return self._parts(found.device)(*_name(found))

    def _whole(self, device: str, version: int, sha256: bytes, leaf: int) -> ApprovalList:
        return approval_list(self._parts(device)(device, version, sha256, leaf))

    def _read(self, device: str, version: int, sha256: bytes, leaf: int) -> Parts:
        where = f"leaf {leaf}"
        data = self._bundle.list_bundle(sha256)
        if hashlib.sha256(data).digest() != sha256:
            raise NotVerifiedError("list", where, "the file is not the list that the log names")
        try:
            parts = verified(data, self._root, device)
        except Refused as refused:
            raise _unfit(leaf, refused) from refused
        if parts.timestamp.signed.version != version:
            raise NotVerifiedError("list", where, "of another version")
        if parts.files.policy.log_key not in (self._policy.log_key, *self._policy.former):
            raise NotVerifiedError("list", where, "trusts another log")
        return parts


def _continue_roots(former: tuple[bytes, ...], roots: tuple[bytes, ...]) -> None:
    if roots[: len(former)] != former:
        raise Refused("list_rollback", f"the roots are not those before, {len(former)} of them")


def _name(found: Logged) -> tuple[str, int, bytes, int]:
    """The same, whether its key is known by now or not."""
    return found.device, found.version, found.sha256, found.leaf


def _unfit(leaf: int, refused: Refused) -> NotVerifiedError:
    return NotVerifiedError("list", f"leaf {leaf}", f"{refused.code} {refused.detail}")
