"""The enrolment of one passkey: what the officers' tool or the county's page writes, read again.

Calls `county.authority`, `wire` and `fido2`. Pure. Source: W3C WebAuthn Level 2, section 7.1.

The file is JSON: {"v": 1, "type": "enrolment", "rp_id", "person", "witness", "time" (ms since 1970
UTC), "client_data", "attestation_object"}, the last two as base64url. Credential id, public key,
algorithm and model come out of the attestation object: nothing is believed that stands beside it.

The rules, each refused as AuthorityError:
 * The challenge is SHA-256 of the deterministic CBOR of {v, type, rp_id, person, witness, time}: a
   file whose names were changed by hand does not fit. Witness and person are two people.
 * The client data is of `webauthn.create`, on an origin of the policy, not within another page.
 * The authenticator data is for the policy's rpId, with the user present and verified.
 * The key is one that rosters take (`wire.approval.assertion`), and an attestation, where there is
   one, holds. Whose hand held the authenticator only the witness knows.
"""

import json
import struct
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from fido2 import cbor as fido_cbor
from fido2.attestation.base import Attestation, InvalidData, UnsupportedType
from fido2.attestation.base import InvalidSignature as InvalidStatement
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AuthenticatorData, CollectedClientData

from county.authority import AuthorityError
from wire import cbor, shape
from wire.approval.assertion import cose_key
from wire.errors import WireError
from wire.lists.content import Policy

LIMIT: Final = 64 << 10
FLAG: Final = AuthenticatorData.FLAG
_NAMES: Final = ("v", "type", "rp_id", "person", "witness", "time")
_FIELDS: Final = frozenset({*_NAMES, "client_data", "attestation_object"})
_MALFORMED: Final = (WireError, ValueError, LookupError, TypeError, RecursionError, struct.error)
"""What `json` and `fido2` raise for bytes that are not what they should be."""
_ALGORITHMS: Final = {-7: "ES256", -8: "EdDSA"}


@dataclass(frozen=True)
class Subject:
    """Whose passkey it is to be, who watched, and when (ms since 1970 UTC)."""

    rp_id: str
    person: str
    witness: str
    time: int

    @property
    def challenge(self) -> bytes:
        return sha256(cbor.encode({**self.fields})).digest()

    @property
    def fields(self) -> dict[str, Any]:
        named = {"rp_id": self.rp_id, "person": self.person, "witness": self.witness}
        return {"v": 1, "type": "enrolment", **named, "time": self.time}


@dataclass(frozen=True)
class Enrolment:
    """`model` is the authenticator's AAGUID, all zeros where it does not tell."""

    person: str
    witness: str
    time: int
    credential: bytes
    public_key: bytes
    alg: str
    model: str


def write(subject: Subject, client_data: bytes, attestation_object: bytes) -> bytes:
    """The file's bytes."""
    made = {
        **subject.fields,
        "client_data": websafe_encode(client_data),
        "attestation_object": websafe_encode(attestation_object),
    }
    return (json.dumps(made, indent=1) + "\n").encode()


def read(data: bytes, policy: Policy) -> Enrolment:
    """Hold a file against the rules above; raises AuthorityError."""
    try:
        return _read(data, policy)
    except _MALFORMED as error:
        raise AuthorityError(f"不是登记文件。 Not an enrolment file: {error}") from error
    except (InvalidSignature, InvalidStatement, InvalidData, UnsupportedType) as error:
        raise AuthorityError(
            "登记文件的设备证明不对，请重新登记。 The authenticator's attestation does not hold."
        ) from error


def _read(data: bytes, policy: Policy) -> Enrolment:
    subject, client_data, attestation_object = _parsed(data)
    if subject.rp_id != policy.rp_id:
        _refuse(f"这是为 {subject.rp_id} 登记的", f"enrolled for {subject.rp_id}")
    if subject.person == subject.witness:
        _refuse("本人不能给自己作证", "nobody witnesses his own enrolment")
    _check_client(client_data, subject, policy)
    made = AttestationObject(attestation_object)
    found = _checked(made, policy)
    Attestation.for_type(made.fmt)().verify(
        made.att_stmt, made.auth_data, sha256(client_data).digest()
    )
    public_key = fido_cbor.encode(found.public_key)
    cose_key(public_key)
    return Enrolment(
        subject.person,
        subject.witness,
        subject.time,
        found.credential_id,
        public_key,
        _ALGORITHMS[found.public_key[3]],
        str(found.aaguid),
    )


def _parsed(data: bytes) -> tuple[Subject, bytes, bytes]:
    if len(data) > LIMIT:
        raise ValueError("too long")
    fields = json.loads(data.decode("utf-8"))
    if not isinstance(fields, dict) or fields.keys() != _FIELDS:
        raise ValueError(f"the fields {', '.join(sorted(_FIELDS))} expected")
    if (fields["v"], fields["type"]) != (1, "enrolment"):
        raise ValueError("v 1 and type enrolment expected")
    subject = Subject(
        str(fields["rp_id"]),
        shape.ID.load(fields["person"]),
        shape.ID.load(fields["witness"]),
        shape.integer(0).load(fields["time"]),
    )
    octets = websafe_decode(str(fields["attestation_object"]))
    return subject, websafe_decode(str(fields["client_data"])), octets


def _check_client(client_data: bytes, subject: Subject, policy: Policy) -> None:
    client = CollectedClientData(client_data)
    if client.type != CollectedClientData.TYPE.CREATE:
        raise ValueError("webauthn.create expected")
    if client.challenge != subject.challenge:
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
