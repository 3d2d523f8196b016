"""That somebody holds an SM2 key, before a witness: the file that his key signs, read again.

Calls `county.{authority,enrolment}`, `fido2.utils` and `wire`. Pure. As an enrolment of a passkey
commits to person, witness and time, so does this; unlike one it always carries a signature.

The file is JSON: {"v": 1, "type": "sm2_enrolment", "rp_id", "person", "witness", "time" (ms since
1970 UTC), "public_key" (65 bytes) and "signature" (r || s), the last two as base64url}.

The rules, each refused as AuthorityError:
 * The signature is that key's, over CBOR [domain, challenge of `county.enrolment.Subject`]: a file
   whose names were changed by hand does not fit, and no approval is one (another domain).
 * It was made for the policy's rpId. Witness and person are two people.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from fido2.utils import websafe_decode, websafe_encode

from county.authority import AuthorityError
from county.enrolment import Subject
from wire import cbor, shape
from wire.errors import WireError
from wire.lists.content import Policy
from wire.sig import PublicKey
from wire.sig.sm2_curve import on_curve

DOMAIN: Final = "sealctl/sm2-enrolment/1"
LIMIT: Final = 4096
_TYPE: Final = "sm2_enrolment"
_FIELDS: Final = frozenset(
    ("v", "type", "rp_id", "person", "witness", "time", "public_key", "signature")
)


@dataclass(frozen=True)
class Possession:
    """`time` is ms since 1970 UTC."""

    person: str
    witness: str
    time: int
    public_key: bytes


def write(subject: Subject, public_key: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """The file's bytes; `sign`: by the private half, as r || s."""
    made = {
        **subject.fields,
        "type": _TYPE,
        "public_key": websafe_encode(public_key),
        "signature": websafe_encode(sign(_to_be_signed(subject))),
    }
    return (json.dumps(made, indent=1) + "\n").encode()


def read(data: bytes, policy: Policy) -> Possession:
    """Hold a file against the rules above; raises AuthorityError."""
    try:
        subject, public_key, signature = _parsed(data)
        PublicKey("SM2", public_key).verify(signature, _to_be_signed(subject))
    except (WireError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise AuthorityError(
            "不是国密密钥的登记文件，或被改过。 "
            f"Not an SM2 key's enrolment file, or altered: {error}"
        ) from error
    if subject.rp_id != policy.rp_id:
        raise AuthorityError(
            f"这是为 {subject.rp_id} 登记的，不能用。 It was enrolled for {subject.rp_id}."
        )
    if subject.person == subject.witness:
        raise AuthorityError("本人不能给自己作证。 Nobody witnesses his own enrolment.")
    return Possession(subject.person, subject.witness, subject.time, public_key)


def _to_be_signed(subject: Subject) -> bytes:
    return cbor.encode([DOMAIN, subject.challenge])


def _parsed(data: bytes) -> tuple[Subject, bytes, bytes]:
    if len(data) > LIMIT:
        raise ValueError("too long")
    fields = json.loads(data.decode("utf-8"))
    if not isinstance(fields, dict) or fields.keys() != _FIELDS:
        raise ValueError(f"the fields {', '.join(sorted(_FIELDS))} expected")
    if (fields["v"], fields["type"]) != (1, _TYPE):
        raise ValueError(f"v 1 and type {_TYPE} expected")
    subject = Subject(
        str(fields["rp_id"]),
        shape.ID.load(fields["person"]),
        shape.ID.load(fields["witness"]),
        shape.integer(0).load(fields["time"]),
    )
    point = websafe_decode(str(fields["public_key"]))
    if not on_curve(point):
        raise ValueError("no point of the curve of SM2")
    return subject, point, websafe_decode(str(fields["signature"]))
