"""People with SM2 keys: made by libcrypto, named by the officers' roster, signing decisions.

Calls `sealctl.signer_sm2`, `tests.support` and `wire`.
"""

from collections.abc import Mapping
from dataclasses import replace

from sealctl import signer_sm2
from sealctl.signer_sm2 import Sm2Signer
from tests.support.contents import NOW, YEAR
from tests.support.township import Township
from wire.approval import decision, sm2, subject
from wire.approval.decision import Approval
from wire.approval.sm2 import Sm2Signature
from wire.approval.subject import Application
from wire.lists.content import Policy, Sm2Key
from wire.sig import libcrypto

BOTH = ("passkey", "sm2")


class Holder:
    """One SM2 key and what its owner does with it."""

    def __init__(self) -> None:
        with signer_sm2._libcrypto() as lib:
            self.signer = Sm2Signer(signer_sm2._generated(lib))
        self.kid = self.signer.public_key.kid

    def listed(self, start_ms: int = NOW - YEAR, end_ms: int = NOW + YEAR) -> Sm2Key:
        return Sm2Key(self.signer.public_key.public, None, start_ms, end_ms)

    def sign(self, message: bytes) -> bytes:
        """r || s."""
        return libcrypto.sign(self.signer._key, message)

    def prove(self, challenge: bytes) -> Sm2Signature:
        return Sm2Signature(self.kid, self.sign(sm2.to_be_signed(challenge)))


def equip(
    township: Township,
    keys: Mapping[str, tuple[Sm2Key, ...]],
    *,
    policy: Policy | None = None,
    suites: tuple[str, ...] = BOTH,
) -> Township:
    """The officers name these keys on the roster, beside passkeys, and the policy these suites."""
    persons = dict(township.roster.persons)
    for name, held in keys.items():
        persons[name] = replace(persons[name], sm2_keys=held)
    chosen = policy or township.authority.policy
    return township.change(
        roster=replace(township.roster, persons=persons),
        policy=replace(chosen, approval_suites=suites),
    )


def approve(
    township: Township,
    application: Application,
    step: str,
    person: str,
    holder: Holder,
    *,
    verdict: str = "approve",
    kind: str = "application",
) -> Approval:
    """That key's real signature for the step, in that person's name."""
    digest = subject.subject_hash(subject.encode(application))
    roster = township.roster.version
    challenge = decision.challenge(kind, digest, step, person, verdict, roster)
    return Approval(step, person, verdict, roster, holder.prove(challenge))
