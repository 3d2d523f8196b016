"""Who is away from an application, by the statements that its approvals lean on: judged alike by
machine, hub and inspector.

Calls only its siblings of `wire.approval`, `wire.lists.{catalogue,content}` and `wire.refusals`.

The rules, each refused as Refused('absence_invalid'):
 * The policy permits a statement to count at all, and its period to be as long.
 * It is of this township and village, and of a person of its roster, of each person at most one.
 * The application was filed within the period, and opens nothing before it was filed. When it was
   filed is what its approvers sign; when they signed, and when anybody said that he is away, no
   machine can know.
 * It is said by the person himself, or by a holder of one of the policy's `absence_offices` at the
   application's creation, who is neither its applicant nor his declared relative. Neither of the
   two is named to stamp by it.
 * It is proved as approvals of the item are, over the challenge of a statement.

What follows from it stands in `wire.approval.chain.entitled`: who is away holds no office for that
application, and who says so of another approves none of its steps.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from wire.approval import absence, proof
from wire.approval.absence import Absence, SignedAbsence
from wire.approval.subject import Application, subject_hash
from wire.errors import WireError
from wire.lists.catalogue import DAY_MS
from wire.lists.content import ApprovalList, Item, Policy, Roster
from wire.refusals import Refused

CODE: Final = "absence_invalid"


@dataclass(frozen=True)
class Away:
    """That person is away, as `by` says."""

    person: str
    by: str


def judge(
    statements: Sequence[SignedAbsence],
    application: Application,
    lists: ApprovalList,
    item: Item,
    apart: Collection[str],
) -> tuple[Away, ...]:
    """Who is away, where every rule holds of each; else raises Refused. `apart`: the applicant and
    his declared relatives.
    """
    found = tuple(one(said, application, lists, item, apart) for said in statements)
    if len({away.person for away in found}) != len(found):
        raise Refused(CODE, "two statements of one person")
    return found


def one(
    said: SignedAbsence,
    application: Application,
    lists: ApprovalList,
    item: Item,
    apart: Collection[str],
) -> Away:
    """The same of one statement."""
    try:
        found = absence.decode(said.subject)
    except WireError as error:
        raise Refused(CODE, error.detail) from error
    check_period(found, lists.policy)
    check_place(found, lists.policy, lists.roster)
    if not found.first <= application.created < found.until:
        raise Refused(CODE, "the application was not filed within its period")
    if application.not_before < application.created:
        raise Refused(CODE, "the application is valid before it was filed")
    by = said.approval.person
    if not may_say(found.person, by, lists.policy, lists.roster, application.created):
        raise Refused(CODE, "by somebody who may not say so")
    if by != found.person and by in apart:
        raise Refused(CODE, "of another, by the applicant or a relative of his")
    if {by, found.person} & {*application.operators}:
        raise Refused(CODE, "by or of somebody who stamps")
    _check_signed(said, application, lists, item)
    return Away(found.person, by)


def check_period(found: Absence, policy: Policy) -> None:
    """As long as the policy permits; it permits none where it does not say. Raises Refused."""
    if found.until - found.first > policy.absence_days * DAY_MS:
        raise Refused(CODE, f"longer than {policy.absence_days} days")


def check_place(found: Absence, policy: Policy, roster: Roster) -> None:
    """Of a person of that roster; raises Refused."""
    if (found.township, found.village) != (policy.township, roster.village):
        raise Refused(CODE, "of another township or village")
    if found.person not in roster.persons:
        raise Refused(CODE, "of nobody on the roster")


def may_say(person: str, by: str, policy: Policy, roster: Roster, at_ms: int) -> bool:
    """Whether `by` may say at that time that the person is away."""
    speaker = roster.persons.get(by)
    if speaker is None:
        return False
    return by == person or any(speaker.holds(office, at_ms) for office in policy.absence_offices)


def _check_signed(
    said: SignedAbsence, application: Application, lists: ApprovalList, item: Item
) -> None:
    approval, within = said.approval, (application.created, application.not_after)
    if (approval.step, approval.decision) != (absence.STEP, "approve"):
        raise Refused(CODE, "no statement of absence was signed")
    try:
        proof.check(approval, subject_hash(said.subject), lists, item, within, kind=absence.KIND)
    except Refused as refused:
        raise Refused(CODE, refused.detail) from refused
