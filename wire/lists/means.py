"""By which of his keys a person may approve a matter: what the policy allows and the item demands.

Calls only its siblings of `wire.lists`. Pure.
"""

from collections.abc import Collection

from wire.lists.catalogue import Item
from wire.lists.policy import Policy
from wire.lists.roster import Passkey, Person, Sm2Key

Span = tuple[int, int]
"""From (included) to (excluded), ms since 1970 UTC."""


def passkeys(person: Person, policy: Policy, gone: Collection[bytes] = ()) -> tuple[Passkey, ...]:
    """Those of his that count; `gone` are the revoked ones' ids."""
    if "passkey" not in policy.approval_suites:
        return ()
    return tuple(key for key in person.passkeys if key.credential not in gone)


def takes_sm2(policy: Policy, item: Item) -> bool:
    """Whether that matter is approved by SM2 keys, too."""
    return "sm2" in policy.approval_suites and not item.passkeys_only


def sm2_keys(
    person: Person, policy: Policy, within: Span, gone: Collection[bytes] = ()
) -> tuple[Sm2Key, ...]:
    """Those of his that count, for matters that take them, and are valid at some time within the
    span.
    """
    if "sm2" not in policy.approval_suites:
        return ()
    start, end = within
    return tuple(
        key
        for key in person.sm2_keys
        if key.start_ms < end and start < key.end_ms and key.kid not in gone
    )


def able(
    person: Person, policy: Policy, item: Item, within: Span, gone: Collection[bytes] = ()
) -> bool:
    """Whether any key of his counts for the item."""
    if passkeys(person, policy, gone):
        return True
    return takes_sm2(policy, item) and bool(sm2_keys(person, policy, within, gone))
