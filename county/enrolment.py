"""The enrolment of a person's passkeys: what officers' tool or county page writes, read again.

Calls `county.authority`, `wire` and `fido2`. Pure. Source: W3C WebAuthn Level 2, section 7.1.

The file's form is `wire.lists.enrolment`. Credential id, public key, algorithm and model come out
of each attestation object: nothing is believed that stands beside it. Whether the second officer's
confirmation holds is judged by `county.second_officer`.

The rules, each refused as AuthorityError:
 * Each passkey's challenge names rpId, person, second officer and time: a file whose names were
   changed by hand does not fit. Second officer and person are two people.
 * The client data is of `webauthn.create`, on an origin of the policy, not within another page.
 * The authenticator data is for the policy's rpId, with the user present and verified.
 * The key is one that rosters take (`wire.approval.assertion`), and an attestation, where there is
   one, holds; none of them stands twice. Whose hand held the authenticator only people know.
"""

import struct
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from fido2 import cbor as fido_cbor
from fido2.attestation.base import Attestation, InvalidData, UnsupportedType
from fido2.attestation.base import InvalidSignature as InvalidStatement
from fido2.webauthn import AttestationObject, AuthenticatorData, CollectedClientData

from county.authority import AuthorityError
from wire.approval.assertion import Assertion, cose_key
from wire.errors import WireError
from wire.lists import enrolment as form
from wire.lists.content import Passkey, Policy
from wire.lists.enrolment import Enrolment, EnrolmentRequest, NewPasskey

FLAG: Final = AuthenticatorData.FLAG
_MALFORMED: Final = (WireError, ValueError, LookupError, TypeError, RecursionError, struct.error)
"""What `wire` and `fido2` raise for bytes that are not what they should be."""
_ALGORITHMS: Final = {-7: "ES256", -8: "EdDSA"}


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
        return _read(data, policy)
    except AuthorityError:
        raise
    except _MALFORMED as error:
        raise AuthorityError(f"不是登记文件。 Not an enrolment file: {error}") from error
    except (InvalidSignature, InvalidStatement, InvalidData, UnsupportedType) as error:
        raise AuthorityError(
            "登记文件的设备证明不对，请重新登记。 The authenticator's attestation does not hold."
        ) from error


def _read(data: bytes, policy: Policy) -> Enrolled:
    request, file = form.decode(data)
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
    _check_client(made.client_data, request, policy)
    attested = AttestationObject(made.attestation_object)
    found = _checked(attested, policy)
    digest = sha256(made.client_data).digest()
    Attestation.for_type(attested.fmt)().verify(attested.att_stmt, attested.auth_data, digest)
    public_key = fido_cbor.encode(found.public_key)
    cose_key(public_key)
    passkey = Passkey(found.credential_id, public_key)
    return Key(passkey, _ALGORITHMS[found.public_key[3]], str(found.aaguid))


def _check_client(client_data: bytes, request: EnrolmentRequest, policy: Policy) -> None:
    client = CollectedClientData(client_data)
    if client.type != CollectedClientData.TYPE.CREATE:
        raise ValueError("webauthn.create expected")
    if client.challenge != request.challenge:
        _refuse("姓名或时间被改过", "it was made for other names or another time")
    if client.origin not in policy.origins or client.cross_origin:
        _refuse(f"不是在县级页面上登记的（{client.origin}）", f"made on {client.origin}")


def _checked(made: AttestationObject, policy: Policy) -> Any:
    data = made.auth_data
    if data.rp_id_hash != sha256(policy.rp_id.encode()).digest():
        raise ValueError("for another rpId")
    if not data.flags & FLAG.UP or not data.flags & FLAG.UV:
        _refuse("没有验证本人（PIN、指纹或人脸）", "the user was not verified by PIN or finger")
    if data.credential_data is None:
        raise ValueError("without a credential")
    return data.credential_data


def _refuse(zh: str, en: str) -> None:
    raise AuthorityError(f"登记文件不能用：{zh}。 The enrolment cannot be used: {en}.")
