"""Journal entries: what is signed is read back; what was touched is not."""

import contextlib
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from sealctl.signer import FileSigner
from wire import messages
from wire.errors import WireError
from wire.record import chain, commitment, entry, envelope
from wire.record.commitment import Opening, OpeningSet
from wire.record.entry import NO_PREV, Entry, Time
from wire.sig import PublicKey
from wire.sig.es256 import ORDER

SIGNER = FileSigner(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
TIME = Time(1_793_577_600_000, "synced", 1000)


def heartbeat(seq: int = 1, prev: bytes = NO_PREV, **changed: Any) -> Entry:
    body = {"unlatches": 3, "presses": 2}
    fields: dict[str, Any] = {
        "device": "sunrise-1",
        "seq": seq,
        "prev": prev,
        "boot": bytes(16),
        "time": TIME,
        "kind": "heartbeat",
        "body": body,
    }
    return Entry(**{**fields, **changed})


def test_a_signed_entry_reads_back() -> None:
    data = SIGNER.sign(entry.encode(heartbeat()))
    assert entry.open_entry(data, SIGNER.public_key) == heartbeat()


@given(st.data())
def test_no_flipped_bit_survives(data: st.DataObject) -> None:
    bent = bytearray(SIGNER.sign(entry.encode(heartbeat())))
    bent[data.draw(st.integers(0, len(bent) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(WireError):
        entry.open_entry(bytes(bent), SIGNER.public_key)


@given(st.binary(max_size=300))
def test_garbage_is_a_typed_error(data: bytes) -> None:
    for decoder in (envelope.parse, entry.decode, commitment.decode, messages.decode_entries):
        with contextlib.suppress(WireError):
            decoder(b"\xd2" + data)
            decoder(data)


def test_another_key_does_not_speak_for_the_machine() -> None:
    other = FileSigner(Ed25519PrivateKey.generate())
    data = SIGNER.sign(entry.encode(heartbeat()))
    with pytest.raises(WireError, match="another key"):
        entry.open_entry(data, other.public_key)


@pytest.mark.parametrize(
    "changed",
    [
        {"body": {"unlatches": 3}},
        {"body": {"unlatches": 3, "presses": 2, "more": 1}},
        {"body": {"unlatches": -1, "presses": 2}},
        {"kind": "open_the_door"},
        {"seq": 0},
        {"seq": 2},
        {"prev": bytes(31)},
        {"device": "X"},
        {"time": Time(1, "certain", 1)},
    ],
)
def test_an_entry_outside_its_form_cannot_even_be_written(changed: dict[str, Any]) -> None:
    with pytest.raises(WireError):
        entry.encode(heartbeat(**changed))


def test_es256_takes_low_s_only() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    r, s = decode_dss_signature(key.sign(b"payload", ec.ECDSA(hashes.SHA256())))
    low, high = min(s, ORDER - s), max(s, ORDER - s)
    PublicKey("ES256", public).verify(r.to_bytes(32) + low.to_bytes(32), b"payload")
    with pytest.raises(WireError):
        PublicKey("ES256", public).verify(r.to_bytes(32) + high.to_bytes(32), b"payload")


def test_a_commitment_opens_to_its_own_value_and_field_only() -> None:
    opening = Opening("operator", bytes(32), "p-qian")
    body = {"operator": commitment.commit("authorised", opening)}
    commitment.check("authorised", body, opening)
    for other in (
        Opening("operator", bytes(32), "p-li"),
        Opening("operator", bytes([1] * 32), "p-qian"),
        Opening("before", bytes(32), "p-qian"),
    ):
        with pytest.raises(WireError):
            commitment.check("authorised", body, other)
    with pytest.raises(WireError):
        commitment.check("stamped", body, opening)


def test_openings_read_back() -> None:
    made = OpeningSet("sunrise-1", 3, bytes(32), (Opening("after", bytes(32), b"\1" * 32),))
    assert commitment.decode(commitment.encode(made)) == made


def test_gap_fork_and_foreign_device_break_the_chain() -> None:
    follow = heartbeat(2, bytes([7] * 32))
    chain.check_next(follow, device="sunrise-1", seq=1, prev=bytes([7] * 32))
    for device, seq, prev in (
        ("sunrise-2", 1, bytes([7] * 32)),
        ("sunrise-1", 2, bytes([7] * 32)),
        ("sunrise-1", 1, bytes([8] * 32)),
    ):
        with pytest.raises(WireError):
            chain.check_next(follow, device=device, seq=seq, prev=prev)


def test_messages_read_back() -> None:
    status = messages.Status(online=True, list=3, last=9, receipted=7)
    assert messages.decode_status(messages.encode_status(status)) == status
    assert messages.decode_entries(messages.encode_entries([b"a", b"b"])) == (b"a", b"b")
    assert messages.decode_receipts(messages.encode_receipts([(1, b"p")])) == ((1, b"p"),)
