"""Statements of absence for tests: that somebody of an invented township is away, as somebody says.

Calls `demo.authenticator`, `tests.support` and `wire`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any, Final

from demo.authenticator import Authenticator
from tests.support.contents import DAY, OFFICES, ORIGIN, RP_ID, VILLAGE
from tests.support.township import Township, asserted
from wire.approval import absence, decision, subject
from wire.approval.absence import Absence, SignedAbsence
from wire.approval.decision import Approval
from wire.approval.subject import subject_hash
from wire.lists.content import Grant

LONGEST: Final = 7
"""Days of the longest absence that the policy of these townships permits."""
PEOPLE: Final = {**OFFICES, "gui": ("township.leader", "village.cooperative")}
"""The village's, with a leader of the township whom the policy lets speak for others; by another
office he could stand in for the director himself.
"""
PERMITTED: Final = {"absence_days": LONGEST, "absence_offices": ("township.leader",)}


def statement(town: Township, person: str, **changes: Any) -> Absence:
    """That he is away around the township's applications."""
    fields: dict[str, Any] = {
        "id": sha256(person.encode()).digest(),
        "township": town.authority.policy.township,
        "village": VILLAGE,
        "person": person,
        "first": town.now_ms - 2 * DAY,
        "until": town.now_ms + DAY,
    }
    return Absence(**{**fields, **changes})


def signed(
    town: Township,
    found: Absence,
    by: str,
    *,
    signer: str | None = None,
    kind: str = absence.KIND,
    step: str = absence.STEP,
    verdict: str = "approve",
) -> SignedAbsence:
    """By that person's passkey, or by that of `signer` in his name."""
    data, roster = absence.encode(found), town.roster.version
    challenge = decision.challenge(kind, subject_hash(data), step, by, verdict, roster)
    proof = town.authenticators[signer or by].get_assertion(RP_ID, ORIGIN, challenge)
    return SignedAbsence(data, Approval(step, by, verdict, roster, proof))


def said(town: Township, person: str, by: str | None = None, **changes: Any) -> SignedAbsence:
    """The person says so himself, or `by` of him."""
    return signed(town, statement(town, person, **changes), by or person)


def granted(
    town: Township, *statements: SignedAbsence, director: str = "ding", **asked: Any
) -> Grant:
    """An application that leans on these; the director's step is taken by that person."""
    made = town.application(**asked)
    approvals = town.approvals(made, director=director, secretary="jia")
    return Grant(subject.encode(made), approvals, statements)


def _of_another_village(town: Township) -> Grant:
    return granted(town, said(town, "yi", village="sunset"))


def _by_the_hubs_passkey(town: Township) -> Grant:
    """Under the credential of his."""
    other = Authenticator()
    other.create(RP_ID)
    forged = replace(town, authenticators={**town.authenticators, "yi": other})
    found, his = said(forged, "yi"), town.roster.persons["yi"].passkeys[0].credential
    approval = replace(found.approval, proof=replace(asserted(found.approval), credential=his))
    return granted(town, replace(found, approval=approval))


def _of_an_application(town: Township) -> Grant:
    """What the director's key signed for the application, presented as his statement."""
    found = statement(town, "yi")
    return granted(town, signed(town, found, "yi", kind="application"))


def _prolonged(town: Township) -> Grant:
    """Its end moved by a day after it was signed."""
    found = said(town, "yi", until=town.now_ms - DAY)
    longer = absence.encode(statement(town, "yi", until=town.now_ms))
    return granted(town, replace(found, subject=longer))


FORGED: Final[Mapping[str, tuple[Callable[[Township], Grant], str]]] = {
    "nobody said so": (lambda town: granted(town), "approver_not_entitled"),
    "by the hub's passkey": (_by_the_hubs_passkey, "absence_invalid"),
    "prolonged": (_prolonged, "absence_invalid"),
    "an application's signature": (_of_an_application, "absence_invalid"),
    "by a stranger": (lambda town: granted(town, said(town, "yi", "geng")), "absence_invalid"),
    "another township's": (
        lambda town: granted(town, said(town, "yi", township="elsewhere")),
        "absence_invalid",
    ),
    "another village's": (_of_another_village, "absence_invalid"),
    "over when it was filed": (
        lambda town: granted(town, said(town, "yi", until=town.now_ms - DAY)),
        "absence_invalid",
    ),
    "for longer than permitted": (
        lambda town: granted(town, said(town, "yi", until=town.now_ms + 6 * DAY)),
        "absence_invalid",
    ),
    "valid before it was filed": (
        lambda town: granted(town, said(town, "yi"), not_before=town.now_ms - 2 * DAY),
        "absence_invalid",
    ),
    "the applicant's word": (
        lambda town: granted(town, said(town, "yi", "gui"), applicant="gui"),
        "absence_invalid",
    ),
    "the step taken by who said so": (
        lambda town: granted(town, said(town, "yi", "gui"), director="gui"),
        "approver_not_entitled",
    ),
    "the substitute's own word": (
        lambda town: granted(town, said(town, "yi", "ding")),
        "absence_invalid",
    ),
    "the second substitute": (
        lambda town: granted(town, said(town, "yi"), director="bing"),
        "approver_not_entitled",
    ),
    "signed by who is away": (
        lambda town: granted(town, said(town, "yi"), director="yi"),
        "approver_not_entitled",
    ),
}
"""What a hub in wrong hands may put on a list, and with what code the rules refuse it."""
