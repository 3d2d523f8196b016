"""Adoption of an approval list: which bundle a machine may follow. Pure: time is passed in.

Calls only its siblings of `wire.lists`, `wire.cbor`, `wire.errors` and `wire.refusals`.
Source: TUF specification 1.0, section 5 (detailed client workflow), without its network.

The rules, in the order in which they are held. Nothing is returned before all are.

 1. The very bytes adopted last change nothing. Any other bundle is for this device.
 2. Roots: an unbroken chain from version 1, each signed by the former root's keys and by its own.
    The trusted root stands in it (else `list_invalid`); it does not end before it
    (`list_rollback`). The last one speaks.
 3. Timestamp and snapshot are signed by the root's keys for them; the timestamp names the
    snapshot's version, length and hash.
 4. The snapshot names exactly two parts with version, length and hash: targets, signed by the
    officers whom the root names, and machine-<device>, signed by the keys to which targets
    delegates <device>/*. So no part of another list or machine fits.
 5. Files: catalogue, policy and one village's roster and machines stand in targets, the grants
    of this device alone in machine-<device>; each with length and hash; none missing, none
    besides. Persons, passkeys, machines and seals therefore come from the officers only.
    The village's machines name this device, and have record keys of suites that the policy names.
 6. Nothing goes back (`list_rollback`): not the version of timestamp, snapshot, targets or
    machine-<device>, not that of any file, not the receipted seq. Under one version stand the
    same bytes for ever (else `list_invalid`). A role's floor falls only where every key of the
    role was replaced by its delegator: nothing signed before can then verify (recovery from a
    stolen key that signed a version too high to follow).
 7. Nothing in force is past its expiry: root, timestamp, snapshot, targets, machine-<device>
    (`list_expired`). The earliest of the five is the list's.
 8. Files hold no field that is not known here (`list_unreadable`); what one says that was signed
    before a field existed stands in `wire.lists.later`. Whatever else in them has not its form is
    `list_unreadable`, too.
 9. The log is of the same name with the same past (`former_logs`). One of another name has it as
    the next former one; the receipted seq then counts anew.
A list that was adopted and that these rules cannot read again, because the software changed, is
followed by nothing but a newer one: rule 6 then holds for its signed parts.
Everything else that does not hold is `list_invalid`.
"""

import hashlib
from dataclasses import dataclass

from wire.errors import WireError
from wire.lists import metadata, online
from wire.lists.content import ApprovalList
from wire.lists.leaf import decode_list_leaf, list_leaf
from wire.lists.parts import Parts, Signed, signed, verified
from wire.lists.rollback import refuse_rollback
from wire.refusals import Refused

__all__ = [
    "Trusted",
    "adopt",
    "approval_list",
    "decode_list_leaf",
    "list_leaf",
    "pin_root",
    "reload",
    "unread",
]


@dataclass(frozen=True)
class Trusted:
    """What a machine trusts: its newest county root, and the bundle it adopted with its list.

    A bundle without a list is one that cannot be read here.
    """

    root: bytes
    bundle: bytes | None
    lists: ApprovalList | None


def pin_root(root: bytes, sha256: bytes) -> Trusted:
    """Trust a county root by the hash that came on the county's own medium; no list yet."""
    if hashlib.sha256(root).digest() != sha256:
        raise Refused("list_invalid", "the county root is not the one that was pinned")
    try:
        pinned = metadata.read_root(root)
        metadata.verify(pinned, "root", pinned.signed)
    except WireError as error:
        raise Refused("list_invalid", error.detail) from error
    return Trusted(root, None, None)


def adopt(trusted: Trusted, bundle: bytes, *, device: str, now_ms: int) -> Trusted:
    """Hold a bundle against the rules; `now_ms`: ms since 1970 UTC.

    Raises Refused(list_invalid | list_rollback | list_expired | list_unreadable).
    """
    if bundle == trusted.bundle and trusted.lists is not None:
        return trusted
    parts = verified(bundle, trusted.root, device)
    if trusted.bundle is not None:
        refuse_rollback(_former(trusted, trusted.bundle, device), parts)
    for name, expires in parts.expiries():
        if expires <= now_ms:
            raise Refused("list_expired", name)
    return Trusted(parts.bundle.roots[-1], bundle, approval_list(parts))


def reload(root: bytes, bundle: bytes, *, device: str) -> Trusted:
    """Read again what was adopted before: rules 1 to 5 and 8 hold, its expiry is left to the judge.

    Raises Refused(list_invalid | list_rollback | list_unreadable).
    """
    parts = verified(bundle, root, device)
    return Trusted(parts.bundle.roots[-1], bundle, approval_list(parts))


def unread(root: bytes, bundle: bytes, *, device: str) -> Trusted:
    """What is trusted where an adopted bundle cannot be read again: no list, and the newest root
    that the bundle proves to follow the pinned one.
    """
    try:
        newest = signed(bundle, root, device).bundle.roots[-1]
    except Refused:
        newest = root
    return Trusted(newest, bundle, None)


def _former(trusted: Trusted, bundle: bytes, device: str) -> Signed:
    """What was adopted, as far as it can be read here; raises Refused('list_unreadable') where not
    even its signatures can.
    """
    if trusted.lists is not None:
        return verified(bundle, trusted.root, device)
    try:
        return signed(bundle, trusted.root, device)
    except Refused as refused:
        raise Refused("list_unreadable", f"the list in force: {refused.detail}") from refused


def approval_list(parts: Parts) -> ApprovalList:
    """The list as rules see it, of a bundle that was verified."""
    return ApprovalList(
        catalogue=parts.files.catalogue,
        roster=parts.files.roster,
        policy=parts.files.policy,
        machine=parts.machine,
        grants=parts.files.grants,
        version=parts.timestamp.signed.version,
        expires_ms=min(expires for _, expires in parts.expiries()),
        sha256=hashlib.sha256(parts.data).digest(),
        online=online.keys(parts.targets.signed, parts.bundle.device),
    )
