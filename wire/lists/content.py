"""The files of an approval list (清单) as typed values, and the whole list as the rules see it.

Calls only its siblings of `wire.lists`. Files are deterministic CBOR {v, type, version, …}.
"""

from dataclasses import dataclass
from typing import Any, Final, TypeVar

from wire import shape
from wire.lists.catalogue import CATALOGUE, Band, Catalogue, Item, Step
from wire.lists.grants import GRANTS, Grant, Grants, SignedCorrection
from wire.lists.machines import MACHINES, EmergencyCode, Machine, Machines, Seal
from wire.lists.policy import POLICY, Policy
from wire.lists.roster import ROSTER, Passkey, Person, Roster, Sm2Key, Term
from wire.sig import PublicKey

__all__ = [
    "ApprovalList",
    "Band",
    "Catalogue",
    "EmergencyCode",
    "Grant",
    "Grants",
    "Item",
    "Machine",
    "Machines",
    "Passkey",
    "Person",
    "Policy",
    "Roster",
    "Seal",
    "SignedCorrection",
    "Sm2Key",
    "Step",
    "Term",
    "decode",
    "encode",
]

CODE: Final = "list"
LIMIT: Final = 4 << 20

T = TypeVar("T")


@dataclass(frozen=True)
class ApprovalList:
    """One adopted list. `machine` is the reader's own entry, `version` the timestamp's,
    `expires_ms` the earliest expiry of all its signed parts, `sha256` that of the bundle, `online`
    whom the officers let speak for the machine (`wire.lists.online`).
    """

    catalogue: Catalogue
    roster: Roster
    policy: Policy
    machine: Machine
    grants: Grants
    version: int
    expires_ms: int
    sha256: bytes
    online: tuple[PublicKey, ...] = ()


def encode(value: Catalogue | Roster | Machines | Policy | Grants) -> bytes:
    """File bytes; raises WireError('list') for a value that could not be read back."""
    return shape.encode(_SHAPES[type(value)], value, CODE)


def decode(kind: type[T], data: bytes) -> T:
    """File bytes of one kind (Catalogue, Roster, …) → value; raises WireError('list' or 'cbor')."""
    value: T = shape.decode(_SHAPES[kind], data, CODE, limit=LIMIT)
    return value


_SHAPES: Final[dict[type, shape.Shape[Any]]] = {
    Catalogue: CATALOGUE,
    Roster: ROSTER,
    Machines: MACHINES,
    Policy: POLICY,
    Grants: GRANTS,
}
