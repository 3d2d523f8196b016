"""What a list says of people's keys: whose they are, and what they signed. Pure; calls only `wire`.

Only what a key's own signature covers is said to be signed by it. An approval in a list that
its key did not sign opens no lock, and stands in nobody's history.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from wire.approval import absence, assertion, correction, decision, sm2, subject
from wire.approval.absence import Absence
from wire.approval.correction import KIND, Correction
from wire.approval.decision import Approval
from wire.approval.sm2 import Sm2Signature
from wire.approval.subject import Application
from wire.errors import WireError
from wire.lists.content import Person
from wire.lists.parts import Parts

PublicKeys = Callable[[bytes, str, str], list[bytes]]
"""(credential, village, person) → the public keys that the officers ever gave that key."""


@dataclass(frozen=True)
class Key:
    """One key of one person on a roster: a passkey, or an SM2 key, whose kid is its credential and
    whose point is its public key. `office`: he holds or held one; `revoked`: the hub took key or
    person back.
    """

    credential: bytes
    village: str
    person: str
    public_key: bytes
    name: str
    office: bool
    revoked: bool


@dataclass(frozen=True)
class Signed:
    """One signature of one key; `fact` is what its owner is told, ready for JSON."""

    credential: bytes
    subject: bytes
    step: str
    decision: str
    fact: Mapping[str, object]


def keys(parts: Parts) -> Iterator[Key]:
    """Every key of the list's roster."""
    roster, grants = parts.files.roster, parts.files.grants
    gone, banned = set(grants.revoked_credentials), set(grants.revoked_persons)
    for person in roster.persons.values():
        for name, public in _held(person):
            revoked = person.id in banned or name in gone
            found = (name, roster.village, person.id, public)
            yield Key(*found, person.name, bool(person.offices), revoked)


def approvals(parts: Parts) -> Iterator[tuple[str, bytes, Approval]]:
    """(kind, exact bytes, approval) of all that the list holds."""
    for grant in parts.files.grants.grants:
        for approval in grant.approvals:
            yield "application", grant.subject, approval
        for said in grant.absences:
            yield absence.KIND, said.subject, said.approval
    for one in parts.files.grants.corrections:
        yield KIND, one.subject, one.approval


def key_of(approval: Approval) -> bytes:
    """The credential id of the passkey that an approval claims, or the kid of the SM2 key."""
    proof = approval.proof
    return proof.key if isinstance(proof, Sm2Signature) else proof.credential


def signed(
    parts: Parts, kind: str, data: bytes, approval: Approval, known: PublicKeys
) -> Signed | None:
    """The approval as its owner is told of it; None where no key of that person signed it."""
    credential, digest = key_of(approval), subject.subject_hash(data)
    publics = known(credential, parts.files.village, approval.person)
    if not any(_holds(parts, kind, digest, approval, public) for public in publics):
        return None
    said = {"kind": kind, "step": _step(parts, kind, data, approval.step)}
    fact = {**said, "decision": approval.decision, **_told(parts, kind, data)}
    return Signed(credential, digest, approval.step, approval.decision, fact)


def _holds(parts: Parts, kind: str, digest: bytes, approval: Approval, public_key: bytes) -> bool:
    challenge, proof = decision.challenge_of(kind, digest, approval), approval.proof
    try:
        if isinstance(proof, Sm2Signature):
            sm2.verify(proof, challenge=challenge, public_key=public_key)
        else:
            assertion.verify(
                proof,
                challenge=challenge,
                public_key=public_key,
                rp_id=parts.files.policy.rp_id,
                origins=parts.files.policy.origins,
            )
    except WireError:
        return False
    return True


def _held(person: Person) -> Iterator[tuple[bytes, bytes]]:
    """(name, public key) of each."""
    yield from ((key.credential, key.public_key) for key in person.passkeys)
    yield from ((key.kid, key.public_key) for key in person.sm2_keys)


def _told(parts: Parts, kind: str, data: bytes) -> dict[str, object]:
    try:
        if kind == KIND:
            return _correction(parts, correction.decode(data))
        if kind == absence.KIND:
            return _absence(parts, absence.decode(data))
        return _application(parts, subject.decode(data))
    except WireError:
        return {"kind": "unreadable"}


def _application(parts: Parts, found: Application) -> dict[str, object]:
    """Of people other than the signer no more than a family name."""
    seal = parts.machine.seal(found.seal)
    return {
        "item": _item(parts, found.item),
        "village": parts.machine.village_name,
        "device": found.device,
        "seal": found.seal if seal is None else seal.name,
        "title": found.title,
        "applicant": f"{found.applicant_name[:1]}××",
        "pages": len(found.pages),
        "impressions": found.impressions,
        "seams": found.seams,
        "amount": found.amount,
        "resolution": found.resolution,
        "created": found.created,
        "not_before": found.not_before,
        "not_after": found.not_after,
    }


def _correction(parts: Parts, found: Correction) -> dict[str, object]:
    return {
        "item": _item(parts, found.item),
        "village": parts.machine.village_name,
        "device": found.device,
        "stamped": found.stamped,
        "state": found.state,
        "reason": found.reason,
        "created": found.created,
    }


def _absence(parts: Parts, found: Absence) -> dict[str, object]:
    """The signer has named whom he means, who holds an office."""
    person = parts.files.roster.persons.get(found.person)
    return {
        "person": found.person if person is None else person.name,
        "village": parts.machine.village_name,
        "first": found.first,
        "until": found.until,
    }


def _item(parts: Parts, name: str) -> str:
    item = parts.files.catalogue.items.get(name)
    return name if item is None else item.zh


def _step(parts: Parts, kind: str, data: bytes, step: str) -> str:
    """The office whose step it is, in the list's words; the step's id where it has none."""
    try:
        item = (correction if kind == KIND else subject).decode(data).item
    except WireError:
        return step
    found = parts.files.catalogue.items.get(item)
    chain = () if found is None else found.steps
    office = next((one.office for one in chain if one.step == step), "")
    return parts.files.policy.offices.get(office, (step, ""))[0]
