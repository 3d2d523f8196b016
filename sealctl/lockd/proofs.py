"""What lockd says of its record key to those who ask for a certificate: its public half, and that
it is held here. Never the key. Calls `sealctl.lockd.verb` and `wire.provisioning`.

The socket's role decides for what a proof is good: an operator at the console joins a township, the
courier recovers a certificate that ran out.
"""

from collections.abc import Mapping
from typing import Final

from sealctl.lockd.verb import HASH, Arguments, Served, Verb
from wire.provisioning import proof
from wire.provisioning.proof import Proof


async def _join(served: Served, given: Arguments) -> object:
    return _proved(served, "join", given)


async def _recover(served: Served, given: Arguments) -> object:
    return {"proof": _proved(served, "recover", given)["proof"]}


def _proved(served: Served, purpose: str, given: Arguments) -> dict[str, object]:
    journal = served.core.journal
    wanted = Proof(purpose, journal.device, given["challenge"], given["request"])
    signed = journal.attest(proof.encode(wanted))
    return {"alg": journal.key.alg, "public_key": journal.key.public, "proof": signed}


_GIVEN: Final = {"challenge": HASH, "request": HASH}
CONSOLE_PROOF: Final[Mapping[str, Verb]] = {"prove": Verb(_join, _GIVEN)}
COURIER_PROOF: Final[Mapping[str, Verb]] = {"prove": Verb(_recover, _GIVEN)}
