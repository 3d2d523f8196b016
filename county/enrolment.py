"""The enrolment of a person's passkeys: what officers' tool or county page writes, read again.

Calls `county.authority` and `wire`. Pure.

The file's form is `wire.lists.enrolment`; each passkey is held against `wire.approval.creation`.
Credential id, public key, algorithm and model come out of its attestation object: nothing is
believed that stands beside it. Whether the second officer's confirmation holds is judged by
`county.second_officer`.

The rules besides, each refused as AuthorityError:
 * Each passkey's challenge names rpId, person, second officer and time: a file whose names were
   changed by hand does not fit. Second officer and person are two people.
 * It was made for the policy's rpId and on an origin of the policy; none stands twice. Whose hand
   held the authenticator only people know.
"""

from dataclasses import dataclass
from typing import Any, NoReturn

from county.authority import AuthorityError
from wire.approval import creation
from wire.approval.assertion import Assertion
from wire.errors import WireError
from wire.lists import enrolment as form
from wire.lists.content import Passkey, Policy
from wire.lists.enrolment import Enrolment, EnrolmentRequest, NewPasskey


@dataclass(frozen=True)
class Subject:
    """Whose key it is to be, who is the second officer, and when (ms since 1970 UTC)."""

    rp_id: str
    person: str
    witness: str
    time: int

    @property
    def challenge(self) -> bytes:
        return form.creation(self.rp_id, self.person, self.witness, self.time)

    @property
    def fields(self) -> dict[str, Any]:
        named = {"rp_id": self.rp_id, "person": self.person, "witness": self.witness}
        return {"v": 1, "type": "enrolment", **named, "time": self.time}


@dataclass(frozen=True)
class Key:
    """`model` is the authenticator's AAGUID, all zeros where it does not tell."""

    passkey: Passkey
    alg: str
    model: str


@dataclass(frozen=True)
class Enrolled:
    """What a file asks for; `request` are the bytes that `seen` is over."""

    person: str
    witness: str
    time: int
    paper: str
    keys: tuple[Key, ...]
    request: bytes
    seen: Assertion | None


def write(subject: Subject, paper: str, made: tuple[NewPasskey, ...]) -> bytes:
    """The file's bytes, not yet confirmed by the second officer."""
    request = EnrolmentRequest(
        subject.rp_id, subject.person, subject.witness, subject.time, paper, made
    )
    return form.encode(Enrolment(form.encode_request(request), None))


def confirmed(data: bytes, seen: Assertion) -> bytes:
    """The same file with the second officer's passkey over it."""
    return form.encode(Enrolment(form.decode(data)[1].request, seen))


def read(data: bytes, policy: Policy) -> Enrolled:
    """Hold a file against the rules above; raises AuthorityError."""
    try:
        request, file = form.decode(data)
    except WireError as error:
        raise AuthorityError(f"不是登记文件。 Not an enrolment file: {error}") from error
    if request.rp_id != policy.rp_id:
        _refuse(f"这是为 {request.rp_id} 登记的", f"enrolled for {request.rp_id}")
    if request.person == request.witness:
        _refuse("本人不能给自己作证", "nobody is the second officer of his own enrolment")
    keys = tuple(_key(made, request, policy) for made in request.made)
    if len({one.passkey.credential for one in keys}) < len(keys):
        _refuse("同一把钥匙登记了两次", "one passkey stands in it twice")
    return Enrolled(
        request.person,
        request.witness,
        request.time,
        request.paper,
        keys,
        file.request,
        file.seen,
    )


def _key(made: NewPasskey, request: EnrolmentRequest, policy: Policy) -> Key:
    try:
        found = creation.verify(
            made.client_data,
            made.attestation_object,
            challenge=request.challenge,
            rp_id=policy.rp_id,
            origins=policy.origins,
        )
    except WireError as error:
        _refuse("钥匙不是这样登记出来的", error.detail)
    return Key(Passkey(found.credential, found.public_key), found.alg, found.model)


def _refuse(zh: str, en: str) -> NoReturn:
    raise AuthorityError(f"登记文件不能用：{zh}。 The enrolment cannot be used: {en}.")
