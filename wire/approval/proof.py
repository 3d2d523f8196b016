"""Whether an approval is proved: by a key of that person which counts, over the challenge of what
he decided. Judged alike by machine, hub and inspector.

Calls only its siblings of `wire.approval`, `wire.lists.{content,means}` and `wire.refusals`.

An SM2 key has to have been valid at some time within a span; when it signed, no machine can know.
"""

from collections.abc import Collection

from wire.approval import assertion, decision, sm2
from wire.approval.assertion import Assertion
from wire.approval.decision import Approval
from wire.approval.sm2 import Sm2Signature
from wire.errors import WireError
from wire.lists import means
from wire.lists.content import ApprovalList, Item, Person, Policy
from wire.lists.means import Span
from wire.refusals import Refused


def check(
    approval: Approval,
    digest: bytes,
    lists: ApprovalList,
    item: Item,
    within: Span,
    *,
    kind: str = "application",
) -> None:
    """By a key of that person which counts for the item, over the challenge of a subject of that
    kind; `within`: when an SM2 key has to have been valid at some time.

    Raises Refused('approval_suite' or 'approval_invalid').
    """
    check_suite(approval, lists.policy, item)
    check_key(approval, digest, lists, within, kind=kind)


def check_suite(approval: Approval, policy: Policy, item: Item) -> None:
    """By a kind of key that policy and item take; raises Refused('approval_suite')."""
    if isinstance(approval.proof, Assertion):
        takes = "passkey" in policy.approval_suites
    else:
        takes = means.takes_sm2(policy, item)
    if not takes:
        raise Refused("approval_suite", f"for the step {approval.step}")


def check_key(
    approval: Approval, digest: bytes, lists: ApprovalList, within: Span, *, kind: str
) -> None:
    """The same, whatever it is for; raises Refused('approval_invalid')."""
    if approval.roster > lists.roster.version:
        raise Refused("approval_invalid", "given under a roster that is not known here")
    person, proof = lists.roster.persons[approval.person], approval.proof
    if person.id in lists.grants.revoked_persons:
        raise Refused("approval_invalid", "by a person who is revoked")
    challenge = decision.challenge_of(kind, digest, approval)
    try:
        if isinstance(proof, Assertion):
            gone = lists.grants.revoked_credentials
            check_passkey(proof, challenge, person, lists.policy, gone)
        else:
            _check_sm2(proof, challenge, person, lists, within)
    except WireError as error:
        raise Refused("approval_invalid", error.detail) from error


def check_passkey(
    proof: Assertion, challenge: bytes, person: Person, policy: Policy, gone: Collection[bytes]
) -> None:
    """By a passkey of that person which is not `gone`, over that challenge.

    Raises Refused('approval_invalid').
    """
    usable = means.passkeys(person, policy, gone)
    key = next((one for one in usable if one.credential == proof.credential), None)
    if key is None:
        raise Refused("approval_invalid", "not by a passkey of that person")
    try:
        assertion.verify(
            proof,
            challenge=challenge,
            public_key=key.public_key,
            rp_id=policy.rp_id,
            origins=policy.origins,
        )
    except WireError as error:
        raise Refused("approval_invalid", error.detail) from error


def _check_sm2(
    proof: Sm2Signature,
    challenge: bytes,
    person: Person,
    lists: ApprovalList,
    within: Span,
) -> None:
    usable = means.sm2_keys(person, lists.policy, within, lists.grants.revoked_credentials)
    key = next((one for one in usable if one.kid == proof.key), None)
    if key is None:
        raise Refused("approval_invalid", "not by an SM2 key of that person that is valid")
    sm2.verify(proof, challenge=challenge, public_key=key.public_key)
