"""A software passkey for invented people: real WebAuthn registrations and assertions, no security.

Calls only `cryptography`, `fido2` and `wire.approval.assertion`. Private keys lie open in its
JSON: no roster but a demo's may name them.
"""

import json
import secrets
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from fido2 import cbor
from fido2.cose import ES256, CoseKey
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from wire.approval.assertion import Assertion

FLAG = AuthenticatorData.FLAG


@dataclass(frozen=True)
class Credential:
    """One ES256 passkey of one relying party."""

    rp_id: str
    id: bytes
    user_handle: bytes
    private_key: ec.EllipticCurvePrivateKey

    @property
    def public_key(self) -> bytes:
        """The COSE_Key, as a roster and a registration carry it."""
        return cbor.encode(self.cose_key)

    @property
    def cose_key(self) -> CoseKey:
        point = self.private_key.public_key().public_numbers()
        x, y = point.x.to_bytes(32), point.y.to_bytes(32)
        return CoseKey.parse({1: 2, 3: ES256.ALGORITHM, -1: 1, -2: x, -3: y})

    @property
    def pkcs8(self) -> bytes:
        return self.private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    def devtools(self) -> dict[str, str | int | bool]:
        """The `credential` of Chromium's CDP command WebAuthn.addCredential."""
        return {
            "credentialId": b64encode(self.id).decode(),
            "isResidentCredential": True,
            "rpId": self.rp_id,
            "privateKey": b64encode(self.pkcs8).decode(),
            "userHandle": b64encode(self.user_handle).decode(),
            "signCount": 0,
        }


@dataclass(frozen=True)
class Registration:
    """What navigator.credentials.create() gives back, attestation 'none'."""

    credential: bytes
    client_data: bytes
    attestation_object: bytes


@dataclass
class Authenticator:
    """One device in one person's hands, with its passkeys in the order of their making."""

    credentials: list[Credential] = field(default_factory=list)

    def create(self, rp_id: str, user_handle: bytes = b"") -> Credential:
        """Make a passkey for a relying party."""
        key = ec.generate_private_key(ec.SECP256R1())
        handle = user_handle or secrets.token_bytes(16)
        self.credentials.append(Credential(rp_id, secrets.token_bytes(32), handle, key))
        return self.credentials[-1]

    def credentials_for(self, rp_id: str) -> list[bytes]:
        """The ids of the passkeys that the device has for a relying party."""
        return [credential.id for credential in self.credentials if credential.rp_id == rp_id]

    def passkey(self, rp_id: str, credential: bytes | None = None) -> Credential:
        """The passkey of that id, or the newest of the relying party; LookupError without one."""
        for one in reversed(self.credentials):
            if one.rp_id == rp_id and credential in (None, one.id):
                return one
        raise LookupError(f"no passkey for {rp_id}")

    def register(
        self, rp_id: str, origin: str, challenge: bytes, *, credential: bytes | None = None
    ) -> Registration:
        """The registration response of a passkey that `create` made."""
        passkey = self.passkey(rp_id, credential)
        attested = AttestedCredentialData.create(Aaguid.NONE, passkey.id, passkey.cose_key)
        data = _authenticator_data(rp_id, FLAG.UP | FLAG.UV | FLAG.AT, attested)
        return Registration(
            passkey.id,
            _client_data(CollectedClientData.TYPE.CREATE, challenge, origin),
            bytes(AttestationObject.create("none", data, {})),
        )

    def get_assertion(
        self,
        rp_id: str,
        origin: str,
        challenge: bytes,
        *,
        user_verified: bool = True,
        credential: bytes | None = None,
    ) -> Assertion:
        """What navigator.credentials.get() gives back for that challenge."""
        passkey = self.passkey(rp_id, credential)
        flags = FLAG.UP | FLAG.UV if user_verified else FLAG.UP
        data = bytes(_authenticator_data(rp_id, flags))
        client_data = _client_data(CollectedClientData.TYPE.GET, challenge, origin)
        signature = passkey.private_key.sign(
            data + sha256(client_data).digest(), ec.ECDSA(hashes.SHA256())
        )
        return Assertion(passkey.id, data, client_data, signature)

    def to_json(self) -> str:
        """Everything, private keys included."""
        return json.dumps([_dump(credential) for credential in self.credentials])

    @classmethod
    def from_json(cls, text: str) -> "Authenticator":
        """Inverse of to_json."""
        return cls([_load(fields) for fields in json.loads(text)])


def _authenticator_data(
    rp_id: str, flags: AuthenticatorData.FLAG, attested: bytes = b""
) -> AuthenticatorData:
    data: AuthenticatorData = AuthenticatorData.create(
        sha256(rp_id.encode()).digest(), flags, 0, attested
    )
    return data


def _client_data(kind: CollectedClientData.TYPE, challenge: bytes, origin: str) -> bytes:
    return bytes(CollectedClientData.create(kind.value, challenge, origin))


def _dump(credential: Credential) -> dict[str, str]:
    return {
        "rp_id": credential.rp_id,
        "id": urlsafe_b64encode(credential.id).decode(),
        "user_handle": urlsafe_b64encode(credential.user_handle).decode(),
        "pkcs8": urlsafe_b64encode(credential.pkcs8).decode(),
    }


def _load(fields: Mapping[str, str]) -> Credential:
    key = load_der_private_key(urlsafe_b64decode(fields["pkcs8"]), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("not an elliptic curve key")
    return Credential(
        fields["rp_id"],
        urlsafe_b64decode(fields["id"]),
        urlsafe_b64decode(fields["user_handle"]),
        key,
    )
