"""Whether the lock may open: every rule, in one table, in the order in which they are held.

Calls only `sealctl.facts` and `wire`. Pure: everything that a rule looks at stands in `Facts`. A
rule returns nothing where it holds and raises Refused where it does not. In doubt the answer is no.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from sealctl.facts import PHOTO_AGE_MS, Case, Facts, Job, Permit, Task
from wire.approval.subject import Application
from wire.lists.content import ApprovalList, Grant, Item, Seal
from wire.refusals import Refused

OFFICERS: Final = ("village.secretary", "village.director")
OPERATOR: Final = "village.operator"
PHOTO_REFUSALS: Final[Mapping[str, str]] = {
    "no_page": "no_page",
    "blank": "blank_page",
    "unsharp": "photo_unsharp",
}
"""Findings that forbid any stamp, with their refusal codes."""


def decide(facts: Facts) -> Permit:
    """All rules; raises Refused with the code of the first that does not hold."""
    case = judge_grant(facts)
    for rule in BODY_RULES + PHOTO_RULES:
        rule(case)
    body, operator = facts.body, facts.operator
    if body is None or operator is None:
        raise Refused("hardware_fault")
    return Permit(
        grant=case.grant.id,
        application=case.application,
        item=case.item,
        seal=case.seal,
        sheet=number_of(case),
        use=case.application.use(number_of(case)),
        operator=operator,
        lists=case.lists,
        bound_ms=case.lists.policy.press_timeout_ms,
        unlatches=body.unlatches,
        presses=body.presses,
    )


def judge_grant(facts: Facts) -> Case:
    """The rules that can be held before paper is laid."""
    lists = judge_machine(facts)
    grant = _grant(facts, lists)
    application = facts.approved(grant, lists)
    item = lists.catalogue.items[application.item]
    case = Case(facts, lists, grant, application, item, _seal(facts, application, item, lists))
    for rule in GRANT_RULES:
        rule(case)
    return case


def judge_machine(facts: Facts) -> ApprovalList:
    """The rules that concern the machine whatever is to be stamped."""
    for rule in MACHINE_RULES:
        rule(facts)
    lists = in_force(facts)
    for check in LIST_RULES:
        check(facts, lists)
    return lists


def in_force(facts: Facts) -> ApprovalList:
    """The list that is followed; raises Refused where there is none."""
    if facts.lists is None:
        raise Refused("list_unreadable" if facts.unread else "list_missing")
    return facts.lists


def number_of(task: Task) -> int:
    """Which press of its job comes next, from 1."""
    return task.facts.books.spent(task.grant.id) + 1


def pages_to_compare(application: Job, item: Item, use: str) -> tuple[bytes, ...]:
    """The pages one of which must lie under the seal: none where the item does not demand it, nor
    across many fanned sheets, whose group photo shows no single page.
    """
    return application.pages if use == "full" and item.same_page else ()


def why_not(facts: Facts, grant: bytes) -> str | None:
    """The code for which a grant cannot be stamped by this operator now, None where it can."""
    try:
        judge_grant(replace(facts, grant=grant))
    except Refused as refused:
        return refused.code
    return None


def _no_maintenance(facts: Facts) -> None:
    if facts.books.maintenance:
        raise Refused("maintenance")


def _journal_whole(facts: Facts) -> None:
    books, body = facts.books, facts.body
    if books.broken is not None:
        raise Refused("journal_broken", books.broken)
    if books.unfinished:
        raise Refused("journal_broken", "an opening without an end")
    if books.counters is None or body is None:
        return
    if (body.unlatches, body.presses) != books.counters:
        raise Refused("journal_broken", "the head's counters disagree with the journal")


def _journal_room(facts: Facts) -> None:
    if facts.books.full:
        raise Refused("journal_full")


def _list_fresh(facts: Facts, lists: ApprovalList) -> None:
    if lists.expires_ms <= facts.now_ms:
        raise Refused("list_expired")


def _receipt_known(facts: Facts, lists: ApprovalList) -> None:
    if lists.grants.receipted is None:
        return
    seq, entry_hash = lists.grants.receipted
    if facts.books.hash_at(seq) != entry_hash:
        raise Refused("journal_broken", f"the township holds another entry {seq}")


def _device_active(_facts: Facts, lists: ApprovalList) -> None:
    if lists.machine.state != "active":
        raise Refused("device_suspended")


def _clock_trusted(facts: Facts, lists: ApprovalList) -> None:
    if facts.quality == "floor" and facts.books.stamps >= lists.policy.clock_floor_stamps:
        raise Refused("clock_untrusted")


def _receipts_current(facts: Facts, lists: ApprovalList) -> None:
    books, policy = facts.books, lists.policy
    if books.unreceipted > policy.receipts_max_count:
        raise Refused("receipts_overdue", f"{books.unreceipted} entries")
    if books.unreceipted and books.oldest_ms > policy.receipts_max_age_s * 1000:
        raise Refused("receipts_overdue", f"{books.oldest_ms // 1000} s")


def _operator_known(facts: Facts, lists: ApprovalList) -> None:
    person = lists.roster.persons.get(facts.operator or "")
    if person is None or person.id in lists.grants.revoked_persons:
        raise Refused("operator_unknown")
    if not person.holds(OPERATOR, facts.now_ms):
        raise Refused("operator_unknown", "not in office as an operator")


def _grant(facts: Facts, lists: ApprovalList) -> Grant:
    if facts.grant in lists.grants.revoked_grants:
        raise Refused("grant_revoked")
    for grant in lists.grants.grants:
        if grant.id == facts.grant:
            return grant
    raise Refused("grant_unknown")


def _seal(facts: Facts, application: Application, item: Item, lists: ApprovalList) -> Seal:
    """A worn seal stamps never again, whatever a later list says; its successor stamps once two
    people have put it in.
    """
    seal, worn = lists.machine.seal(application.seal), facts.books.worn
    if seal is None or seal.kind not in item.seals:
        raise Refused("seal_mismatch")
    if seal.state != "active" or seal.id in worn:
        raise Refused("seal_suspended", "worn" if seal.id in worn else seal.state)
    if seal.replaces is not None and seal.replaces not in worn:
        raise Refused("seal_absent", "not put in by two people yet")
    return seal


def _valid_now(case: Case) -> None:
    if case.facts.now_ms < case.application.not_before:
        raise Refused("grant_not_yet_valid")
    if case.facts.now_ms >= case.application.not_after:
        raise Refused("grant_expired")


def _unspent(case: Task) -> None:
    if case.facts.books.spent(case.grant.id) >= case.application.presses:
        raise Refused("grant_spent")


def _operator_named(case: Case) -> None:
    if case.facts.operator not in case.application.operators:
        raise Refused("operator_not_named")


def _operator_apart(case: Case) -> None:
    operator = case.facts.operator
    if operator in {approval.person for approval in case.grant.approvals}:
        raise Refused("operator_is_approver")
    if operator == case.application.applicant and not case.item.applicant_may_operate:
        raise Refused("same_person")
    if case.lists.policy.officers_operate:
        return
    person = case.lists.roster.persons.get(operator or "")
    if person is not None and any(person.holds(one, case.facts.now_ms) for one in OFFICERS):
        raise Refused("operator_not_named", "secretary and director do not operate")


def _seal_present(case: Task) -> None:
    body = case.facts.body
    if body is not None and body.slots.get(case.seal.slot) != case.seal.rfid:
        raise Refused("seal_absent")


def _case_closed(case: Task) -> None:
    if case.facts.body is not None and not case.facts.body.case_closed:
        raise Refused("case_open")


def _body_sound(case: Task) -> None:
    body = case.facts.body
    if body is None:
        raise Refused("hardware_fault", "the head does not answer")
    _case_closed(case)
    if body.fault is not None or not body.engaged:
        raise Refused("hardware_fault", body.fault or "the lock is not engaged")
    if not body.ready:
        raise Refused("busy", "the carriage moves")
    if body.slot != case.seal.slot:
        raise Refused("hardware_fault", "another seal is under the press")


def _photo_taken(case: Task) -> None:
    if case.facts.findings is None:
        raise Refused("camera_unavailable", "no photo of this paper")
    if case.facts.photo_ms > PHOTO_AGE_MS:
        raise Refused("camera_unavailable", "the photo of this paper is too old")
    for finding, code in PHOTO_REFUSALS.items():
        if finding in case.facts.findings:
            raise Refused(code)


def _same_page(case: Case) -> None:
    use, findings = case.application.use(number_of(case)), case.facts.findings or ()
    if use == "seam" or not case.item.same_page:
        return
    if "page_mismatch" in findings or "page_match" not in findings:
        raise Refused("page_mismatch", "not seen to be an approved page")


MACHINE_RULES: Final = (_no_maintenance, _journal_whole, _journal_room)
LIST_RULES: Final = (
    _list_fresh,
    _receipt_known,
    _device_active,
    _clock_trusted,
    _receipts_current,
    _operator_known,
)
GRANT_RULES: Final = (_valid_now, _unspent, _operator_named, _operator_apart, _seal_present)
BODY_RULES: Final = (_body_sound,)
PHOTO_RULES: Final = (_photo_taken, _same_page)

CONTACT_RULES: Final = (_list_fresh, _receipts_current)
"""Those of LIST_RULES that fail when contact does."""
EMERGENCY_LIST_RULES: Final = (_receipt_known, _device_active, _clock_trusted)
SHUT_RULES: Final = (_seal_present, _case_closed)
TASK_RULES: Final = (_unspent, _body_sound)
BLANK_RULES: Final = (_photo_taken,)
"""The same rules as they are held in an emergency: see `sealctl.emergency`."""
