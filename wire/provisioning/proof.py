"""A machine's proof that it holds its record key, for one certificate request and nothing else.

Calls only `wire.shape`, `wire.record.envelope` and `wire.sig`. The proof is an envelope
(COSE_Sign1) whose payload no journal entry can have: it names its own type and no seq. So lockd may
sign one for whoever asks, and has signed no entry.
"""

from dataclasses import dataclass
from typing import Final

from wire import shape
from wire.errors import WireError
from wire.record import envelope
from wire.sig import PublicKey

CODE: Final = "proof"
PURPOSES: Final = ("join", "recover")
LIMIT: Final = 1024


@dataclass(frozen=True)
class Proof:
    """`challenge` is what the hub knows to be used once: the name of a token, or the SHA-256 of a
    challenge it gave. `request` is the SHA-256 of the public key (SubjectPublicKeyInfo, DER) for
    which a certificate is asked.
    """

    purpose: str
    device: str
    challenge: bytes
    request: bytes


def encode(proof: Proof) -> bytes:
    """The payload to sign; raises WireError('proof')."""
    return shape.encode(_PROOF, proof, CODE)


def verify(data: bytes, key: PublicKey, expected: Proof) -> None:
    """Raises WireError where this key did not sign exactly this proof."""
    if envelope.verify(data, key) != encode(expected):
        raise WireError(CODE, "the proof of something else")


_PROOF: Final = shape.record(
    Proof,
    {
        "purpose": shape.choice(*PURPOSES),
        "device": shape.DEVICE,
        "challenge": shape.octets(32),
        "request": shape.octets(32),
    },
    fixed={"v": 1, "type": "proof"},
)
