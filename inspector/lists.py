"""The list versions that the log names, each verified from the county's root.

Calls `wire.lists` and `inspector`. Of each list only its place, hash and record key are kept; the
newest of each machine stays whole, so that the next one can be held against it.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from inspector.bundle import Bundle
from inspector.findings import NotVerifiedError
from inspector.policy import Policy
from wire.errors import WireError
from wire.lists.adopt import reload
from wire.lists.content import ApprovalList
from wire.lists.leaf import ListLeaf, decode_list_leaf
from wire.lists.parts import Parts, verified
from wire.lists.rollback import refuse_rollback
from wire.refusals import Refused
from wire.sig import PublicKey


@dataclass(frozen=True)
class Logged:
    """A list version: `leaf` is the index of its first leaf, `key` the machine's record key."""

    named: ListLeaf
    leaf: int
    key: PublicKey


class Lists:
    """Filled by `add` with every list leaf, in the log's order; `get` gives a whole list."""

    def __init__(self, bundle: Bundle, policy: Policy, root: bytes) -> None:
        self._bundle = bundle
        self._policy = policy
        self._root = root
        self._logged: dict[tuple[str, int], Logged] = {}
        self._first: dict[str, Logged] = {}
        self._newest: dict[str, Parts] = {}
        self.get = lru_cache(maxsize=16)(self._get)

    def __len__(self) -> int:
        return len(self._logged)

    def add(self, index: int, leaf: bytes) -> None:
        """Take a list leaf and verify the list that it names; raises NotVerifiedError."""
        where = f"leaf {index}"
        try:
            named = decode_list_leaf(leaf)
        except WireError as error:
            raise NotVerifiedError("leaf", where, error.detail) from error
        known = self._logged.get((named.device, named.version))
        if known is None:
            found = Logged(named, index, self._verified(named, where).machine.key)
            self._logged[named.device, named.version] = found
            self._first.setdefault(named.device, found)
        elif known.named != named:
            raise NotVerifiedError("list", where, f"version {named.version} has two faces")

    def logged(self, device: str, version: int, where: str) -> Logged:
        """Raises NotVerifiedError('list') for a version that the log does not name."""
        found = self._logged.get((device, version))
        if found is None:
            raise NotVerifiedError("list", where, f"the log does not name list {version}")
        return found

    def first(self, device: str, where: str) -> Logged:
        """The list that a machine's records before its first list are held against."""
        found = self._first.get(device)
        if found is None:
            raise NotVerifiedError("entry", where, f"no list names {device}")
        return found

    def _verified(self, named: ListLeaf, where: str) -> Parts:
        """The list with nothing in it older than in the machine's list before."""
        former = self._newest.get(named.device)
        root = self._root if former is None else former.bundle.roots[-1]
        try:
            parts = verified(self._data(named, where), root, named.device)
            if former is not None:
                refuse_rollback(former, parts)
        except Refused as refused:
            detail = f"{refused.code} {refused.detail}"
            raise NotVerifiedError("list", where, detail) from refused
        if parts.timestamp.signed.version != named.version:
            raise NotVerifiedError("list", where, "of another version")
        if parts.files.policy.log_key not in (self._policy.log_key, *self._policy.former):
            raise NotVerifiedError("list", where, "trusts another log")
        self._newest[named.device] = parts
        return parts

    def _data(self, named: ListLeaf, where: str) -> bytes:
        data = self._bundle.list_bundle(named.sha256)
        if hashlib.sha256(data).digest() != named.sha256:
            raise NotVerifiedError("list", where, "the file is not the list that the log names")
        return data

    def _get(self, device: str, version: int) -> ApprovalList:
        where = f"{device} list {version}"
        data = self._data(self.logged(device, version, where).named, where)
        try:
            found = reload(self._root, data, device=device).lists
        except Refused as refused:
            raise NotVerifiedError("list", where, refused.detail) from refused
        if found is None:
            raise NotVerifiedError("list", where, "empty")
        return found
