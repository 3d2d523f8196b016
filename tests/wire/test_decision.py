"""The challenge: a signature for one decision fits no other."""

from hashlib import sha256

import pytest

from wire import cbor
from wire.approval import decision
from wire.approval.assertion import Assertion
from wire.approval.decision import Approval, challenge, challenge_of
from wire.errors import WireError

SUBJECT = sha256(b"subject").digest()


def test_it_is_the_hash_of_the_documented_map() -> None:
    documented = cbor.encode(
        {
            "v": 1,
            "kind": "application",
            "subject": SUBJECT,
            "step": "director",
            "person": "yi",
            "decision": "approve",
            "roster": 3,
        }
    )
    made = challenge("application", SUBJECT, "director", "yi", "approve", 3)
    assert made == sha256(documented).digest()


def test_every_part_of_the_decision_changes_it() -> None:
    made = {
        challenge("application", SUBJECT, "director", "yi", "approve", 3),
        challenge("application", sha256(b"other").digest(), "director", "yi", "approve", 3),
        challenge("application", SUBJECT, "secretary", "yi", "approve", 3),
        challenge("application", SUBJECT, "director", "jia", "approve", 3),
        challenge("application", SUBJECT, "director", "yi", "return", 3),
        challenge("application", SUBJECT, "director", "yi", "approve", 4),
    }
    assert len(made) == 6


def test_an_approval_says_which_challenge_it_signed() -> None:
    approval = Approval("director", "yi", "return", 3, Assertion(b"c", bytes(37), b"{}", b"s"))
    expected = challenge("application", SUBJECT, "director", "yi", "return", 3)
    assert challenge_of("application", SUBJECT, approval) == expected


@pytest.mark.parametrize(
    ("kind", "subject", "step", "person", "verdict", "roster"),
    [
        ("payment", SUBJECT, "director", "yi", "approve", 3),
        ("application", b"short", "director", "yi", "approve", 3),
        ("application", SUBJECT, "", "yi", "approve", 3),
        ("application", SUBJECT, "director", "two words", "approve", 3),
        ("application", SUBJECT, "director", "yi", "maybe", 3),
        ("application", SUBJECT, "director", "yi", "approve", 0),
    ],
)
def test_nothing_else_can_be_asked_for(
    kind: str, subject: bytes, step: str, person: str, verdict: str, roster: int
) -> None:
    with pytest.raises(WireError):
        challenge(kind, subject, step, person, verdict, roster)


def test_approve_and_return_are_the_only_decisions() -> None:
    assert decision.DECISIONS == ("approve", "return")
