"""The software passkey: a relying party that knows only WebAuthn accepts what it makes."""

from base64 import b64decode
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.serialization import load_der_private_key
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestationObject,
    AuthenticatorAttestationResponse,
    CollectedClientData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    UserVerificationRequirement,
)

from demo.authenticator import Authenticator
from wire.approval.assertion import verify

RP_ID = "hub.localhost"
ORIGIN = "http://hub.localhost:8700"


def test_a_server_accepts_its_registration() -> None:
    device = Authenticator()
    passkey = device.create(RP_ID)
    server = Fido2Server(PublicKeyCredentialRpEntity(name="hub", id=RP_ID))
    user = PublicKeyCredentialUserEntity(name="jia", id=passkey.user_handle)
    options, state = server.register_begin(
        user, user_verification=UserVerificationRequirement.REQUIRED
    )
    made = device.register(RP_ID, ORIGIN, options.public_key.challenge)
    answer = RegistrationResponse(
        raw_id=made.credential,
        response=AuthenticatorAttestationResponse(
            client_data=CollectedClientData(made.client_data),
            attestation_object=AttestationObject(made.attestation_object),
        ),
        type=PublicKeyCredentialType.PUBLIC_KEY,
    )
    accepted = server.register_complete(state, answer)
    assert accepted.credential_data is not None
    assert accepted.credential_data.credential_id == passkey.id
    challenge = sha256(b"challenge").digest()
    verify(
        device.get_assertion(RP_ID, ORIGIN, challenge),
        challenge=challenge,
        public_key=passkey.public_key,
        rp_id=RP_ID,
        origins=[ORIGIN],
    )


def test_several_passkeys_are_told_apart() -> None:
    device = Authenticator()
    first, second = device.create(RP_ID), device.create(RP_ID)
    elsewhere = device.create("county.localhost")
    assert device.credentials_for(RP_ID) == [first.id, second.id]
    assert device.get_assertion(RP_ID, ORIGIN, b"c").credential == second.id
    assert device.get_assertion(RP_ID, ORIGIN, b"c", credential=first.id).credential == first.id
    with pytest.raises(LookupError):
        device.get_assertion(RP_ID, ORIGIN, b"c", credential=elsewhere.id)
    with pytest.raises(LookupError):
        device.get_assertion("nowhere.localhost", ORIGIN, b"c")


def test_it_survives_its_json() -> None:
    device = Authenticator()
    passkey = device.create(RP_ID)
    again = Authenticator.from_json(device.to_json()).passkey(RP_ID)
    assert (again.id, again.public_key) == (passkey.id, passkey.public_key)
    assert again.user_handle == passkey.user_handle


def test_a_browsers_virtual_authenticator_can_take_it_over() -> None:
    passkey = Authenticator().create(RP_ID, b"user")
    exported = passkey.devtools()
    private = load_der_private_key(b64decode(str(exported["privateKey"])), None)
    assert private.public_key() == passkey.private_key.public_key()
    assert b64decode(str(exported["credentialId"])) == passkey.id
    assert b64decode(str(exported["userHandle"])) == b"user"
    assert exported["rpId"] == RP_ID
