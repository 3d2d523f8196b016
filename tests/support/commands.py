"""Commands as a township's hub signs them, and as whoever has another key would; lockd's courier
verbs, asked as its socket asks them.

Calls `sealctl.lockd`, `wire` and `tests.support`.
"""

import asyncio
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sealctl.lockd.changes import Changes
from sealctl.lockd.courier_verbs import COURIER
from sealctl.lockd.pages import Pages
from sealctl.lockd.server import answer
from sealctl.lockd.verb import Served
from tests.support.contents import DEVICE, HOUR, NOW
from tests.support.machine import Rig
from tests.support.township import Township
from wire import command
from wire.command import Answer, Command
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


class Courier:
    """lockd's courier verbs over a rig, asked as the socket asks them."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.served = self._serve()

    def ask(self, verb: str, **given: Any) -> dict[str, Any]:
        request = {"id": 1, "verb": verb, "args": given}
        return asyncio.run(answer(self.served, COURIER, request))

    def obey(self, data: bytes) -> Answer:
        """Judged, and answered under the machine's record key."""
        self.ask("command", command=data)
        return self.answered()

    def answered(self) -> Answer:
        """The answer to the command that was judged last."""
        judged = self.served.asked.judged
        assert judged is not None
        given = self.ask("answer", number=judged.command.number)["result"]["answer"]
        return command.open_answer(given, self.rig.core.journal.key)

    def code(self, data: bytes) -> str:
        """Why lockd will not judge it; empty where it does."""
        reply = self.ask("command", command=data)
        return "" if reply["ok"] else str(reply["error"]["code"])

    def restart(self) -> None:
        self.rig.restart()
        self.served = self._serve()

    def _serve(self) -> Served:
        changes = Changes()
        self.rig.core.changed = changes.bump
        return Served(self.rig.core, changes, Pages(self.rig.config.pages))
