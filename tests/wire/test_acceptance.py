"""What an acceptance sheet says is signed, and what it lacks is one rule for all who read it."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from docs.examples import cast
from wire import acceptance
from wire.acceptance import Acceptance, AcceptedPerson, AcceptedSeal, Citation
from wire.acceptance_words import MISSING, sentence
from wire.errors import WireError
from wire.record import entry, envelope
from wire.sig import PublicKey


def _cited(seq: int) -> Citation:
    return Citation(seq, sha256(bytes([seq])).digest())


SEAL = AcceptedSeal(
    *("seal-committee", "晨光村村民委员会章", 2, "active"),
    present=True,
    stamp=_cited(9),
    item="residence",
    findings=("new_impression",),
    photo=bytes(32),
)
OPERATOR = AcceptedPerson("wu", "戊五", True, False, ("pin", "card"), _cited(5))
WITNESS = AcceptedPerson("bing", "丙三", False, True, ("pin",), _cited(4))
WHOLE = Acceptance(
    device="sunrise-1",
    village="sunrise",
    village_name="晨光村",
    state="active",
    made_ms=1_800_000_000_000,
    quality="witnessed",
    version="0.1.0",
    list_version=3,
    list_sha256=bytes(32),
    list_expires_ms=1_800_000_000_001,
    boot=_cited(1),
    boot_receipted=True,
    last=_cited(12),
    unreceipted=0,
    seals=(SEAL,),
    people=(OPERATOR, WITNESS),
    serial="10000000abcdef01",
    certificate=bytes(32),
    findings={"camera": "good", "clock": "warn"},
)


def _signed(made: Acceptance) -> bytes:
    payload = acceptance.encode(made)
    key = cast.RECORD_KEY
    signature = cast.RECORD.sign(envelope.to_be_signed("EdDSA", key.kid, payload))
    return envelope.assemble("EdDSA", key.kid, payload, signature)


def test_a_sheet_reads_back_and_verifies_under_any_key_that_the_machine_had() -> None:
    stranger = PublicKey("EdDSA", bytes(32))
    assert acceptance.read(_signed(WHOLE)) == WHOLE
    assert acceptance.verify(_signed(WHOLE), (stranger, cast.RECORD_KEY)) == WHOLE
    assert acceptance.missing(WHOLE) == ()


def test_a_sheet_that_was_changed_or_that_another_signed_does_not_verify() -> None:
    data = _signed(replace(WHOLE, seals=()))
    at = data.index("晨光村".encode())
    changed = data[:at] + "晨光镇".encode() + data[at + 9 :]
    with pytest.raises(WireError):
        acceptance.verify(changed, (cast.RECORD_KEY,))
    with pytest.raises(WireError, match="no key of this machine"):
        acceptance.verify(data, ())


def test_a_sheet_is_no_entry_and_an_entry_no_sheet() -> None:
    with pytest.raises(WireError):
        entry.open_entry(_signed(WHOLE), cast.RECORD_KEY)
    with pytest.raises(WireError):
        acceptance.read(cast.FIRST_ENVELOPE)


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({"state": "suspended"}, ("suspended", "sunrise-1")),
        ({"boot_receipted": False}, ("boot_unreceipted", "#1")),
        ({"unreceipted": 2}, ("receipts_pending", "2")),
        ({"seals": (replace(SEAL, present=False),)}, ("seal_absent", SEAL.name)),
        ({"seals": (replace(SEAL, stamp=None, photo=None),)}, ("stamp_missing", SEAL.name)),
        ({"seals": (replace(SEAL, photo=None),)}, ("specimen_missing", SEAL.name)),
        (
            {"seals": (replace(SEAL, findings=("no_new_impression",)),)},
            ("specimen_missing", SEAL.name),
        ),
        ({"people": (WITNESS,)}, ("operator_missing", "")),
        ({"people": (replace(OPERATOR, methods=()), WITNESS)}, ("operator_missing", "")),
        ({"people": (OPERATOR,)}, ("supervisor_missing", "")),
        ({"findings": {"camera": "bad"}}, ("doctor_bad", "camera")),
    ],
)
def test_each_thing_that_is_missing_is_named_with_what_to_do(
    changes: dict[str, Any], lacking: tuple[str, str]
) -> None:
    assert acceptance.missing(replace(WHOLE, **changes)) == (lacking,)
    assert lacking[1] in sentence(*lacking)


def test_a_suspended_seal_needs_no_stamp() -> None:
    resting = replace(SEAL, state="suspended", present=False, stamp=None, photo=None)
    assert acceptance.missing(replace(WHOLE, seals=(SEAL, resting))) == ()


def test_every_word_is_of_a_thing_that_can_be_missing() -> None:
    bare = replace(SEAL, present=False, stamp=None)
    unseen = replace(SEAL, photo=None)
    worst = replace(
        WHOLE,
        state="suspended",
        boot_receipted=False,
        unreceipted=1,
        seals=(bare, unseen),
        people=(),
        findings={"camera": "bad"},
    )
    assert {code for code, _ in acceptance.missing(worst)} == MISSING.keys()


def test_everything_that_it_rests_on_is_cited_with_its_kind() -> None:
    assert [(one.seq, kind) for one, kind in acceptance.citations(WHOLE)] == [
        (1, "boot"),
        (4, "enrolled"),
        (5, "enrolled"),
        (9, "stamped"),
        (12, ""),
    ]
