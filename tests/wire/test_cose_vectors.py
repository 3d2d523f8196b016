"""The COSE working group's examples: bytes to be signed, signatures, and our stricter form."""

import json
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any

import cbor2
import pytest

from wire import cbor
from wire.errors import WireError
from wire.record import envelope
from wire.sig import PublicKey
from wire.sig.es256 import ORDER

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "cose.json").read_text("ascii")
)
SIGNED = {
    name: one
    for name, one in VECTORS.items()
    if one["to_be_signed"]
    and "fail" not in name
    and not name.endswith(("pass-01.json", "pass-02.json"))
}


def coordinate(key: dict[str, str], name: str) -> bytes:
    if f"{name}_hex" in key:
        return bytes.fromhex(key[f"{name}_hex"])
    return urlsafe_b64decode(key[name] + "==")


def public(key: dict[str, str]) -> PublicKey:
    if key["kty"] == "OKP":
        return PublicKey("EdDSA", coordinate(key, "x"))
    return PublicKey("ES256", b"\x04" + coordinate(key, "x") + coordinate(key, "y"))


def parts(message: str) -> list[Any]:
    decoded: Any = cbor2.loads(bytes.fromhex(message))
    return list(decoded.value if isinstance(decoded, cbor2.CBORTag) else decoded)


def low(signature: bytes) -> bytes:
    """The same signature with `s` in the lower half, as ours always have it."""
    s = int.from_bytes(signature[32:])
    return signature[:32] + min(s, ORDER - s).to_bytes(32)


@pytest.mark.parametrize("name", SIGNED)
def test_the_bytes_to_be_signed_are_theirs(name: str) -> None:
    protected, _, payload, _ = parts(SIGNED[name]["message"])
    made = cbor.encode(["Signature1", protected, b"", payload])
    assert made == bytes.fromhex(SIGNED[name]["to_be_signed"])


@pytest.mark.parametrize("name", SIGNED)
def test_their_signatures_verify_and_no_bent_one_does(name: str) -> None:
    key, signature = public(SIGNED[name]["key"]), parts(SIGNED[name]["message"])[3]
    signed = bytes.fromhex(SIGNED[name]["to_be_signed"])
    good = low(signature) if key.alg == "ES256" else signature
    key.verify(good, signed)
    with pytest.raises(WireError):
        key.verify(good, signed + b"\0")
    with pytest.raises(WireError):
        key.verify(bytes([good[0] ^ 1]) + good[1:], signed)


@pytest.mark.parametrize("name", VECTORS)
def test_our_envelope_is_stricter_than_all_of_them(name: str) -> None:
    with pytest.raises(WireError):
        envelope.parse(bytes.fromhex(VECTORS[name]["message"]))
