"""One new WebAuthn passkey: what an authenticator made, and whether it was made for this challenge.

Calls only `fido2`, `wire.cbor`, `wire.errors` and `wire.approval.assertion`. Source: W3C WebAuthn
Level 2, section 7.1.

The rules, each refused as WireError('creation'):
 * The client data is of `webauthn.create`, the challenge exactly ours, the origin one of those
   given, not within another page.
 * The authenticator data is for our rpId, with the user present and verified.
 * The key is one that rosters take (`wire.approval.assertion`), and an attestation, where there is
   one, holds. None is asked for.
"""

import hmac
import struct
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from fido2 import cbor as fido_cbor
from fido2.attestation.base import Attestation, InvalidData, UnsupportedType
from fido2.attestation.base import InvalidSignature as InvalidStatement
from fido2.webauthn import AttestationObject, AuthenticatorData, CollectedClientData

from wire.approval.assertion import cose_key
from wire.errors import WireError

CODE: Final = "creation"
_FLAG: Final = AuthenticatorData.FLAG
_MALFORMED: Final = (ValueError, LookupError, TypeError, RecursionError, struct.error)
"""What `fido2` raises for bytes that are not what they should be."""
_ALGORITHMS: Final = {-7: "ES256", -8: "EdDSA"}


@dataclass(frozen=True)
class Created:
    """`model` is the authenticator's AAGUID, all zeros where it does not tell."""

    credential: bytes
    public_key: bytes
    alg: str
    model: str


def verify(
    client_data: bytes,
    attestation_object: bytes,
    *,
    challenge: bytes,
    rp_id: str,
    origins: Collection[str],
) -> Created:
    """Hold it against the rules above; raises WireError('creation')."""
    try:
        _check_client(CollectedClientData(client_data), challenge, origins)
        made = AttestationObject(attestation_object)
        found = _attested(made, rp_id)
        digest = sha256(client_data).digest()
        Attestation.for_type(made.fmt)().verify(made.att_stmt, made.auth_data, digest)
        public_key = fido_cbor.encode(found.public_key)
        cose_key(public_key)
        alg = _ALGORITHMS[found.public_key[3]]
        return Created(found.credential_id, public_key, alg, str(found.aaguid))
    except (InvalidSignature, InvalidStatement, InvalidData, UnsupportedType) as error:
        raise WireError(CODE, "the authenticator's attestation does not hold") from error
    except WireError as error:
        raise WireError(CODE, error.detail) from error
    except _MALFORMED as error:
        raise WireError(CODE, f"malformed: {error}") from error


def _check_client(client: Any, challenge: bytes, origins: Collection[str]) -> None:
    if client.type != CollectedClientData.TYPE.CREATE:
        raise WireError(CODE, "the client data are not of a creation")
    if not hmac.compare_digest(client.challenge, challenge):
        raise WireError(CODE, "made for another challenge: other names or another time")
    if client.origin not in origins or client.cross_origin:
        raise WireError(CODE, f"made on {client.origin}")


def _attested(made: AttestationObject, rp_id: str) -> Any:
    data = made.auth_data
    if data.rp_id_hash != sha256(rp_id.encode()).digest():
        raise WireError(CODE, "made for another rpId")
    if not data.flags & _FLAG.UP or not data.flags & _FLAG.UV:
        raise WireError(CODE, "the user was not verified by PIN or finger")
    if data.credential_data is None:
        raise WireError(CODE, "without a credential")
    return data.credential_data
