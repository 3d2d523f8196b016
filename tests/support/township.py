"""An invented township for tests: real county root, officers, passkeys, lists and grants.

Calls `county`, `hub.devices.publish`, `demo.authenticator` and `wire`. A township is a value:
`change` gives another one, signed anew, so that an attack is one call away from the honest state.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Self, TypeVar

from county.authority import publish_authority
from county.ceremony import Keyholders, Quorum, new_root, next_root, sign_root
from county.township import Township as Authority
from county.township import Village
from demo.authenticator import Authenticator
from hub.devices.publish import publish
from tests.support import contents
from tests.support.contents import DAY, DEVICE, NOW, ORIGIN, RP_ID, VILLAGE, YEAR
from wire.approval import decision, subject
from wire.approval.assertion import Assertion
from wire.approval.chain import Approval
from wire.approval.subject import Application
from wire.lists import package
from wire.lists.adopt import Trusted, adopt, pin_root
from wire.lists.content import (
    ApprovalList,
    Catalogue,
    Grant,
    Grants,
    Machine,
    Machines,
    Policy,
    Roster,
)
from wire.lists.tufapi import CryptoSigner, SSlibKey
from wire.sig import PublicKey

LIFETIME_S = 72 * 3600
File = TypeVar("File", Catalogue, Policy, Roster, Machines)


@dataclass(frozen=True)
class Keys:
    """Every private key of the township: 2 of 3 root holders, 2 of 3 officers, the hub's one."""

    holders: tuple[CryptoSigner, ...]
    officers: tuple[CryptoSigner, ...]
    hub: CryptoSigner

    @classmethod
    def generate(cls) -> Self:
        made = [CryptoSigner.generate_ed25519() for _ in range(7)]
        return cls(tuple(made[:3]), tuple(made[3:6]), made[6])

    def keyholders(self) -> Keyholders:
        online = Quorum((self.hub.public_key,), 1)
        return Keyholders(
            Quorum(publics(self.holders), 2), Quorum(publics(self.officers), 2), online, online
        )


def asserted(approval: Approval) -> Assertion:
    """Its proof, which is a passkey's."""
    assert isinstance(approval.proof, Assertion)
    return approval.proof


def publics(signers: Sequence[CryptoSigner]) -> tuple[SSlibKey, ...]:
    return tuple(signer.public_key for signer in signers)


@dataclass(frozen=True)
class Township:
    """`authority` is what the officers signed as `package`, targets version `version`."""

    keys: Keys
    roots: tuple[bytes, ...]
    authenticators: Mapping[str, Authenticator]
    authority: Authority
    version: int
    package: bytes
    now_ms: int

    @classmethod
    def build(
        cls,
        machine_key: PublicKey | None = None,
        *,
        offices: Mapping[str, tuple[str, ...]] = contents.OFFICES,
        catalogue: Catalogue | None = None,
        policy: Mapping[str, Any] | None = None,
        now_ms: int = NOW,
    ) -> Self:
        """A new township around a machine's record key; `policy` replaces fields of the policy.

        Everything is in force at now_ms: give the real time where real processes read a clock.
        """
        keys = Keys.generate()
        root = new_root(keys.keyholders(), expires_ms=now_ms + 5 * YEAR)
        for holder in keys.holders[:2]:
            root = sign_root(root, holder)
        people = {name: Authenticator() for name in offices}
        for authenticator in people.values():
            authenticator.create(RP_ID)
        key = machine_key or PublicKey("EdDSA", sha256(b"a machine without a hand").digest())
        authority = Authority(
            catalogue or contents.catalogue(),
            replace(contents.policy(), **dict(policy or {})),
            (Village(contents.roster(people, offices, now_ms), contents.machines(key)),),
        )
        return cls(keys, (root,), people, authority, 1, b"", now_ms).sign(authority, 1)

    def sign(self, authority: Authority, version: int | None = None) -> Self:
        """Two officers sign this as the next version of targets, or as the version given."""
        chosen = version or self.version + 1
        signed = publish_authority(
            authority,
            self.keys.officers[:2],
            roots=self.roots,
            hub_key=self.keys.hub.public_key,
            version=chosen,
            now_ms=self.now_ms,
            expires_ms=self.now_ms + YEAR,
        )
        return replace(self, authority=authority, version=chosen, package=signed)

    def rotate(self, keys: Keys) -> Self:
        """The county's next root names these keys; former and new holders sign, officers again."""
        root = next_root(self.roots[-1], keys.keyholders(), expires_ms=self.now_ms + 5 * YEAR)
        signers = self.keys.holders[:2] + keys.holders[:2]
        for holder in {signer.public_key.keyid: signer for signer in signers}.values():
            root = sign_root(root, holder)
        return replace(self, keys=keys, roots=(*self.roots, root)).sign(self.authority)

    def change(
        self,
        *,
        roster: Roster | None = None,
        machine: Machine | None = None,
        catalogue: Catalogue | None = None,
        policy: Policy | None = None,
    ) -> Self:
        """The officers sign the next version; parts given are new, each under its next version."""
        village, rest = self.authority.villages[0], self.authority.villages[1:]
        if roster is not None:
            village = replace(village, roster=_next(roster, self.roster))
        if machine is not None:
            machines = replace(village.machines, machines={machine.device: machine})
            village = replace(village, machines=_next(machines, village.machines))
        authority = Authority(
            _next(catalogue, self.authority.catalogue) if catalogue else self.authority.catalogue,
            _next(policy, self.authority.policy) if policy else self.authority.policy,
            (village, *rest),
        )
        return self.sign(authority)

    @property
    def roster(self) -> Roster:
        return self.authority.villages[0].roster

    @property
    def machine(self) -> Machine:
        return self.authority.villages[0].machines.machines[DEVICE]

    def suspend(self, seal: str | None = None) -> Self:
        """The machine, or only one of its seals, suspended by the officers."""
        if seal is None:
            return self.change(machine=replace(self.machine, state="suspended"))
        seals = tuple(
            replace(one, state="suspended") if one.id == seal else one for one in self.machine.seals
        )
        return self.change(machine=replace(self.machine, seals=seals))

    def application(self, **overrides: Any) -> Application:
        """By xin, for one impression of the committee's seal; any field may be replaced."""
        machine = self.machine
        made = Application(
            id=sha256(b"application").digest(),
            village=VILLAGE,
            device=DEVICE,
            machine=machine.kid,
            seal="seal-committee",
            item="residence",
            catalogue=self.authority.catalogue.version,
            applicant="xin",
            applicant_name=contents.NAMES["xin"],
            title="居住证明",
            purpose="子女入学",
            impressions=1,
            seams=0,
            pages=(sha256(b"page").digest(),),
            operators=("wu",),
            created=self.now_ms - DAY,
            not_before=self.now_ms - DAY,
            not_after=self.now_ms + 7 * DAY,
        )
        return replace(made, **overrides)

    def approve(
        self,
        application: Application,
        step: str,
        person: str,
        *,
        verdict: str = "approve",
        signer: str | None = None,
        origin: str = ORIGIN,
        user_verified: bool = True,
    ) -> Approval:
        """That person's real assertion for the step, or one by `signer` in his name."""
        roster = self.roster.version
        digest = subject.subject_hash(subject.encode(application))
        challenge = decision.challenge("application", digest, step, person, verdict, roster)
        assertion = self.authenticators[signer or person].get_assertion(
            RP_ID, origin, challenge, user_verified=user_verified
        )
        return Approval(step, person, verdict, roster, assertion)

    def approvals(self, application: Application, **persons: str) -> tuple[Approval, ...]:
        """Approvals of director and secretary by yi and jia, or by the persons named by step."""
        taken = persons or {"director": "yi", "secretary": "jia"}
        return tuple(self.approve(application, step, person) for step, person in taken.items())

    def grant(self, application: Application, approvals: Sequence[Approval] | None = None) -> Grant:
        given = self.approvals(application) if approvals is None else tuple(approvals)
        return Grant(subject.encode(application), given)

    def bundle(
        self,
        grants: Sequence[Grant] = (),
        *,
        version: int = 1,
        device: str = DEVICE,
        now_ms: int | None = None,
        lifetime_s: int = LIFETIME_S,
        **revocations: Any,
    ) -> bytes:
        """The hub's list of that version; `revocations` are further fields of Grants."""
        empty = Grants(version, device, tuple(grants), (), (), (), None)
        return publish(
            package.decode(self.package),
            device,
            replace(empty, **revocations),
            version=version,
            now_ms=self.now_ms if now_ms is None else now_ms,
            signer=self.keys.hub,
            lifetime_s=lifetime_s,
        )

    def pinned(self) -> Trusted:
        """A machine that knows the county's first root and nothing else."""
        return pin_root(self.roots[0], sha256(self.roots[0]).digest())

    def adopted(self, grants: Sequence[Grant] = (), **options: Any) -> Trusted:
        """A machine that adopted the list that `bundle` makes of the same arguments."""
        now_ms = options.get("now_ms", self.now_ms)
        return adopt(self.pinned(), self.bundle(grants, **options), device=DEVICE, now_ms=now_ms)

    def lists(self, grants: Sequence[Grant] = (), **options: Any) -> ApprovalList:
        """The list as that machine's rules see it."""
        lists = self.adopted(grants, **options).lists
        if lists is None:
            raise LookupError("nothing was adopted")
        return lists


def _next(changed: File, former: File) -> File:
    return replace(changed, version=former.version + 1)
