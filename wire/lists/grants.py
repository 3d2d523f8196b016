"""The hub's own file in a machine's list: grants with their approvals, and what is taken back.

Calls only `wire.approval` and `wire.lists.later`. Nothing in it can add a person, a passkey, a
machine or a seal.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from wire import shape
from wire.approval import subject
from wire.approval.absence import SIGNED_ABSENCE, SignedAbsence
from wire.approval.decision import APPROVAL, Approval
from wire.errors import WireError
from wire.lists.later import LATER


@dataclass(frozen=True)
class Grant:
    """The exact bytes of an application, the approvals given to it, and the statements of absence
    that they lean on.
    """

    subject: bytes
    approvals: tuple[Approval, ...]
    absences: tuple[SignedAbsence, ...] = ()

    @cached_property
    def id(self) -> bytes:
        """The subject's hash, by which revocations and records name the grant."""
        return subject.subject_hash(self.subject)


@dataclass(frozen=True)
class SignedCorrection:
    """The exact bytes of a correction and the approver's signature; see wire.approval.correction,
    which judges them.
    """

    subject: bytes
    approval: Approval

    @property
    def id(self) -> bytes:
        """The subject's hash."""
        return subject.subject_hash(self.subject)


@dataclass(frozen=True)
class Grants:
    """What the hub tells one machine; `receipted` is the last (seq, entry hash) that it holds.

    `revoked_grants` are subject hashes, `revoked_credentials` credential ids, `corrections` those
    that the machine has not written into its journal yet.
    """

    version: int
    device: str
    grants: tuple[Grant, ...]
    revoked_grants: tuple[bytes, ...]
    revoked_persons: tuple[str, ...]
    revoked_credentials: tuple[bytes, ...]
    receipted: tuple[int, bytes] | None
    corrections: tuple[SignedCorrection, ...] = ()


def _load_subject(value: object) -> bytes:
    data = shape.octets(1, subject.LIMIT).load(value)
    try:
        subject.decode(data)
    except WireError as error:
        raise shape.ShapeError(error.detail) from error
    return data


def _load_receipted(value: object) -> tuple[int, bytes]:
    if not isinstance(value, list) or len(value) != 2:
        raise shape.ShapeError("seq and entry hash expected")
    return shape.integer(1).load(value[0]), shape.octets(32).load(value[1])


def _check(grants: Grants) -> None:
    if len({grant.id for grant in grants.grants}) != len(grants.grants):
        raise shape.ShapeError("one application stands twice")
    if len({one.id for one in grants.corrections}) != len(grants.corrections):
        raise shape.ShapeError("one correction stands twice")


_GRANT: Final = shape.remembered(
    shape.record(
        Grant,
        {
            "subject": shape.Shape(_load_subject, bytes),
            "approvals": shape.array(APPROVAL, 16),
            "absences": shape.array(SIGNED_ABSENCE, 16),
        },
        later=LATER["grant"],
    ),
    1024,
)

_CORRECTION: Final = shape.record(
    SignedCorrection, {"subject": shape.octets(1, 4096), "approval": APPROVAL}
)

GRANTS: Final = shape.record(
    Grants,
    {
        "version": shape.integer(1),
        "device": shape.DEVICE,
        "grants": shape.array(_GRANT, 2000),
        "revoked_grants": shape.array(shape.octets(32), 10_000, unique=True),
        "revoked_persons": shape.array(shape.ID, 2000, unique=True),
        "revoked_credentials": shape.array(shape.octets(1, 1023), 10_000, unique=True),
        "receipted": shape.maybe(shape.Shape(_load_receipted, list[object])),
        "corrections": shape.array(_CORRECTION, 500),
    },
    fixed={"v": 1, "type": "grants"},
    check=_check,
)
