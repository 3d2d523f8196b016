"""One person's decision on one step of one subject, and the challenge that his key signs.

Calls only `wire.{cbor,shape}`, `wire.approval.assertion` and `wire.approval.sm2`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from wire import cbor, shape
from wire.approval.assertion import ASSERTION, Assertion
from wire.approval.sm2 import SM2_SIGNATURE, Sm2Signature

CODE: Final = "assertion"
DECISIONS: Final = ("approve", "return")


@dataclass(frozen=True)
class Approval:
    """What a person decided (approve or return) on a step, under which roster, and his proof: what
    his passkey gave, in the field `assertion`, or his SM2 key's signature, in the field `sm2`.
    """

    step: str
    person: str
    decision: str
    roster: int
    proof: Assertion | Sm2Signature


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

_DECISION: Final[shape.Shape[dict[str, Any]]] = shape.record(dict[str, Any], _DECISION_FIELDS)
_FORMS: Final[Mapping[str, tuple[type, shape.Shape[Any]]]] = {
    "assertion": (Assertion, ASSERTION),
    "sm2": (Sm2Signature, SM2_SIGNATURE),
}
"""The name of a proof's field, by which its form is known."""


def _load_approval(value: object) -> Approval:
    if not isinstance(value, dict) or len(names := _FORMS.keys() & value.keys()) != 1:
        raise shape.ShapeError(f"a decision with one of {', '.join(_FORMS)} expected")
    (name,) = names
    rest = {field: one for field, one in value.items() if field != name}
    try:
        proof = _FORMS[name][1].load(value[name])
    except shape.ShapeError as error:
        raise shape.ShapeError(f"{name}: {error}") from error
    return Approval(**_DECISION.load(rest), proof=proof)


def _dump_approval(approval: Approval) -> object:
    name = next(name for name, (kind, _) in _FORMS.items() if isinstance(approval.proof, kind))
    fields = {field: getattr(approval, field) for field in _DECISION_FIELDS}
    fields[name] = _FORMS[name][1].dump(approval.proof)
    return {field: fields[field] for field in cbor.ordered(tuple(fields))}


APPROVAL: Final = shape.Shape(_load_approval, _dump_approval)

_CHALLENGE: Final = shape.record(
    _Challenge,
    {
        "kind": shape.choice("application", "correction", "absence", "exit_sheet", "release"),
        "subject": shape.octets(32),
        **_DECISION_FIELDS,
    },
    fixed={"v": 1},
)
