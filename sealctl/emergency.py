"""Whether an emergency may be declared, and whether the lock may open in one: the rules.

Calls only `sealctl.{facts,rules}` and `wire`. Pure.

What has failed is excused, nothing else: without contact for the policy's time, an expired list and
overdue receipts; without a camera, the pictures. Everything else stops an emergency as it stops
an ordinary stamp: suspension, revocation, an open case, a broken journal, a full disk, maintenance,
an untrusted clock. It ends as soon as what had failed is back.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sealctl import rules
from sealctl.facts import Facts, Permit
from wire.approval import emergency
from wire.approval.emergency import Emergency
from wire.lists.content import ApprovalList, Grant, Policy, Seal
from wire.refusals import Refused


@dataclass(frozen=True)
class Plight:
    """What has failed, and how much was stamped since it worked.

    `silence_ms` without contact in the machine's running time; `online` where the courier says that
    it has the broker; `blind` where the camera did not answer; `silent_presses` since the township
    was heard, `blind_presses` since a picture was taken.
    """

    silence_ms: int
    online: bool
    blind: bool
    silent_presses: int
    blind_presses: int


@dataclass(frozen=True)
class Failed:
    """What counts as failed by the policy."""

    contact: bool
    camera: bool


@dataclass(frozen=True)
class Emergent:
    """An emergency with what it rests on: the Task that the rules of the body look at."""

    facts: Facts
    lists: ApprovalList
    grant: Grant
    application: Emergency
    seal: Seal


def judge_plight(plight: Plight, policy: Policy, presses: int = 1) -> Failed:
    """What has failed, where anything has and so many presses are left; raises Refused.

    Codes: emergency_not_now, emergency_capped.
    """
    silent = plight.silence_ms >= policy.emergency_after_s * 1000 and not plight.online
    failed = Failed(silent, plight.blind)
    if not (failed.contact or failed.camera):
        raise Refused("emergency_not_now", f"{plight.silence_ms // 1000} s without contact")
    made = max(
        plight.silent_presses if failed.contact else 0,
        plight.blind_presses if failed.camera else 0,
    )
    if made + presses > policy.emergency_presses:
        raise Refused("emergency_capped", f"{made} of {policy.emergency_presses} made")
    return failed


def judge_machine(facts: Facts, failed: Failed) -> ApprovalList:
    """The rules that concern the machine whatever is to be stamped; raises Refused."""
    for rule in rules.MACHINE_RULES:
        rule(facts)
    lists = rules.in_force(facts)
    for check in rules.EMERGENCY_LIST_RULES + (() if failed.contact else rules.CONTACT_RULES):
        check(facts, lists)
    return lists


def judge(facts: Facts, grant: Grant, plight: Plight, presses: int) -> tuple[Emergent, Failed]:
    """All rules but those of the codes and the photo; raises Refused with the first that fails."""
    failed = judge_plight(plight, rules.in_force(facts).policy, presses)
    lists = judge_machine(facts, failed)
    asked = emergency.decode(grant.subject)
    emergency.judge(asked, lists)
    seal = lists.machine.seal(asked.seal)
    if seal is None:
        raise Refused("seal_mismatch")
    task = Emergent(facts, lists, grant, asked, seal)
    for rule in rules.SHUT_RULES:
        rule(task)
    return task, failed


def decide(facts: Facts, grant: Grant, plight: Plight) -> Permit:
    """All rules, for one press of a declared emergency; raises Refused."""
    task, failed = judge(facts, grant, plight, 1)
    blind = failed.camera and facts.findings is None
    seen: tuple[Callable[[Emergent], None], ...] = () if blind else rules.BLANK_RULES
    for rule in rules.TASK_RULES + seen:
        rule(task)
    body, item = facts.body, task.lists.catalogue.items[task.application.item]
    if body is None:
        raise Refused("hardware_fault")
    return Permit(
        grant=grant.id,
        application=task.application,
        item=item,
        seal=task.seal,
        sheet=rules.number_of(task),
        use="full",
        operator=task.application.operator,
        lists=task.lists,
        bound_ms=task.lists.policy.press_timeout_ms,
        unlatches=body.unlatches,
        presses=body.presses,
        blind=blind,
    )
