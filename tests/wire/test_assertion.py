"""WebAuthn assertions: each rule of the module is one attack that fails."""

import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from demo.authenticator import Authenticator, Credential
from wire import cbor
from wire.approval.assertion import Assertion, cose_key, verify
from wire.errors import WireError

RP_ID = "county.localhost"
ORIGIN = "http://county.localhost:8702"
CHALLENGE = sha256(b"challenge").digest()
DEVICE = Authenticator()
KEY = DEVICE.create(RP_ID)
HONEST = DEVICE.get_assertion(RP_ID, ORIGIN, CHALLENGE)


def check(assertion: Assertion, public_key: bytes = KEY.public_key, **changed: Any) -> None:
    options: dict[str, Any] = {"challenge": CHALLENGE, "rp_id": RP_ID, "origins": (ORIGIN,)}
    verify(assertion, public_key=public_key, **{**options, **changed})


def refused(assertion: Assertion, **changed: Any) -> str:
    with pytest.raises(WireError) as error:
        check(assertion, **changed)
    assert error.value.code == "assertion"
    return error.value.detail


def sign(client_data: bytes, data: bytes | None = None, key: Credential = KEY) -> Assertion:
    """A valid signature over whatever the attacker's browser made."""
    data = HONEST.authenticator_data if data is None else data
    signed = data + sha256(client_data).digest()
    signature = key.private_key.sign(signed, ec.ECDSA(hashes.SHA256()))
    return Assertion(key.id, data, client_data, signature)


def client(**changed: Any) -> bytes:
    members = {**json.loads(HONEST.client_data), **changed}
    return json.dumps({name: value for name, value in members.items() if value != "-"}).encode()


def test_an_honest_assertion_holds() -> None:
    check(HONEST)


def test_any_origin_of_the_policy_will_do() -> None:
    check(HONEST, origins=("https://county.example", ORIGIN))


def test_a_browser_may_leave_out_cross_origin_and_add_what_it_likes() -> None:
    check(sign(client(crossOrigin="-", other_keys_can_be_added_here="yes")))


@pytest.mark.parametrize(
    "changed",
    [
        {"type": "webauthn.create"},
        {"type": "-"},
        {"challenge": urlsafe_b64encode(bytes(32)).decode().rstrip("=")},
        {"challenge": urlsafe_b64encode(CHALLENGE).decode()},
        {"challenge": None},
        {"origin": "http://hub.localhost:8700"},
        {"origin": ORIGIN + "/"},
        {"origin": [ORIGIN]},
        {"origin": "-"},
        {"crossOrigin": True},
        {"crossOrigin": "false"},
        {"crossOrigin": 0},
        {"topOrigin": ORIGIN},
    ],
)
def test_client_data_must_be_of_this_request_on_this_page(changed: dict[str, Any]) -> None:
    refused(sign(client(**changed)))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 50_000,
        b"\xef\xbb\xbf" + HONEST.client_data,
        HONEST.client_data[:-1],
        HONEST.client_data[:-1] + b',"type":"webauthn.get"}',
        HONEST.client_data.replace(b'{"type"', b'{"origin":"https://evil.example","type"'),
    ],
)
def test_client_data_must_be_one_json_object_without_a_name_twice(raw: bytes) -> None:
    refused(sign(raw))


def flags(value: int) -> bytes:
    data = HONEST.authenticator_data
    return data[:32] + bytes([value]) + data[33:]


@pytest.mark.parametrize("value", [0x00, 0x01, 0x04, 0x41, 0x45, 0x85, 0xC5])
def test_presence_and_verification_are_demanded_and_nothing_else_attached(value: int) -> None:
    refused(sign(HONEST.client_data, flags(value)))


def test_a_synchronised_passkey_is_as_good_as_another() -> None:
    check(sign(HONEST.client_data, flags(0x1D)))


def test_an_unverified_user_is_refused() -> None:
    lazy = DEVICE.get_assertion(RP_ID, ORIGIN, CHALLENGE, user_verified=False)
    assert "user" in refused(lazy)


def test_an_assertion_for_another_relying_party_is_refused() -> None:
    other = sha256(b"hub.localhost").digest() + HONEST.authenticator_data[32:]
    refused(sign(HONEST.client_data, other))


@pytest.mark.parametrize("length", [0, 36, 38, 100])
def test_authenticator_data_of_another_length_are_refused(length: int) -> None:
    data = (HONEST.authenticator_data + bytes(100))[:length]
    refused(sign(HONEST.client_data, data))


def test_another_passkeys_signature_is_refused() -> None:
    stranger = Authenticator().create(RP_ID)
    refused(sign(HONEST.client_data, key=stranger))


def test_a_signature_over_other_data_is_refused() -> None:
    refused(replace(HONEST, signature=sign(client(extra="1")).signature))


@given(st.binary(max_size=80))
def test_garbage_as_signature_is_refused(signature: bytes) -> None:
    refused(replace(HONEST, signature=signature))


def test_an_ed25519_passkey_holds() -> None:
    private = Ed25519PrivateKey.generate()
    public = cbor.encode({1: 1, 3: -8, -1: 6, -2: private.public_key().public_bytes_raw()})
    signed = HONEST.authenticator_data + sha256(HONEST.client_data).digest()
    check(replace(HONEST, signature=private.sign(signed)), public)
    refused(replace(HONEST, signature=private.sign(b"other")), public_key=public)


POINT = cbor.decode(KEY.public_key)


@pytest.mark.parametrize(
    "value",
    [
        {**POINT, 3: -257},
        {**POINT, -1: 2},
        {**POINT, 1: 3},
        {**POINT, -1: True},
        {**POINT, -2: bytes(31)},
        {**POINT, -2: "t" * 32},
        {**POINT, -3: bytes(32)},
        {**POINT, -4: bytes(32)},
        {1: 1, 3: -8, -1: 6},
        {},
        [],
        "text",
    ],
)
def test_keys_of_other_kinds_are_refused(value: Any) -> None:
    refused(HONEST, public_key=cbor.encode(value))


@given(st.binary(max_size=120))
def test_garbage_as_key_gives_one_typed_error(data: bytes) -> None:
    with pytest.raises(WireError):
        cose_key(data)


def test_the_authenticator_survives_its_json() -> None:
    again = Authenticator.from_json(DEVICE.to_json())
    check(again.get_assertion(RP_ID, ORIGIN, CHALLENGE))
