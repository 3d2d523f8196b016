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
 * The statements of absence that it leans on hold (`wire.approval.away`, `absence_invalid`).
 * None is a declared relative of the applicant, by either side's declaration
   (`approver_not_entitled`).
 * Each approver is entitled to the step (`wire.approval.entitlement`), on the roster in force,
   neither away, nor revoked, nor without a key that counts (`approver_not_entitled`). Who says of
   another that he is away approves nothing by it, and makes no room either.
 * Each is by a key of that person on that roster which is not revoked, over the challenge of this
   subject, step, person, decision and roster version, the latter not newer than the roster in force
   (`approval_invalid`). An SM2 key was valid at some time between creation and end of the
   application; when it signed, no machine can know.
"""

from collections.abc import Collection, Mapping, Sequence

from wire.approval import away, matter, proof, subject
from wire.approval.absence import SignedAbsence
from wire.approval.away import Away
from wire.approval.decision import Approval
from wire.approval.entitlement import eligible
from wire.approval.subject import Application
from wire.errors import WireError
from wire.lists import means
from wire.lists.content import ApprovalList, Item, Person, Roster
from wire.lists.means import Span
from wire.refusals import Refused

__all__ = ["Approval", "able", "apart", "entitled", "judge"]


def judge(
    application: Application,
    subject_bytes: bytes,
    approvals: Sequence[Approval],
    lists: ApprovalList,
    absences: Sequence[SignedAbsence] = (),
) -> None:
    """Returns where every rule holds; else raises Refused with the code of the first that fails."""
    _check_bound(application, subject_bytes, lists)
    item = matter.permitted(application, lists.catalogue)
    steps = [step.step for step in item.chain_for(application.amount)]
    taken = _one_each(steps, approvals)
    if len({application.applicant, *taken.values()}) != len(taken) + 1:
        raise Refused("same_person")
    for approval in approvals:
        proof.check_suite(approval, lists.policy, item)
    gone = away.judge(absences, application, lists, item, apart(application, lists.roster))
    for approval in approvals:
        if approval.person not in entitled(application, approval.step, lists, taken, gone):
            raise Refused("approver_not_entitled", f"for the step {approval.step}")
    digest = subject.subject_hash(subject_bytes)
    within = (application.created, application.not_after)
    for approval in approvals:
        proof.check(approval, digest, lists, item, within)


def entitled(
    application: Application,
    step: str,
    lists: ApprovalList,
    taken: Mapping[str, str],
    gone: Collection[Away] = (),
) -> list[str]:
    """Ids of the persons who may approve that step now; `taken` maps steps to their approvers,
    `gone` are who is away, and by whose word.

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
        excluded={*apart(application, lists.roster), *(one.person for one in gone)},
        taken=taken,
    )
    busy = {person for other, person in taken.items() if other != step}
    busy |= {one.by for one in gone}
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
