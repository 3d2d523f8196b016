"""The state table, answer by answer: what the simulated sensor never says."""

from dataclasses import replace

import pytest

from hardware.fingerprint.commands import INDEX_BYTES, Confirmation
from hardware.fingerprint.states import Job, State
from hardware.fingerprint.table import ROWS, after, entry
from hardware.ports import Match

JOB = Job(0, slot=300, capacity=500, found=Match(3, 120))
ENDS = {State.DENIED, State.MATCHED, State.NOT_MATCHED, State.DONE, State.FAILED, State.LOST}
OK, NOT_FOUND = b"\x00", b"\x09"


def then(state: State, answer: bytes) -> State:
    return after(state, JOB, answer)[0]


def found(slot: int) -> bytes:
    return OK + slot.to_bytes(2, "big") + b"\x00\x78"


def test_each_state_asks_or_is_an_end_and_can_be_reached() -> None:
    reached = {State.GREET, State.DENIED}
    for row in ROWS.values():
        reached |= {*row.on.values(), row.otherwise}
    reached |= {entry(replace(JOB, kind=kind)) for kind in ("watch", "enrol", "delete")}
    assert reached == set(State)
    assert set(ROWS) == set(State) - ENDS


@pytest.mark.parametrize("state", ROWS)
def test_an_answer_of_another_length_or_meaning_is_none_to_the_question(state: State) -> None:
    size = ROWS[state].size
    for wrong in (OK + b"\x00" * (size + 1), OK + b"\x00" * 3, b"\x7f", b"\x01", b"\x20", b"\x21"):
        assert then(state, wrong) is State.LOST


@pytest.mark.parametrize("state", ROWS)
def test_no_confirmation_but_the_right_one_ends_well(state: State) -> None:
    well = {State.CONTROL: {State.MATCHED: NOT_FOUND}}
    for code in Confirmation:
        end = then(state, bytes([code]))
        if end in (State.MATCHED, State.DONE):
            assert well[state][end] == bytes([code])


def test_a_slot_beyond_the_library_cannot_be_found() -> None:
    assert then(State.SEARCH, found(499)) is State.HELD
    assert then(State.SEARCH, found(500)) is State.LOST


def test_the_second_picture_must_be_found_under_the_same_slot() -> None:
    assert then(State.CONFIRM, found(3)) is State.CONTROL
    assert then(State.CONFIRM, found(4)) is State.NOT_MATCHED
    assert then(State.CONFIRM, NOT_FOUND) is State.NOT_MATCHED


def test_a_library_without_a_neighbouring_slot_cannot_be_used() -> None:
    parameters = bytearray(17)
    parameters[6] = 1
    assert then(State.MEASURE, bytes(parameters)) is State.LOST
    parameters[6] = 2
    assert then(State.MEASURE, bytes(parameters)) is State.EMPTY


@pytest.mark.parametrize(("slot", "place"), [(0, 0), (255, 255), (256, 0), (300, 44)])
def test_the_index_is_read_page_by_page_from_its_lowest_bit(slot: int, place: int) -> None:
    job = replace(JOB, slot=slot)
    only = OK + (1 << place).to_bytes(INDEX_BYTES, "little")
    assert ROWS[State.GONE].ask(job) == bytes([0x1F, slot // 256])
    assert after(State.GONE, job, only)[0] is State.FAILED
    assert after(State.STORED, job, only)[0] is State.DONE
    assert after(State.STORED, replace(job, slot=slot + 1), only)[0] is State.FAILED
