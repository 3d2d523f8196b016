"""One WebAuthn assertion: what a passkey signed, and whether it signed this challenge.

Calls only `fido2`, `cryptography` and `wire`. Source: W3C WebAuthn Level 2, section 7.2 (steps 11
to 20).

The rules, each refused as WireError('assertion'):
 * clientDataJSON is one JSON object without duplicate names; type is `webauthn.get`, the
   challenge is exactly ours, the origin stands in the policy, crossOrigin is absent or false,
   there is no topOrigin.
 * Authenticator data names our rpId by its hash, with user present and user verified set, and
   carries neither an attested credential nor extensions: none was asked for.
 * The credential's key is a deterministic COSE_Key, ES256 on P-256 or EdDSA on Ed25519, and its
   signature covers authenticator data and SHA-256 of the client data.
Signature counters are not judged: synchronised passkeys keep them at zero.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fido2.utils import websafe_encode
from fido2.webauthn import AuthenticatorData, CollectedClientData

from wire import cbor, shape
from wire.errors import WireError
from wire.sig import ALGORITHMS

CODE: Final = "assertion"
_BARE: Final = 37  # bytes of authenticator data without credential and extensions
_FLAG: Final = AuthenticatorData.FLAG
_PRESENT_AND_VERIFIED: Final = int(_FLAG.UP | _FLAG.UV)
_MORE: Final = int(_FLAG.AT | _FLAG.ED)
Verify = Callable[[bytes, bytes], None]
"""(signature, message): raises InvalidSignature."""
_ES256: Final = {1: 2, 3: ALGORITHMS["ES256"], -1: 1}
_EDDSA: Final = {1: 1, 3: ALGORITHMS["EdDSA"], -1: 6}


@dataclass(frozen=True)
class Assertion:
    """The four byte strings of a navigator.credentials.get() response."""

    credential: bytes
    authenticator_data: bytes
    client_data: bytes
    signature: bytes


ASSERTION: Final = shape.record(
    Assertion,
    {
        "credential": shape.octets(1, 1023),
        "authenticator_data": shape.octets(_BARE),
        "client_data": shape.octets(2, 4096),
        "signature": shape.octets(1, 128),
    },
)


def verify(
    assertion: Assertion,
    *,
    challenge: bytes,
    public_key: bytes,
    rp_id: str,
    origins: Collection[str],
) -> None:
    """Hold the assertion against the rules above; raises WireError('assertion')."""
    _check_client_data(assertion.client_data, challenge, origins)
    _check_authenticator_data(assertion.authenticator_data, rp_id)
    signed = assertion.authenticator_data + hashlib.sha256(assertion.client_data).digest()
    try:
        cose_key(public_key)(assertion.signature, signed)
    except InvalidSignature as error:
        raise WireError(CODE, "the signature does not fit the passkey") from error


@lru_cache(maxsize=1024)
def cose_key(public_key: bytes) -> Verify:
    """A passkey's COSE_Key bytes → what its key verifies by; raises WireError('assertion')."""
    try:
        value = cbor.decode(public_key, limit=256)
    except WireError as error:
        raise WireError(CODE, f"the public key is not CBOR: {error.detail}") from error
    if not isinstance(value, dict):
        raise WireError(CODE, "the public key is not a COSE_Key")
    if _has(value, _ES256, coordinates=(-2, -3)):
        return _on_curve(value[-2], value[-3])
    if _has(value, _EDDSA, coordinates=(-2,)):
        return Ed25519PublicKey.from_public_bytes(value[-2]).verify
    raise WireError(CODE, "the public key is neither ES256 nor EdDSA")


def _check_client_data(raw: bytes, challenge: bytes, origins: Collection[str]) -> None:
    members = _json_object(raw)
    if members.get("type") != CollectedClientData.TYPE.GET.value:
        raise WireError(CODE, "the client data are not of an assertion")
    given = members.get("challenge")
    wanted = websafe_encode(challenge)
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), wanted.encode()):
        raise WireError(CODE, "another challenge was signed")
    origin = members.get("origin")
    if not isinstance(origin, str) or origin not in origins:
        raise WireError(CODE, "the origin is not in the policy")
    if members.get("crossOrigin", False) is not False or "topOrigin" in members:
        raise WireError(CODE, "signed inside a foreign page")


def _json_object(raw: bytes) -> dict[str, object]:
    try:
        value = _DECODER.decode(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise WireError(CODE, "the client data are not JSON") from error
    if not isinstance(value, dict):
        raise WireError(CODE, "the client data are not a JSON object")
    return value


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("the same name twice")
    return members


_ECDSA: Final = ec.ECDSA(hashes.SHA256())
_DECODER: Final = json.JSONDecoder(object_pairs_hook=_once)


def _check_authenticator_data(raw: bytes, rp_id: str) -> None:
    if len(raw) != _BARE or raw[32] & _MORE:
        raise WireError(CODE, "the authenticator data are not of a plain assertion")
    if raw[:32] != hashlib.sha256(rp_id.encode()).digest():
        raise WireError(CODE, "signed for another rpId")
    if raw[32] & _PRESENT_AND_VERIFIED != _PRESENT_AND_VERIFIED:
        raise WireError(CODE, "the user was not verified")


def _has(value: dict[Any, Any], header: dict[int, int], *, coordinates: tuple[int, ...]) -> bool:
    if value.keys() != {*header, *coordinates}:
        return False
    if any(type(value[name]) is not int or value[name] != header[name] for name in header):
        return False
    return all(isinstance(value[label], bytes) and len(value[label]) == 32 for label in coordinates)


def _on_curve(x: bytes, y: bytes) -> Verify:
    numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(x), int.from_bytes(y), ec.SECP256R1())
    try:
        key = numbers.public_key()
    except ValueError as error:
        raise WireError(CODE, "the public key is no point of P-256") from error
    return lambda signature, message: key.verify(signature, message, _ECDSA)
