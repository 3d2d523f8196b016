"""Whether an application's approvals permit it: judged alike by machine, hub and inspector.

Calls only its siblings of `wire.approval`, `wire.lists.{content,means}` and `wire.refusals`.

The rules, in the order in which they are held:
 * The subject's bytes are this application's, for the machine of the list (`grant_unknown`).
 * It is what its item permits (`wire.approval.matter`).
 * Nobody returned it (`grant_void`). Each approval is for a step of the item's chain for the amount
   that the application names, no step has two (`approval_invalid`), no step has none
   (`approvals_missing`).
 * Approvers are different natural persons, whichever their keys, and none is the applicant
   (`same_person`).
 * Each approval is proved by a kind of key that the policy allows and that the item takes
   (`approval_suite`).
 * None is a declared relative of the applicant, by either side's declaration
   (`approver_not_entitled`).
 * Each approver is entitled to the step (`wire.approval.entitlement`), on the roster in force,
   neither revoked nor without a key that counts (`approver_not_entitled`).
 * Each is by a key of that person on that roster which is not revoked, over the challenge of this
   subject, step, person, decision and roster version, the latter not newer than the roster in force
   (`approval_invalid`). An SM2 key was valid at some time between creation and end of the
   application; when it signed, no machine can know.
"""

from collections.abc import Collection, Mapping, Sequence

from wire.approval import assertion, decision, matter, sm2, subject
from wire.approval.assertion import Assertion
from wire.approval.decision import Approval
from wire.approval.entitlement import eligible
from wire.approval.sm2 import Sm2Signature
from wire.approval.subject import Application
from wire.errors import WireError
from wire.lists import means
from wire.lists.content import ApprovalList, Item, Person, Policy, Roster
from wire.lists.means import Span
from wire.refusals import Refused

__all__ = ["Approval", "apart", "check_passkey", "check_proof", "entitled", "judge"]


def judge(
    application: Application,
    subject_bytes: bytes,
    approvals: Sequence[Approval],
    lists: ApprovalList,
) -> None:
    """Returns where every rule holds; else raises Refused with the code of the first that fails."""
    _check_bound(application, subject_bytes, lists)
    item = matter.permitted(application, lists.catalogue)
    steps = [step.step for step in item.chain_for(application.amount)]
    taken = _one_each(steps, approvals)
    if len({application.applicant, *taken.values()}) != len(taken) + 1:
        raise Refused("same_person")
    for approval in approvals:
        _check_suite(approval, lists.policy, item)
    for approval in approvals:
        if approval.person not in entitled(application, approval.step, lists, taken):
            raise Refused("approver_not_entitled", f"for the step {approval.step}")
    digest = subject.subject_hash(subject_bytes)
    within = (application.created, application.not_after)
    for approval in approvals:
        check_proof(approval, digest, lists, item, within)


def entitled(
    application: Application, step: str, lists: ApprovalList, taken: Mapping[str, str]
) -> list[str]:
    """Ids of the persons who may approve that step now; `taken` maps steps to their approvers.

    Empty for a step that the item does not have, and where nobody is left who may.
    """
    item = lists.catalogue.items.get(application.item)
    chain = () if item is None else item.chain_for(application.amount)
    names = [one.step for one in chain]
    if item is None or step not in names:
        return []
    persons = eligible(
        chain,
        names.index(step),
        lists.roster,
        application.created,
        excluded=apart(application, lists.roster),
        taken=taken,
    )
    busy = {person for other, person in taken.items() if other != step}
    within = (application.created, application.not_after)
    return [p.id for p in persons if p.id not in busy and able(p, lists, item, within)]


def able(person: Person, lists: ApprovalList, item: Item, within: Span) -> bool:
    """Whether a key of that person counts for the item, and neither is revoked."""
    grants = lists.grants
    return person.id not in grants.revoked_persons and means.able(
        person, lists.policy, item, within, grants.revoked_credentials
    )


def apart(application: Application, roster: Roster) -> frozenset[str]:
    """Ids of those who approve no step of it: the applicant and his declared relatives."""
    return frozenset({application.applicant, *roster.kin(application.applicant)})


def check_proof(
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
    _check_suite(approval, lists.policy, item)
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


def _check_suite(approval: Approval, policy: Policy, item: Item) -> None:
    if isinstance(approval.proof, Assertion):
        takes = "passkey" in policy.approval_suites
    else:
        takes = means.takes_sm2(policy, item)
    if not takes:
        raise Refused("approval_suite", f"for the step {approval.step}")


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


def _check_bound(application: Application, subject_bytes: bytes, lists: ApprovalList) -> None:
    try:
        same = subject.decode(subject_bytes) == application
    except WireError as error:
        raise Refused("grant_unknown", error.detail) from error
    machine = lists.machine
    here = (machine.village, machine.device, machine.kid)
    if not same or (application.village, application.device, application.machine) != here:
        raise Refused("grant_unknown", "for another machine")


def _one_each(steps: Sequence[str], approvals: Sequence[Approval]) -> dict[str, str]:
    if any(approval.decision != "approve" for approval in approvals):
        raise Refused("grant_void", "returned by an approver")
    given = [approval.step for approval in approvals]
    if len(set(given)) != len(given) or not set(given) <= set(steps):
        raise Refused("approval_invalid", "not one approval for each step of the chain")
    if missing := [step for step in steps if step not in given]:
        raise Refused("approvals_missing", ", ".join(missing))
    return {approval.step: approval.person for approval in approvals}
