"""A correction (作废): one stamp declared void by an approver's signature. Nothing is undone by it.

Calls only `wire.shape`, its siblings of `wire.approval`, `wire.lists` and `wire.refusals`. Judged
alike by machine, hub and inspector.

The rules, in the order in which they are held:
 * The subject is of the machine of the list, and names the entry of that stamp (`grant_unknown`).
 * It was approved (`grant_void`) under a step of any chain of the item, as the catalogue has it now
   (`approval_invalid`).
 * Whoever signed could approve that step when the correction was made: the office's holders, or
   its substitutes where there is none, as for a stamp (`approver_not_entitled`). One signature is
   enough: it takes power from a paper and gives none. Whoever operated the stamp does not sign
   (`operator_is_approver`).
 * It is proved as approvals of that item are (`approval_suite`, `approval_invalid`).
"""

from dataclasses import dataclass
from typing import Final

from wire import shape
from wire.approval import proof
from wire.approval.decision import Approval
from wire.approval.entitlement import eligible
from wire.approval.subject import subject_hash
from wire.lists.content import ApprovalList
from wire.lists.means import Span
from wire.refusals import Refused
from wire.shape import MAX_INT

KIND: Final = "correction"
CODE: Final = "subject"
LIMIT: Final = 4096
STATES: Final = ("cancelled", "lost")
"""The original lies here and is cancelled; or nobody knows where it is."""


@dataclass(frozen=True)
class Correction:
    """`stamped` and `entry` are seq and hash of the entry that is answered, `replacement` the grant
    (subject hash) of the stamp that takes its place; `created` is ms since 1970 UTC.
    """

    id: bytes
    village: str
    device: str
    machine: bytes
    item: str
    stamped: int
    entry: bytes
    state: str
    reason: str
    replacement: bytes | None
    created: int


@dataclass(frozen=True)
class Stamp:
    """What is known of the stamp that a correction answers: its entry, its item, who operated."""

    seq: int
    entry: bytes
    item: str
    operator: str


def encode(correction: Correction) -> bytes:
    """Deterministic CBOR {v, type, …}; raises WireError('subject') for what would not be read."""
    return shape.encode(_CORRECTION, correction, CODE)


def decode(data: bytes) -> Correction:
    """Strict inverse of encode; raises WireError('subject' or 'cbor')."""
    return shape.decode(_CORRECTION, data, CODE, limit=LIMIT)


def judge(data: bytes, approval: Approval, stamp: Stamp, lists: ApprovalList) -> Correction:
    """The correction, where every rule holds; else raises Refused, WireError for other bytes."""
    found = decode(data)
    check_bound(found, stamp, lists)
    if approval.decision != "approve":
        raise Refused("grant_void", "returned by an approver")
    if approval.step not in steps(found, lists):
        raise Refused("approval_invalid", "no step of the item's chain")
    if approval.person == stamp.operator:
        raise Refused("operator_is_approver")
    if approval.person not in entitled(found, approval.step, stamp.operator, lists):
        raise Refused("approver_not_entitled", f"for the step {approval.step}")
    item = lists.catalogue.items[found.item]
    proof.check(approval, subject_hash(data), lists, item, within(found), kind=KIND)
    return found


def within(found: Correction) -> Span:
    """When an SM2 key that signs it has to be valid: a correction has no end."""
    return found.created, MAX_INT


def check_bound(found: Correction, stamp: Stamp, lists: ApprovalList) -> None:
    """Of this machine and of that stamp; raises Refused('grant_unknown')."""
    machine = lists.machine
    here = (machine.village, machine.device, machine.kid, stamp.item, stamp.seq, stamp.entry)
    said = (found.village, found.device, found.machine, found.item, found.stamped, found.entry)
    if said != here:
        raise Refused("grant_unknown", "of another machine or stamp")


def steps(found: Correction, lists: ApprovalList) -> tuple[str, ...]:
    """The steps of the item's chains; none for an item that the catalogue has no more."""
    item = lists.catalogue.items.get(found.item)
    return () if item is None else tuple(one.step for one in item.steps)


def entitled(found: Correction, step: str, operator: str, lists: ApprovalList) -> tuple[str, ...]:
    """Ids of the persons who may sign it by that step."""
    item = lists.catalogue.items[found.item]
    index = steps(found, lists).index(step)
    persons = eligible(
        item.steps, index, lists.roster, found.created, excluded={operator}, taken={}
    )
    return tuple(one.id for one in persons if one.id not in lists.grants.revoked_persons)


_CORRECTION: Final = shape.record(
    Correction,
    {
        "id": shape.octets(32),
        "village": shape.ID,
        "device": shape.DEVICE,
        "machine": shape.octets(16),
        "item": shape.ID,
        "stamped": shape.integer(1),
        "entry": shape.octets(32),
        "state": shape.choice(*STATES),
        "reason": shape.text(200),
        "replacement": shape.maybe(shape.octets(32)),
        "created": shape.integer(0),
    },
    fixed={"v": 1, "type": "correction"},
)
