"""Whether an application's approvals permit it: judged alike by machine, hub and inspector.

Calls only its siblings of `wire.approval`, `wire.lists.content` and `wire.refusals`.

The rules, in the order in which they are held:
 * The subject's bytes are this application's, for the machine of the list (`grant_unknown`).
 * Its item is in the catalogue (`unknown_item`), neither forbidden (`item_forbidden`) nor one to
   decide elsewhere first (`item_escalated`), and its figures keep the item's limits (`grant_void`).
 * Nobody returned it (`grant_void`). Each approval is for a step of the item's chain, no step has
   two (`approval_invalid`), no step has none (`approvals_missing`).
 * Approvers are different natural persons, and none is the applicant (`same_person`).
 * Each approver is entitled to the step (`wire.approval.entitlement`), on the roster in force,
   and not revoked (`approver_not_entitled`).
 * Each assertion is by a passkey of that person on that roster which is not revoked, over the
   challenge of this subject, step, person, decision and roster version, the latter not newer than
   the roster in force (`approval_invalid`).
"""

from collections.abc import Mapping, Sequence
from typing import Final

from wire.approval import assertion, decision, subject
from wire.approval.decision import Approval
from wire.approval.entitlement import eligible
from wire.approval.subject import Application
from wire.errors import WireError
from wire.lists.content import ApprovalList, Item, Passkey, Person
from wire.refusals import Refused

__all__ = ["Approval", "check_assertion", "entitled", "judge"]

DAY_MS: Final = 86_400_000


def judge(
    application: Application,
    subject_bytes: bytes,
    approvals: Sequence[Approval],
    lists: ApprovalList,
) -> None:
    """Returns where every rule holds; else raises Refused with the code of the first that fails."""
    _check_bound(application, subject_bytes, lists)
    item = _permitted_item(application, lists)
    taken = _one_each(item, approvals)
    if len({application.applicant, *taken.values()}) != len(taken) + 1:
        raise Refused("same_person")
    for approval in approvals:
        if approval.person not in entitled(application, approval.step, lists, taken):
            raise Refused("approver_not_entitled", f"for the step {approval.step}")
    digest = subject.subject_hash(subject_bytes)
    for approval in approvals:
        check_assertion(approval, digest, lists)


def entitled(
    application: Application, step: str, lists: ApprovalList, taken: Mapping[str, str]
) -> list[str]:
    """Ids of the persons who may approve that step now; `taken` maps steps to their approvers.

    Empty for a step that the item does not have, and where nobody is left who may.
    """
    item = lists.catalogue.items.get(application.item)
    if item is None or step not in (names := [one.step for one in item.chain]):
        return []
    persons = eligible(
        item.chain,
        names.index(step),
        lists.roster,
        application.created,
        excluded={application.applicant},
        taken=taken,
    )
    busy = {person for other, person in taken.items() if other != step}
    return [p.id for p in persons if p.id not in busy and _passkeys(p, lists)]


def check_assertion(
    approval: Approval, digest: bytes, lists: ApprovalList, *, kind: str = "application"
) -> None:
    """By a passkey of that person, over the challenge of a subject of that kind.

    Raises Refused('approval_invalid').
    """
    if approval.roster > lists.roster.version:
        raise Refused("approval_invalid", "given under a roster that is not known here")
    usable = _passkeys(lists.roster.persons[approval.person], lists)
    key = usable.get(approval.assertion.credential)
    if key is None:
        raise Refused("approval_invalid", "not by a passkey of that person")
    try:
        assertion.verify(
            approval.assertion,
            challenge=decision.challenge_of(kind, digest, approval),
            public_key=key.public_key,
            rp_id=lists.policy.rp_id,
            origins=lists.policy.origins,
        )
    except WireError as error:
        raise Refused("approval_invalid", error.detail) from error


def _check_bound(application: Application, subject_bytes: bytes, lists: ApprovalList) -> None:
    try:
        same = subject.decode(subject_bytes) == application
    except WireError as error:
        raise Refused("grant_unknown", error.detail) from error
    machine = lists.machine
    here = (machine.village, machine.device, machine.kid)
    if not same or (application.village, application.device, application.machine) != here:
        raise Refused("grant_unknown", "for another machine")


def _permitted_item(application: Application, lists: ApprovalList) -> Item:
    item = lists.catalogue.items.get(application.item)
    if item is None:
        raise Refused("unknown_item", application.item)
    if item.cls != "allowed":
        code = "item_forbidden" if item.cls == "forbidden" else "item_escalated"
        raise Refused(code, item.id)
    if application.impressions > item.impressions_max or application.seams > item.seams_max:
        raise Refused("grant_void", "more impressions than the item permits")
    if application.not_after > application.created + item.days_valid * DAY_MS:
        raise Refused("grant_void", "valid for longer than the item permits")
    return item


def _one_each(item: Item, approvals: Sequence[Approval]) -> dict[str, str]:
    if any(approval.decision != "approve" for approval in approvals):
        raise Refused("grant_void", "returned by an approver")
    steps = [step.step for step in item.chain]
    given = [approval.step for approval in approvals]
    if len(set(given)) != len(given) or not set(given) <= set(steps):
        raise Refused("approval_invalid", "not one approval for each step of the chain")
    if missing := [step for step in steps if step not in given]:
        raise Refused("approvals_missing", ", ".join(missing))
    return {approval.step: approval.person for approval in approvals}


def _passkeys(person: Person, lists: ApprovalList) -> Mapping[bytes, Passkey]:
    """The passkeys by which that person may act: none where the person is revoked."""
    if person.id in lists.grants.revoked_persons:
        return {}
    gone = lists.grants.revoked_credentials
    return {key.credential: key for key in person.passkeys if key.credential not in gone}
