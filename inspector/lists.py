"""The list versions that the log names, each verified from the county's root when it is needed.

Calls `wire.lists` and `inspector`.
"""

import hashlib
from functools import lru_cache

from inspector.bundle import Bundle, Policy
from inspector.findings import NotVerifiedError
from wire.errors import WireError
from wire.lists.adopt import reload
from wire.lists.content import ApprovalList
from wire.lists.leaf import ListLeaf, decode_list_leaf
from wire.refusals import Refused
from wire.sig import PublicKey


class Lists:
    """Filled by `add` with every list leaf; `get` gives a verified list."""

    def __init__(self, bundle: Bundle, policy: Policy, root: bytes) -> None:
        self._bundle = bundle
        self._policy = policy
        self._root = root
        self._named: dict[tuple[str, int], ListLeaf] = {}
        self._keys: dict[str, dict[bytes, PublicKey]] = {}
        self.get = lru_cache(maxsize=64)(self._get)

    def __len__(self) -> int:
        return len(self._named)

    def add(self, index: int, leaf: bytes) -> None:
        """Take a list leaf and verify the list that it names; raises NotVerifiedError."""
        where = f"leaf {index}"
        try:
            named = decode_list_leaf(leaf)
        except WireError as error:
            raise NotVerifiedError("leaf", where, error.detail) from error
        if self._named.setdefault((named.device, named.version), named) != named:
            raise NotVerifiedError("list", where, f"version {named.version} has two faces")
        key = self.get(named.device, named.version).machine.key
        self._keys.setdefault(named.device, {})[key.kid] = key

    def key(self, device: str, kid: bytes) -> PublicKey | None:
        """The device's record key of that id, if any of its lists names it."""
        return self._keys.get(device, {}).get(kid)

    def _get(self, device: str, version: int) -> ApprovalList:
        """Raises NotVerifiedError('list') for one that the log does not name, or that fails."""
        named = self._named.get((device, version))
        where = f"{device} list {version}"
        if named is None:
            raise NotVerifiedError("list", where, "the log does not name it")
        data = self._bundle.list_bundle(named.sha256)
        if hashlib.sha256(data).digest() != named.sha256:
            raise NotVerifiedError("list", where, "the file is not the list that the log names")
        try:
            found = reload(self._root, data, device=device).lists
        except Refused as refused:
            raise NotVerifiedError("list", where, refused.detail) from refused
        if found is None or found.version != version:
            raise NotVerifiedError("list", where, "of another version")
        if found.policy.log_key != self._policy.log_key:
            raise NotVerifiedError("list", where, "trusts another log")
        return found
