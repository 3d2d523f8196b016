"""Who may do what only two people together may do at a machine: enrol, maintain, move a seal.

Calls only `sealctl.rules` (for the operator's office) and `wire`. Pure. People are counted, never
offices: whoever holds both counts once.
"""

from collections.abc import Collection

from sealctl.rules import OPERATOR
from wire.lists.content import ApprovalList, Person, Seal
from wire.refusals import Refused


def judge_actor(lists: ApprovalList, person: str, now_ms: int) -> None:
    """Operators and supervisors may act; raises Refused('operator_unknown')."""
    found = _in_roster(lists, person, "operator_unknown")
    if not acts(lists, found, now_ms):
        raise Refused("operator_unknown", "neither operator nor supervisor")


def judge_witness(lists: ApprovalList, witness: str, others: Collection[str], now_ms: int) -> None:
    """A witness holds a supervising office and is none of the others; raises Refused.

    Codes: witness_unfit, same_person.
    """
    found = _in_roster(lists, witness, "witness_unfit")
    if not supervises(lists, found, now_ms):
        raise Refused("witness_unfit", "no supervising office")
    if witness in others:
        raise Refused("same_person", "the witness acts himself")


def acts(lists: ApprovalList, person: Person, now_ms: int) -> bool:
    """Whether this person is in office as an operator, or supervises."""
    return person.holds(OPERATOR, now_ms) or supervises(lists, person, now_ms)


def supervises(lists: ApprovalList, person: Person, now_ms: int) -> bool:
    """Whether the policy lets this person's office supervise."""
    return any(person.holds(office, now_ms) for office in lists.policy.supervisors)


def seal_of(lists: ApprovalList, seal: str) -> Seal:
    """The seal by its id; raises Refused('seal_mismatch')."""
    found = lists.machine.seal(seal)
    if found is None:
        raise Refused("seal_mismatch", "no such seal at this machine")
    return found


def judge_return(
    found: Seal, present: str | None, out: Collection[int], worn: Collection[str]
) -> str | None:
    """Whether a seal may be put in: the worn one that it replaces, None for its own return.

    `present`: the tag read in its slot. A worn seal never comes back; its successor comes when it
    was taken `out`. Raises Refused: seal_suspended, not_now, seal_absent.
    """
    if found.state == "retired" or found.id in worn:
        raise Refused("seal_suspended", "a worn seal does not come back")
    replaces = None if found.replaces in worn else found.replaces
    if replaces is not None and found.slot not in out:
        raise Refused("not_now", f"{replaces} is taken out first")
    if present != found.rfid:
        raise Refused("seal_absent", f"slot {found.slot}")
    return replaces


def _in_roster(lists: ApprovalList, person: str, code: str) -> Person:
    found = lists.roster.persons.get(person)
    if found is None or person in lists.grants.revoked_persons:
        raise Refused(code)
    return found
