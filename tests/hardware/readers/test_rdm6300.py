"""Cards on the RDM6300: what is believed of its frames, and how often a card is told."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.readers.rdm6300 import FRAME_BYTES, GAP_MS, Rdm6300, parse
from tests.hardware.readers.rig import next_text, on_a_pty, rest
from tests.support.serial_faults import FAULTS, Fault

CARD = bytes.fromhex("0F00A1B2C3")
OTHER = bytes.fromhex("0F00A1B2C4")
EVERY_MS = 50

cards = st.binary(min_size=5, max_size=5)
frames = cards.map(lambda card: frame(card))
garbage = st.binary(max_size=20)


def frame(card: bytes) -> bytes:
    checksum = 0
    for byte in card:
        checksum ^= byte
    return b"\x02" + f"{card.hex()}{checksum:02x}".upper().encode() + b"\x03"


def text(card: bytes) -> str:
    return f"em4100:{card.hex().upper()}"


def flipped(data: bytes, bit: int) -> bytes:
    whole = int.from_bytes(data, "big") ^ (1 << bit)
    return whole.to_bytes(len(data), "big")


def test_a_printed_frame_of_the_datasheet_is_read() -> None:
    """02 | 62 E3 08 6C ED | checksum 08 | 03"""
    assert parse(b"\x0262E3086CED08\x03") == (["em4100:62E3086CED"], b"")


@given(st.lists(frames | garbage), st.data())
def test_any_split_gives_the_same_cards(pieces: list[bytes], data: st.DataObject) -> None:
    whole = b"".join(pieces)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    found, left = [], b""
    for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True):
        more, left = parse(left + whole[start:end])
        found += more
        assert len(left) < FRAME_BYTES
    assert (found, left) == parse(whole)


@given(cards, st.integers(0, FRAME_BYTES * 8 - 1), garbage)
def test_a_single_flipped_bit_never_makes_another_card(
    card: bytes, bit: int, before: bytes
) -> None:
    honest = frame(card)
    found, _ = parse(flipped(honest, bit) + honest)
    assert set(found) <= {text(card)}
    assert text(card) in parse(before + honest)[0]


@given(st.binary(max_size=FRAME_BYTES - 1), cards)
def test_a_whole_frame_is_found_after_any_remains(before: bytes, card: bytes) -> None:
    assert parse(before + frame(card))[0] == [text(card)]


@pytest.mark.parametrize(
    "wrong",
    [
        b"\x020F00A1B2C3DE\x03",  # the checksum is DF
        b"\x020f00a1b2c3df\x03",  # lower case is not sent
        b"\x02 F00A1B2C3DF\x03",
        b"\x02+F00A1B2C3DF\x03",
        b"\x020F00A1B2C3DF\x04",
        b"\x020F00A1B2C3DF",
        b"\x020F00A1B2C3\x03",
        b"0F00A1B2C3DF\x03",
    ],
)
def test_what_is_no_frame_is_no_card(wrong: bytes) -> None:
    assert parse(frame(CARD))[0] == [text(CARD)]
    assert parse(wrong)[0] == []


def test_two_errors_that_cancel_out_are_not_seen() -> None:
    """The limit that the docstring states: why a card is never enough without a PIN."""
    wrong = bytes([CARD[0] ^ 1, CARD[1] ^ 1, *CARD[2:]])
    spoilt = frame(wrong)[:11] + frame(CARD)[11:]
    assert parse(spoilt)[0] == [text(wrong)]


def told(ear: Rdm6300, times_ms: Sequence[int], card: bytes | None) -> list[str]:
    """What is told when the reader is asked at these times with the card held, or without."""
    return [
        card_text
        for now in times_ms
        for card_text in ear.hear(b"" if card is None else frame(card), now)
    ]


def test_a_card_that_is_held_is_told_once() -> None:
    assert told(Rdm6300(), range(0, 10_000, EVERY_MS), CARD) == [text(CARD)]


def test_a_card_laid_again_after_the_gap_is_told_again() -> None:
    ear = Rdm6300()
    told(ear, [0], CARD)
    told(ear, range(EVERY_MS, GAP_MS, EVERY_MS), None)
    assert told(ear, [GAP_MS + 1], CARD) == [text(CARD)]


def test_a_card_that_slips_for_less_than_the_gap_is_not_told_again() -> None:
    ear = Rdm6300()
    told(ear, [0], CARD)
    told(ear, range(EVERY_MS, GAP_MS, EVERY_MS), None)
    assert told(ear, [GAP_MS], CARD) == []


def test_a_caller_who_comes_back_late_is_not_told_of_a_held_card_twice() -> None:
    assert told(Rdm6300(), [0, 5_000, 10_000], CARD) == [text(CARD)]


def test_another_card_is_told_at_once() -> None:
    ear = Rdm6300()
    assert told(ear, [0], CARD) + told(ear, [EVERY_MS], OTHER) == [text(CARD), text(OTHER)]


@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_of_the_line_makes_another_card_or_hides_the_next_frame(fault: Fault) -> None:
    with on_a_pty(Rdm6300()) as (line, reader):
        line.say(frame(CARD))
        assert next_text(reader) == text(CARD)
        line.say(frame(OTHER), fault)
        assert set(rest(reader)) <= {text(OTHER)}
        line.say(frame(OTHER))
        line.say(frame(CARD))
        assert rest(reader)[-1] == text(CARD)
