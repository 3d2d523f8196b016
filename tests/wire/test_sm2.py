"""SM2 with SM3: the standard's example, OpenSSL's vectors and its command line, and bent inputs."""

import ctypes
import json
import subprocess
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from sealctl import signer_sm2
from tests.wire import sm2_reference as reference
from wire.errors import WireError
from wire.record import envelope
from wire.sig import PublicKey, libcrypto, sm2

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "sm2.json").read_text("ascii")
)
EXAMPLE = VECTORS["gbt32918.5"]
PUBLIC = b"\x04" + bytes.fromhex(EXAMPLE["public"])
SIGNATURE = bytes.fromhex(EXAMPLE["signature"])
MESSAGE = EXAMPLE["message"].encode()
POINT = int.from_bytes(PUBLIC[1:33]), int.from_bytes(PUBLIC[33:])
R, S = int.from_bytes(SIGNATURE[:32]), int.from_bytes(SIGNATURE[32:])
E = reference.e_of(POINT, MESSAGE, EXAMPLE["identity"].encode())


def raw(r: int, s: int) -> bytes:
    return r.to_bytes(32) + s.to_bytes(32)


@pytest.fixture
def key(tmp_path: Path) -> signer_sm2.Sm2Signer:
    return signer_sm2.create(tmp_path / "record.pem")


def test_the_example_of_the_standard_verifies() -> None:
    assert sm2.verify(PUBLIC, SIGNATURE, MESSAGE)


def test_the_textbook_makes_the_examples_signature_with_its_nonce() -> None:
    private, nonce = int(EXAMPLE["private"], 16), int(EXAMPLE["k"], 16)
    assert reference.times(private, reference.G) == POINT
    assert reference.sign(private, E, nonce) == (R, S)


@pytest.mark.parametrize("number", range(2))
def test_the_textbook_agrees_with_openssls_vectors(number: int) -> None:
    digest, der = (bytes.fromhex(one) for one in VECTORS["openssl"]["verify"][number])
    public = b64decode(VECTORS["openssl"]["private"])[-64:]
    point = int.from_bytes(public[:32]), int.from_bytes(public[32:])
    assert reference.verify(point, int.from_bytes(digest), *decode_dss_signature(der))
    assert not reference.verify(point, int.from_bytes(digest) ^ 1, *decode_dss_signature(der))


@pytest.mark.parametrize("message", [b"", b"a\0b", bytes(100_000)])
def test_our_signatures_hold_by_the_textbook(key: signer_sm2.Sm2Signer, message: bytes) -> None:
    made = envelope.parse(key.sign(message))
    public = key.public_key.public
    point = int.from_bytes(public[1:33]), int.from_bytes(public[33:])
    signed = envelope.to_be_signed(made.alg, made.kid, message)
    e = reference.e_of(point, signed, libcrypto.ID)
    assert reference.verify(
        point, e, *(int.from_bytes(made.signature[i : i + 32]) for i in (0, 32))
    )


def test_the_textbooks_signatures_verify() -> None:
    private = 1_000_003
    point = reference.times(private, reference.G)
    assert point is not None
    e = reference.e_of(point, b"a page", libcrypto.ID)
    public = b"\x04" + raw(*point)
    assert sm2.verify(public, raw(*reference.sign(private, e, 77_777)), b"a page")
    other = reference.e_of(point, b"a page", b"ALICE123@YAHOO.COM")
    assert not sm2.verify(public, raw(*reference.sign(private, other, 77_777)), b"a page")


def test_nobody_can_bend_a_signature_into_a_second_one() -> None:
    """What makes ECDSA malleable does not hold here; every other way of writing r and s is too
    long or out of range.
    """
    n = reference.N
    bent = [raw(R, n - S), raw(n - R, S), raw(n - R, n - S), raw(S, R), raw(R, 0), raw(0, S)]
    bent += [raw(R, n), raw(n, S), raw(R, S ^ 1), SIGNATURE + b"\0", SIGNATURE[:-1], b""]
    bent += [raw(R + n, S)] if R + n < 1 << 256 else []
    bent += [raw(R, S + n)] if S + n < 1 << 256 else []
    bent.append(encode_dss_signature(R, S))
    assert [sm2.verify(PUBLIC, one, MESSAGE) for one in bent] == [False] * len(bent)


def test_a_key_has_one_form() -> None:
    x, y = PUBLIC[1:33], PUBLIC[33:]
    others = [
        bytes([2 + (y[-1] & 1)]) + x,
        bytes([6 + (y[-1] & 1)]) + x + y,
        PUBLIC + b"\0",
        PUBLIC[:-1],
        b"",
        b"\x04" + bytes(64),
        b"\x04" + x + bytes(32),
        PUBLIC[:-1] + bytes([PUBLIC[-1] ^ 1]),
    ]
    assert [sm2.verify(one, SIGNATURE, MESSAGE) for one in others] == [False] * len(others)


def test_a_failure_leaves_nothing_in_openssls_queue() -> None:
    """Python's ssl would find it there and fail for no reason of its own."""
    lib = libcrypto.library()
    lib.ERR_peek_error.restype = ctypes.c_ulong
    sm2.verify(b"\x04" + bytes(64), SIGNATURE, MESSAGE)
    sm2.verify(PUBLIC, raw(R, S ^ 1), MESSAGE)
    assert lib.ERR_peek_error() == 0


def test_a_computer_without_it_says_so_and_calls_no_signature_bad(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    libcrypto.library.cache_clear()
    monkeypatch.setattr(libcrypto, "LIBRARY", "libcrypto-that-is-not-there.so")
    with pytest.raises(WireError, match="OpenSSL 3"):
        PublicKey("SM2", PUBLIC).verify(SIGNATURE, MESSAGE)
    libcrypto.library.cache_clear()


def test_the_envelope_carries_the_algorithm(key: signer_sm2.Sm2Signer) -> None:
    data = key.sign(b"payload")
    assert envelope.parse(data).alg == "SM2"
    assert envelope.verify(data, key.public_key) == b"payload"
    renamed = PublicKey("ES256", key.public_key.public)
    with pytest.raises(WireError):
        envelope.verify(data, renamed)


def openssl(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, check=False)


RAW = ("-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678")


def test_openssls_command_line_takes_what_we_sign(
    tmp_path: Path, key: signer_sm2.Sm2Signer
) -> None:
    pem, message, der = (tmp_path / name for name in ("record.pem", "message", "der"))
    made = envelope.parse(key.sign(b"payload"))
    message.write_bytes(envelope.to_be_signed(made.alg, made.kid, b"payload"))
    numbers = [int.from_bytes(made.signature[at : at + 32]) for at in (0, 32)]
    der.write_bytes(encode_dss_signature(*numbers))
    check = ("pkeyutl", "-verify", *RAW, "-inkey", pem, "-in", message, "-sigfile", der)
    assert openssl(*check).returncode == 0
    message.write_bytes(b"another")
    assert openssl(*check).returncode != 0


def test_we_take_what_openssls_command_line_signs(tmp_path: Path) -> None:
    pem, message, der = (tmp_path / name for name in ("record.pem", "message", "der"))
    openssl("genpkey", "-algorithm", "SM2", "-out", pem)
    pem.chmod(0o600)
    message.write_bytes(b"payload")
    openssl("pkeyutl", "-sign", *RAW, "-inkey", pem, "-in", message, "-out", der)
    signature = raw(*decode_dss_signature(der.read_bytes()))
    public = signer_sm2.load(pem).public_key
    public.verify(signature, b"payload")
    with pytest.raises(WireError):
        public.verify(signature, b"payloae")
