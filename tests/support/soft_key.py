"""A security key without a plug: CTAP 2 at fido2's device interface, for tests.

Calls only `cryptography` and `fido2`. Commands: getInfo, makeCredential, getAssertion, clientPIN
with protocol two. Source: FIDO CTAP 2.1, sections 6.1 to 6.5.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Event
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256, CoseKey
from fido2.ctap import STATUS, CtapDevice, CtapError
from fido2.ctap2.pin import PinProtocolV2
from fido2.hid import CAPABILITY
from fido2.webauthn import Aaguid, AttestedCredentialData, AuthenticatorData

ERR = CtapError.ERR
FLAG = AuthenticatorData.FLAG
MODEL = Aaguid(bytes(range(16)))


@dataclass
class SoftKey(CtapDevice):
    """One key with a PIN, or none set; each touch is given at once."""

    pin: str | None = "1234"
    tries: int = 8
    credentials: dict[bytes, str] = field(default_factory=dict)
    privates: dict[bytes, ec.EllipticCurvePrivateKey] = field(default_factory=dict)
    _agreement: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    _token: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    @property
    def capabilities(self) -> int:
        return CAPABILITY.CBOR

    @classmethod
    def list_devices(cls) -> Iterator[CtapDevice]:
        return iter(())

    def call(
        self,
        cmd: int,
        data: bytes = b"",
        event: Event | None = None,
        on_keepalive: Callable[[STATUS], None] | None = None,
    ) -> bytes:
        request: Any = cbor.decode(data[1:]) if data[1:] else {}
        commands = {1: self._make, 2: self._assert, 4: self._info, 6: self._client_pin}
        try:
            answer = commands[data[0]](request)
        except CtapError as error:
            return bytes([error.code])
        if data[0] == 1 and on_keepalive is not None:
            on_keepalive(STATUS.UPNEEDED)
        return b"\0" + (cbor.encode(answer) if answer else b"")

    def _info(self, _request: Mapping[int, Any]) -> dict[int, Any]:
        options = {"rk": True, "up": True, "clientPin": self.pin is not None}
        options["pinUvAuthToken"] = True
        return {1: ["FIDO_2_0", "FIDO_2_1"], 3: bytes(MODEL), 4: options, 6: [2]}

    def _make(self, request: Mapping[int, Any]) -> dict[int, Any]:
        verified = self._verified(request[1], request.get(8))
        rp_id = request[2]["id"]
        if any(self._holds(one["id"], rp_id) for one in request.get(5, [])):
            raise CtapError(ERR.CREDENTIAL_EXCLUDED)
        private = ec.generate_private_key(ec.SECP256R1())
        credential = secrets.token_bytes(32)
        self.hold(credential, rp_id, private)
        attested = AttestedCredentialData.create(MODEL, credential, _cose(private))
        flags = FLAG.UP | FLAG.AT | (FLAG.UV if verified else FLAG(0))
        data = AuthenticatorData.create(sha256(rp_id.encode()).digest(), flags, 0, attested)
        signature = private.sign(bytes(data) + request[1], ec.ECDSA(hashes.SHA256()))
        return {1: "packed", 2: bytes(data), 3: {"alg": ES256.ALGORITHM, "sig": signature}}

    def hold(self, credential: bytes, rp_id: str, private: ec.EllipticCurvePrivateKey) -> None:
        """From now on it has this passkey."""
        self.credentials[credential] = rp_id
        self.privates[credential] = private

    def _assert(self, request: Mapping[int, Any]) -> dict[int, Any]:
        verified = self._verified(request[2], request.get(6))
        for one in request[3]:
            if self._holds(one["id"], request[1]):
                flags = FLAG.UV | FLAG.UP if verified else FLAG(0)
                data = AuthenticatorData.create(sha256(request[1].encode()).digest(), flags, 0)
                message = bytes(data) + request[2]
                signature = self.privates[one["id"]].sign(message, ec.ECDSA(hashes.SHA256()))
                return {1: one, 2: bytes(data), 3: signature}
        raise CtapError(ERR.NO_CREDENTIALS)

    def _client_pin(self, request: Mapping[int, Any]) -> dict[int, Any]:
        if request[2] == 2:
            return {1: {**_cose(self._agreement), 3: -25}}
        return {2: self._token_for(CoseKey.parse(request[3]), request[6])}

    def _token_for(self, peer: CoseKey, pin_hash: bytes) -> bytes:
        protocol: Any = PinProtocolV2()
        x, y = (int.from_bytes(peer[at]) for at in (-2, -3))
        public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        secret = protocol.kdf(self._agreement.exchange(ec.ECDH(), public))
        if not self.tries:
            raise CtapError(ERR.PIN_BLOCKED)
        expected = sha256((self.pin or "").encode()).digest()[:16]
        if protocol.decrypt(secret, pin_hash) != expected:
            self.tries -= 1
            raise CtapError(ERR.PIN_INVALID)
        return bytes(protocol.encrypt(secret, self._token))

    def _verified(self, client_data_hash: bytes, given: bytes | None) -> bool:
        if given is None:
            return False
        protocol: Any = PinProtocolV2()
        if given != protocol.authenticate(self._token, client_data_hash):
            raise CtapError(ERR.PIN_AUTH_INVALID)
        return True

    def _holds(self, credential: bytes, rp_id: str) -> bool:
        return self.credentials.get(credential) == rp_id


def _cose(private: ec.EllipticCurvePrivateKey) -> CoseKey:
    point = private.public_key().public_numbers()
    x, y = point.x.to_bytes(32), point.y.to_bytes(32)
    return CoseKey.parse({1: 2, 3: ES256.ALGORITHM, -1: 1, -2: x, -3: y})
