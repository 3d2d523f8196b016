"""The one way in which anything is approved: freeze a subject, then take each person's decision.

Calls `hub.approvals.models`, `hub.devices.authority`, `hub.revocations` and `wire`. The same code
as the machine's judges every proof here; triggers hold what must hold whatever it does.
"""

from collections.abc import Collection
from typing import Final

from django.db import IntegrityError, transaction

from hub import clock
from hub.approvals.models import Approval, Subject
from hub.devices import authority
from hub.revocations import service as revocations
from wire.approval import correction, proof, subject
from wire.approval.assertion import Assertion
from wire.approval.decision import Approval as Decision
from wire.approval.sm2 import Sm2Signature
from wire.lists.content import ApprovalList, Grants, Item
from wire.refusals import Refused


def freeze(
    kind: str, data: bytes, *, proposer: str, excluded: Collection[str], now_ms: int
) -> Subject:
    """Keep the exact bytes that people will sign, and who never does."""
    return Subject.objects.create(
        hash=subject.subject_hash(data),
        kind=kind,
        data=data,
        proposer=proposer,
        excluded=sorted(excluded),
        created_ms=now_ms,
    )


def submit(
    found: Subject,
    decision: Decision,
    *,
    entitled: Collection[str],
    lists: ApprovalList,
    now_ms: int,
) -> Approval:
    """Take one decision; `entitled` are the persons who may take this step now. An SM2 key has to
    be valid now.

    Raises Refused: approver_not_entitled, approval_suite, approval_invalid, same_person,
    grant_void, unknown_item.
    """
    if any(one.decision == "return" for one in found.approvals.all()):
        raise Refused("grant_void", "returned by an approver")
    if decision.person not in entitled:
        raise Refused("approver_not_entitled")
    if decision.roster != lists.roster.version:
        raise Refused("approval_invalid", "signed under another version of the roster")
    item, now = _item(found, lists), (now_ms, now_ms + 1)
    proof.check(decision, bytes(found.hash), lists, item, now, kind=found.kind)
    return keep(found, decision, now_ms)


def keep(found: Subject, decision: Decision, now_ms: int) -> Approval:
    """Take one decision that the subject's own rules have judged.

    Raises Refused: grant_void for what was returned, same_person.
    """
    if any(one.decision == "return" for one in found.approvals.all()):
        raise Refused("grant_void", "returned by an approver")
    try:
        with transaction.atomic():
            return Approval.objects.create(
                subject=found,
                step=decision.step,
                person=decision.person,
                decision=decision.decision,
                roster=decision.roster,
                **_columns(decision.proof),
                received_ms=now_ms,
            )
    except IntegrityError as error:
        raise Refused("same_person", "the step or the person is taken") from error


def decisions(found: Subject) -> list[Decision]:
    """The decisions taken, in the order in which they came."""
    return [
        Decision(one.step, one.person, one.decision, one.roster, _proof(one))
        for one in sorted(found.approvals.all(), key=lambda one: one.pk)
    ]


def approval_list(device: str) -> ApprovalList:
    """The officers' list as that machine's rules see it, without grants, with what is revoked.

    Raises Refused('device_suspended') for a machine that is on no list.
    """
    machine = authority.machines().get(device)
    if machine is None:
        raise Refused("device_suspended", "on no list")
    gone = revocations.current(clock.now_ms())
    return ApprovalList(
        catalogue=authority.catalogue(),
        roster=authority.rosters()[machine.village],
        policy=authority.policy(),
        machine=machine,
        grants=Grants(1, device, (), gone.grants, gone.persons, gone.credentials, None),
        version=1,
        expires_ms=0,
        sha256=bytes(32),
    )


def _item(found: Subject, lists: ApprovalList) -> Item:
    """What the subject is about, as the catalogue has it."""
    form = correction if found.kind == correction.KIND else subject
    item = lists.catalogue.items.get(form.decode(bytes(found.data)).item)
    if item is None:
        raise Refused("unknown_item")
    return item


def _columns(proof: Assertion | Sm2Signature) -> dict[str, bytes]:
    """A proof as it is kept; what an SM2 signature does not have is empty, and in no assertion is
    it.
    """
    if isinstance(proof, Sm2Signature):
        kept = (proof.key, b"", b"", proof.signature)
    else:
        kept = (
            proof.credential,
            proof.authenticator_data,
            proof.client_data,
            proof.signature,
        )
    return dict(zip(_KEPT, kept, strict=True))


def _proof(row: Approval) -> Assertion | Sm2Signature:
    """Inverse of _columns."""
    key, data, client, signature = (bytes(getattr(row, name)) for name in _KEPT)
    return Assertion(key, data, client, signature) if data else Sm2Signature(key, signature)


_KEPT: Final = ("credential", "authenticator_data", "client_data", "signature")
