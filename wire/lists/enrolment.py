"""A request to put passkeys on the roster (登记文件): what was made, for whom, and who saw it.

Calls only `wire.cbor`, `wire.shape` and `wire.approval.assertion`. It says nothing of whether any
of it holds: the officers' tool judges that (`county.enrolment`, `county.second_officer`).
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from wire import cbor, shape
from wire.approval.assertion import ASSERTION, Assertion

CODE: Final = "enrolment"
LIMIT: Final = 64 << 10
PAPERS: Final = ("id_card", "temporary_id_card", "passport")
"""By which the second officer knew the person."""
MOST: Final = 4


@dataclass(frozen=True)
class NewPasskey:
    """What navigator.credentials.create() gave for one passkey."""

    client_data: bytes
    attestation_object: bytes


@dataclass(frozen=True)
class EnrolmentRequest:
    """`witness` is the second officer; `time` in ms since 1970 UTC."""

    rp_id: str
    person: str
    witness: str
    time: int
    paper: str
    made: tuple[NewPasskey, ...]

    @property
    def challenge(self) -> bytes:
        """What each of the new passkeys was made for."""
        return creation(self.rp_id, self.person, self.witness, self.time)


@dataclass(frozen=True)
class Enrolment:
    """The file: a request's bytes, and the second officer's passkey over them; None where nobody
    had one yet.
    """

    request: bytes
    seen: Assertion | None


def creation(rp_id: str, person: str, witness: str, time: int) -> bytes:
    """The challenge under which a key of that person is made."""
    names = {"rp_id": rp_id, "person": person, "witness": witness, "time": time}
    return sha256(cbor.encode({"v": 1, "type": "enrolment", **names})).digest()


def confirmation(request: bytes) -> bytes:
    """What the second officer's passkey signs for a request's bytes."""
    digest = sha256(request).digest()
    return sha256(cbor.encode({"v": 1, "kind": "enrolment", "request": digest})).digest()


def encode_request(value: EnrolmentRequest) -> bytes:
    """Raises WireError('enrolment') for what could not be read back."""
    return shape.encode(_REQUEST, value, CODE)


def decode_request(data: bytes) -> EnrolmentRequest:
    """Raises WireError('enrolment' or 'cbor')."""
    return shape.decode(_REQUEST, data, CODE, limit=LIMIT)


def encode(value: Enrolment) -> bytes:
    """The file's bytes; raises WireError('enrolment')."""
    return shape.encode(_ENROLMENT, value, CODE)


def decode(data: bytes) -> tuple[EnrolmentRequest, Enrolment]:
    """A file, and the request in it; raises WireError('enrolment' or 'cbor')."""
    found = shape.decode(_ENROLMENT, data, CODE, limit=LIMIT)
    return decode_request(found.request), found


_MADE: Final = shape.record(
    NewPasskey, {"client_data": shape.octets(2, 4096), "attestation_object": shape.octets(1, 8192)}
)

_REQUEST: Final = shape.record(
    EnrolmentRequest,
    {
        "rp_id": shape.text(253),
        "person": shape.ID,
        "witness": shape.ID,
        "time": shape.integer(0),
        "paper": shape.choice(*PAPERS),
        "made": shape.array(_MADE, MOST, least=1),
    },
    fixed={"v": 1, "type": "passkeys"},
)

_ENROLMENT: Final = shape.record(
    Enrolment,
    {"request": shape.octets(1, LIMIT), "seen": shape.maybe(ASSERTION)},
    fixed={"v": 1, "type": "enrolment"},
)
