"""Packets of fingerprint sensors: only whole and undamaged ones are taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.fingerprint.frames import MAX_PAYLOAD, Packet, encode, parse

packets = st.builds(
    Packet,
    address=st.integers(0, 0xFFFF_FFFF),
    pid=st.integers(0, 0xFF),
    payload=st.binary(min_size=1, max_size=40),
)
noise = st.lists(st.sampled_from([b"\xef", b"\x01", b"\xef\x01", b"\x00", b"\xff"])).map(b"".join)


@pytest.mark.parametrize(
    ("pid", "payload", "sent"),
    [
        (1, "01", "ef01ffffffff0100030100 05"),  # GenImg, ZFM-20 user manual
        (1, "1300000000", "ef01ffffffff010007130000000 0001b"),  # VfyPwd
        (1, "1d", "ef01ffffffff0100031d0021"),  # TemplateNum, R503 user manual
        (7, "00", "ef01ffffffff07000300000a"),
    ],
)
def test_packets_of_the_manuals(pid: int, payload: str, sent: str) -> None:
    packet = Packet(0xFFFF_FFFF, pid, bytes.fromhex(payload))
    assert encode(packet) == bytes.fromhex(sent.replace(" ", ""))
    assert parse(encode(packet)) == ([packet], b"")


@given(st.lists(packets.map(encode) | noise), st.data())
def test_any_split_gives_the_same_packets(pieces: list[bytes], data: st.DataObject) -> None:
    whole = b"".join(pieces)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    found, left = [], b""
    for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True):
        more, left = parse(left + whole[start:end])
        found += more
    assert (found, left) == parse(whole)


@given(packets, st.data())
def test_no_single_flipped_bit_makes_another_packet_of_the_same_length(
    packet: Packet, data: st.DataObject
) -> None:
    """But for the address, which the sum does not cover and the driver compares."""
    sent = encode(packet)
    bit = data.draw(st.integers(0, len(sent) * 8 - 1))
    spoilt = int.from_bytes(sent, "big") ^ (1 << bit)
    for found in parse(spoilt.to_bytes(len(sent), "big"))[0]:
        assert found.address != packet.address or len(found.payload) < len(packet.payload)


@given(st.binary(max_size=30).filter(lambda some: b"\xef" not in some), packets)
def test_a_packet_is_found_after_garbage(garbage: bytes, packet: Packet) -> None:
    assert parse(garbage + encode(packet)) == ([packet], b"")


@pytest.mark.parametrize("length", [0, 1, 2, MAX_PAYLOAD + 3, 0xFFFF])
def test_a_length_that_cannot_be_hides_nothing_behind_it(length: int) -> None:
    packet = Packet(1, 7, b"\x00")
    lie = b"\xef\x01\x00\x00\x00\x01\x07" + length.to_bytes(2, "big")
    assert parse(lie + encode(packet)) == ([packet], b"")


@given(st.lists(packets.map(encode) | noise | st.binary(max_size=400)))
def test_what_is_kept_is_bounded(pieces: list[bytes]) -> None:
    left = b""
    for piece in pieces:
        _, left = parse(left + piece)
        assert len(left) < MAX_PAYLOAD + 11
