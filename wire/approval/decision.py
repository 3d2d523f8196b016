"""One person's decision on one step of one subject, and the challenge that his passkey signs.

Calls only `wire.shape` and `wire.approval.assertion`.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, Final

from wire import shape
from wire.approval.assertion import ASSERTION, Assertion

CODE: Final = "assertion"
DECISIONS: Final = ("approve", "return")


@dataclass(frozen=True)
class Approval:
    """What a person decided (approve or return) on a step, under which roster, and his proof."""

    step: str
    person: str
    decision: str
    roster: int
    assertion: Assertion


@dataclass(frozen=True)
class _Challenge:
    kind: str
    subject: bytes
    step: str
    person: str
    decision: str
    roster: int


def challenge(
    kind: str, subject: bytes, step: str, person: str, decision: str, roster: int
) -> bytes:
    """SHA-256 of CBOR {v, kind, subject hash, step, person, decision, roster version}: 32 bytes.

    `subject` is the subject's hash. Raises WireError('assertion') for values out of bounds.
    """
    content = _Challenge(kind, subject, step, person, decision, roster)
    return hashlib.sha256(shape.encode(_CHALLENGE, content, CODE)).digest()


def challenge_of(kind: str, subject: bytes, approval: Approval) -> bytes:
    """The challenge that this approval must have signed for the subject of that hash."""
    return challenge(
        kind, subject, approval.step, approval.person, approval.decision, approval.roster
    )


_DECISION_FIELDS: Final[dict[str, shape.Shape[Any]]] = {
    "step": shape.ID,
    "person": shape.ID,
    "decision": shape.choice(*DECISIONS),
    "roster": shape.integer(1),
}

APPROVAL: Final = shape.record(Approval, {**_DECISION_FIELDS, "assertion": ASSERTION})

_CHALLENGE: Final = shape.record(
    _Challenge,
    {
        "kind": shape.choice("application", "correction"),
        "subject": shape.octets(32),
        **_DECISION_FIELDS,
    },
    fixed={"v": 1},
)
