"""Commands as a township's hub signs them, and as whoever has another key would.

Calls `wire` and `tests.support.township`.
"""

from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.support.contents import DEVICE, HOUR, NOW
from tests.support.township import Township
from wire import command
from wire.command import Command
from wire.record import envelope
from wire.sig import PublicKey


def asked(name: str = command.DOCTOR, number: int = 1, **changes: Any) -> Command:
    """A command of now."""
    fields = {"device": DEVICE, "not_before": NOW - HOUR, "not_after": NOW + HOUR, **changes}
    return Command(number=number, name=name, **fields)


def hub_key(township: Township) -> PublicKey:
    """Of the township's hub."""
    return PublicKey("EdDSA", bytes.fromhex(township.keys.hub.public_key.keyval["public"]))


def by_hub(township: Township, made: Command) -> bytes:
    """Signed by the key that the officers named."""
    payload, key = command.encode(made), hub_key(township)
    signed = envelope.to_be_signed(key.alg, key.kid, payload)
    signature = bytes.fromhex(township.keys.hub.sign(signed).signature)
    return envelope.assemble(key.alg, key.kid, payload, signature)


def by_another(made: Command, private: Ed25519PrivateKey, kid: bytes | None = None) -> bytes:
    """Signed by a key of the attacker's; `kid` claims another."""
    payload = command.encode(made)
    key = PublicKey("EdDSA", private.public_key().public_bytes_raw())
    signature = private.sign(envelope.to_be_signed("EdDSA", kid or key.kid, payload))
    return envelope.assemble("EdDSA", kid or key.kid, payload, signature)
