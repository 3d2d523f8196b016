"""Frames: what is sent is read, whatever is split or comes before; what is damaged is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.serial_head import frames
from hardware.serial_head.frames import Frame

WORD = st.integers(0, 2**32 - 1)
FRAMES = st.builds(Frame, WORD, WORD, st.integers(0, 255), st.binary(max_size=frames.MAX_PAYLOAD))
QUIET = st.binary(max_size=64).map(lambda noise: noise.replace(b"\xa5", b"\x5a"))


def test_the_crc_has_its_published_check_value() -> None:
    assert frames.crc(b"123456789") == 0x29B1


@given(st.lists(FRAMES, max_size=4))
def test_frames_in_a_row_read_back(sent: list[Frame]) -> None:
    assert frames.parse(b"".join(map(frames.encode, sent))) == (sent, b"")


@given(FRAMES, st.data())
def test_a_frame_cut_in_two_anywhere_reads_back(frame: Frame, data: st.DataObject) -> None:
    wire = frames.encode(frame)
    cut = data.draw(st.integers(0, len(wire) - 1))
    first, rest = frames.parse(wire[:cut])
    assert (first, rest) == ([], wire[:cut])
    assert frames.parse(rest + wire[cut:]) == ([frame], b"")


@given(FRAMES)
def test_a_frame_that_comes_byte_by_byte_reads_back(frame: Frame) -> None:
    found, rest = [], b""
    for byte in frames.encode(frame):
        more, rest = frames.parse(rest + bytes([byte]))
        found += more
    assert (found, rest) == ([frame], b"")


def test_no_single_flipped_bit_is_believed() -> None:
    frame = Frame(0xA5A5A5A5, 7, 0x11, bytes(range(16)))
    wire = frames.encode(frame)
    for bit in range(8 * len(wire)):
        flipped = bytearray(wire)
        flipped[bit // 8] ^= 1 << bit % 8
        assert frames.parse(bytes(flipped))[0] == [], bit


@given(FRAMES, st.integers(0, 10_000), st.integers(1, 0xFFFF))
def test_no_burst_of_two_bytes_is_believed(frame: Frame, place: int, burst: int) -> None:
    wire = bytearray(frames.encode(frame))
    at = place % (len(wire) - 1)
    wire[at] ^= burst >> 8
    wire[at + 1] ^= burst & 0xFF
    assert frame not in frames.parse(bytes(wire))[0]


@given(QUIET, FRAMES)
def test_a_frame_behind_garbage_is_found(noise: bytes, frame: Frame) -> None:
    assert frames.parse(noise + frames.encode(frame)) == ([frame], b"")


@given(st.binary(max_size=64), FRAMES)
def test_behind_any_garbage_a_frame_is_found_once_its_longest_false_start_is_over(
    noise: bytes, frame: Frame
) -> None:
    found, _ = frames.parse(noise + frames.encode(frame) + bytes(frames.MAX_FRAME))
    assert frame in found


@given(FRAMES, FRAMES, st.data())
def test_a_frame_that_broke_off_costs_no_frame_after_it(
    broken: Frame, frame: Frame, data: st.DataObject
) -> None:
    wire = frames.encode(broken)
    half = wire[: data.draw(st.integers(0, len(wire) - 1))]
    found, _ = frames.parse(half + frames.encode(frame) + bytes(frames.MAX_FRAME))
    assert frame in found


@given(st.binary(max_size=2 * frames.MAX_FRAME))
def test_what_is_kept_for_later_never_grows_past_a_frame(noise: bytes) -> None:
    assert len(frames.parse(noise)[1]) < frames.MAX_FRAME


@pytest.mark.parametrize(("at", "value"), [(0, 0xA4), (1, 2), (2, 225), (3, 0)])
def test_another_start_version_or_length_is_no_frame(at: int, value: int) -> None:
    wire = bytearray(frames.encode(Frame(1, 1, 1)))
    wire[at] = value
    body = bytes(wire[:-2])
    assert frames.parse(body + frames.crc(body).to_bytes(2))[0] == []


def test_a_payload_too_long_is_not_sent() -> None:
    with pytest.raises(ValueError, match="225"):
        frames.encode(Frame(1, 1, 1, bytes(225)))
