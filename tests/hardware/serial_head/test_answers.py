"""Answers of a head: what it says is read back, and nothing that it cannot say."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.serial_head import answers, frames
from hardware.serial_head.answers import Cause, Counters, Fault, Identity, LastReset, Status
from hardware.serial_head.commands import MalformedError

WORD = st.integers(0, 2**32 - 1)
TEXT = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=24)
RESET = st.builds(LastReset, st.sampled_from(Cause), st.booleans())
SLOT = st.integers(1, answers.MAX_SLOTS)
BYTE = st.integers(0, 255)
IDENTITIES = st.builds(
    Identity, st.integers(1, 2**32 - 1), SLOT, RESET, st.tuples(BYTE, BYTE, BYTE), TEXT, TEXT
)
FLAG = st.booleans()
STATUSES = st.builds(
    Status, WORD, WORD, FLAG, FLAG, FLAG, FLAG, st.none() | SLOT, st.sampled_from(Fault), RESET
)
COUNTERS = st.builds(Counters, WORD, st.lists(WORD, min_size=2, max_size=9).map(tuple))
TAGS = st.dictionaries(SLOT, TEXT)
DECODERS = (
    answers.decode_identity,
    answers.decode_status,
    answers.decode_slots,
    answers.decode_counters,
    answers.decode_reset,
)


@given(IDENTITIES, STATUSES, TAGS, COUNTERS, RESET)
def test_every_answer_reads_back(
    identity: Identity,
    status: Status,
    tags: dict[int, str],
    counters: Counters,
    reset: LastReset,
) -> None:
    assert answers.decode_identity(answers.encode_identity(identity)) == identity
    assert answers.decode_status(answers.encode_status(status)) == status
    assert answers.decode_slots(answers.encode_slots(tags)) == tags
    assert answers.decode_counters(answers.encode_counters(counters)) == counters
    assert answers.decode_reset(answers.encode_reset(reset)) == reset


@pytest.mark.parametrize("decode", DECODERS, ids=lambda decode: decode.__name__)
@given(payload=st.binary(max_size=80))
def test_whatever_else_arrives_is_malformed(
    decode: Callable[[bytes], object], payload: bytes
) -> None:
    try:
        decode(payload)
    except MalformedError:
        return


def test_a_full_carriage_fits_a_frame() -> None:
    tags = dict.fromkeys(range(1, answers.MAX_SLOTS + 1), "x" * answers.MAX_TAG)
    assert len(answers.encode_slots(tags)) < frames.MAX_PAYLOAD


@pytest.mark.parametrize(
    ("decode", "payload"),
    [
        (answers.decode_status, bytes(8) + bytes([16, 0, 0, 1])),
        (answers.decode_status, bytes(8) + bytes([0, 9, 0, 1])),
        (answers.decode_status, bytes(8) + bytes([0, 0, 6, 1])),
        (answers.decode_status, bytes(8) + bytes([0, 0, 0, 0])),
        (answers.decode_status, bytes(11)),
        (answers.decode_slots, b"\x01\x01a\x01\x01b"),
        (answers.decode_slots, b"\x02\x01a\x01\x01b"),
        (answers.decode_slots, b"\x00\x01a"),
        (answers.decode_slots, b"\x09\x01a"),
        (answers.decode_slots, b"\x01\x02a"),
        (answers.decode_slots, b"\x01\x00"),
        (answers.decode_slots, b"\x01\x01\x0a"),
        (answers.decode_slots, b"\x01\x19" + b"a" * 25),
        (answers.decode_counters, bytes(8)),
        (answers.decode_counters, bytes(13)),
        (answers.decode_counters, bytes(44)),
    ],
)
def test_flags_slots_faults_and_texts_that_do_not_exist_are_malformed(
    decode: Callable[[bytes], object], payload: bytes
) -> None:
    with pytest.raises(MalformedError):
        decode(payload)
