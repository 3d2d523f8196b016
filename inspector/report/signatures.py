"""Approvers' signatures as the report's page carries them for its own script. Pure.

Calls `inspector.records` and `wire`. Bytes are base64.
"""

import base64
from typing import Any

from inspector.records import Record
from wire.approval.decision import Approval
from wire.approval.sm2 import Sm2Signature
from wire.lists.content import ApprovalList


def carried(record: Record) -> dict[str, Any]:
    """Of an opening: where passkeys may sign, and each approval with its passkey. Of one by an SM2
    key the script says that it cannot tell.
    """
    lists, wanted = record.lists, record.entry.body["grant"]
    if lists is None:
        return {"rp_id": "", "origins": [], "approvals": []}
    found = next((one.approvals for one in lists.grants.grants if one.id == wanted), ())
    return {
        "rp_id": lists.policy.rp_id,
        "origins": list(lists.policy.origins),
        "approvals": [_approval(one, lists) for one in found],
    }


def _approval(one: Approval, lists: ApprovalList) -> dict[str, Any]:
    said = {
        "step": one.step,
        "person": one.person,
        "decision": one.decision,
        "roster": one.roster,
    }
    made = one.proof
    if isinstance(made, Sm2Signature):
        return {**said, "sm2": _text(made.signature)}
    person = lists.roster.persons[one.person]
    key = next(key for key in person.passkeys if key.credential == made.credential)
    return {
        **said,
        "key": _text(key.public_key),
        "authenticator": _text(made.authenticator_data),
        "client": _text(made.client_data),
        "signature": _text(made.signature),
    }


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
