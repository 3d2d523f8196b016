"""Modbus frames: the ones that a board's manual prints, and all others, which are no answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymodbus.framer import FramerRTU
from pymodbus.pdu import ExceptionResponse, ModbusPDU
from pymodbus.pdu.bit_message import (
    ReadCoilsRequest,
    ReadCoilsResponse,
    ReadDiscreteInputsRequest,
    ReadDiscreteInputsResponse,
    WriteSingleCoilRequest,
    WriteSingleCoilResponse,
)

from hardware.modbus_link import SpoiltError, parse

WRITE_ON = WriteSingleCoilRequest(address=0, bits=[True], dev_id=1)
READ_COILS = ReadCoilsRequest(address=0, count=8, dev_id=1)
READ_INPUTS = ReadDiscreteInputsRequest(address=0, count=3, dev_id=1)
ON_ECHO = bytes.fromhex("01050000FF008C3A")
"""As printed by the makers of eight-relay boards; address 1, relay 0."""

ASKED: list[tuple[ModbusPDU, type[ModbusPDU]]] = [
    (WRITE_ON, WriteSingleCoilResponse),
    (READ_COILS, ReadCoilsResponse),
    (READ_INPUTS, ReadDiscreteInputsResponse),
]


def _framed(body: bytes) -> bytes:
    return body + FramerRTU.compute_CRC(body).to_bytes(2, "big")


def test_the_echo_of_a_write_is_its_answer() -> None:
    found = parse(ON_ECHO, WRITE_ON, WriteSingleCoilResponse)
    assert isinstance(found, WriteSingleCoilResponse)
    assert [*found.bits] == [True]


def test_the_bits_of_a_reading_are_its_answer() -> None:
    found = parse(_framed(b"\x01\x02\x01\x05"), READ_INPUTS, ReadDiscreteInputsResponse)
    assert isinstance(found, ReadDiscreteInputsResponse)
    assert [*found.bits][:3] == [True, False, True]


def test_the_boards_refusal_is_an_answer() -> None:
    found = parse(_framed(b"\x01\x82\x02"), READ_INPUTS, ReadDiscreteInputsResponse)
    assert isinstance(found, ExceptionResponse)
    assert found.exception_code == 2


@pytest.mark.parametrize("length", range(len(ON_ECHO)))
def test_a_beginning_is_waited_for(length: int) -> None:
    assert parse(ON_ECHO[:length], WRITE_ON, WriteSingleCoilResponse) is None


@pytest.mark.parametrize(
    "answer",
    [
        b"\x01\x05\x00\x00\x00\x00",  # another value
        b"\x01\x05\x00\x01\xff\x00",  # another coil
        b"\x02\x05\x00\x00\xff\x00",  # another unit
        b"\x01\x82\x02",  # a refusal of something else
    ],
)
def test_the_answer_to_something_else_is_none(answer: bytes) -> None:
    with pytest.raises(SpoiltError):
        parse(_framed(answer), WRITE_ON, WriteSingleCoilResponse)


@pytest.mark.parametrize(
    "answer",
    [
        b"\x01\x02\x02\x05\x00",  # more bits than were asked for
        b"\x01\x01\x01\x05",  # coils instead of inputs
        ON_ECHO[:-2],
    ],
)
def test_other_bits_than_were_asked_for_are_no_answer(answer: bytes) -> None:
    with pytest.raises(SpoiltError):
        parse(_framed(answer), READ_INPUTS, ReadDiscreteInputsResponse)


@given(st.integers(0, len(ON_ECHO) * 8 - 1))
def test_one_changed_bit_makes_it_no_answer(bit: int) -> None:
    spoilt = bytearray(ON_ECHO)
    spoilt[bit // 8] ^= 1 << bit % 8
    try:
        assert parse(bytes(spoilt), WRITE_ON, WriteSingleCoilResponse) is None
    except SpoiltError:
        return


@given(st.sampled_from(ASKED), st.binary(max_size=40), st.booleans())
def test_any_bytes_are_an_answer_or_are_none(
    asked: tuple[ModbusPDU, type[ModbusPDU]], data: bytes, whole: bool
) -> None:
    """Never another error, and never an answer of another unit or function."""
    request, kind = asked
    try:
        found = parse(_framed(data) if whole else data, request, kind)
    except SpoiltError:
        return
    assert found is None or found.function_code & 0x7F == request.function_code
