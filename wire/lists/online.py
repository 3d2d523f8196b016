"""Whom the officers let speak for one machine's list: the hub's online keys. Pure.

Calls only its siblings of `wire.lists` and `wire.sig`. By these keys a machine also knows commands
(`wire.command`) of its hub.
"""

from wire.lists.bundle import role_name
from wire.lists.tufapi import Targets
from wire.sig import PublicKey


def keys(targets: Targets, device: str) -> tuple[PublicKey, ...]:
    """The keys of machine-<device>, each of which speaks alone; none where it takes several
    signatures, or keys of another kind than a hub has.
    """
    role = targets.get_delegated_role(role_name(device))
    known = [targets.get_key(keyid) for keyid in role.keyids] if role.threshold == 1 else []
    return tuple(
        PublicKey("EdDSA", bytes.fromhex(one.keyval["public"]))
        for one in known
        if one.keytype == "ed25519"
    )
