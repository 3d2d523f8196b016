"""Ed25519 by PyNaCl and by cryptography: the same is accepted, and nothing that is not strict."""

from collections.abc import Callable
from hashlib import sha512

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from wire.sig import eddsa

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
ORDER = 2**252 + 27742317777372353535851937790883648493
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
MESSAGE = b"a message"
SIGNATURE = KEY.sign(MESSAGE)

Point = tuple[int, int]
Holds = Callable[[bytes, bytes, bytes], bool]


def _x(y: int) -> int | None:
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    root = pow(square, (P + 3) // 8, P)
    if (root * root - square) % P:
        root = root * pow(2, (P - 1) // 4, P) % P
    return root if (root * root - square) % P == 0 else None


def _add(one: Point, other: Point) -> Point:
    (x1, y1), (x2, y2) = one, other
    k = D * x1 * x2 * y1 * y2 % P
    x, y = (x1 * y2 + x2 * y1) * pow(1 + k, -1, P), (y1 * y2 + x1 * x2) * pow(1 - k, -1, P)
    return x % P, y % P


def _times(n: int, point: Point) -> Point:
    made: Point = (0, 1)
    while n:
        if n & 1:
            made = _add(made, point)
        point, n = _add(point, point), n >> 1
    return made


def _encoded(point: Point, *, shift: int = 0) -> bytes:
    """`shift` 1 writes y + p, where that fits: not the point's own form."""
    return (point[1] + shift * P | (point[0] & 1) << 255).to_bytes(32, "little")


def _small() -> list[Point]:
    """The eight points whose order divides 8."""
    for y in range(2, 100):
        x = _x(y)
        point = _times(ORDER, (x, y)) if x is not None else (0, 1)
        if _times(4, point) != (0, 1):
            return [_times(n, point) for n in range(8)]
    raise LookupError


SMALL = _small()
BASE = (_x(4 * pow(5, -1, P) % P) or 0, 4 * pow(5, -1, P) % P)
BASE = BASE if BASE[0] % 2 == 0 else (P - BASE[0], BASE[1])


@pytest.fixture(params=["PyNaCl", "cryptography", "as installed"])
def holds(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Holds:
    chosen = {"PyNaCl": eddsa._by_nacl, "cryptography": eddsa._by_cryptography}
    monkeypatch.setattr(eddsa, "_holds", chosen.get(request.param, eddsa._holds))
    return eddsa.verify


def test_a_signature_holds_for_its_message_only(holds: Holds) -> None:
    assert holds(PUBLIC, SIGNATURE, MESSAGE)
    assert not holds(PUBLIC, SIGNATURE, MESSAGE + b".")


def test_a_second_signature_made_of_the_first_does_not_hold(holds: Holds) -> None:
    s = int.from_bytes(SIGNATURE[32:], "little")
    assert not holds(PUBLIC, SIGNATURE[:32] + (s + ORDER).to_bytes(32, "little"), MESSAGE)


@pytest.mark.parametrize("number", range(8))
@pytest.mark.parametrize("shift", [0, 1])
@pytest.mark.parametrize("sign", [0, 0x80])
def test_a_key_of_small_order_signs_nothing(
    number: int, shift: int, sign: int, holds: Holds
) -> None:
    """R = B·s holds under it for every eighth message at least."""
    if SMALL[number][1] + shift * P >= 2**255:
        return
    key = bytearray(_encoded(SMALL[number], shift=shift))
    key[31] ^= sign
    made = _encoded(BASE) + (1).to_bytes(32, "little")
    assert not any(holds(bytes(key), made, bytes([n])) for n in range(64))


@pytest.mark.parametrize("number", range(8))
def test_a_point_of_small_order_is_no_r(number: int, holds: Holds) -> None:
    """s = h·a with R of small order: what a signer could make who wants two readings."""
    digest = sha512(bytes(range(32))).digest()
    clamped = int.from_bytes(digest[:32], "little") & ((1 << 254) - 8) | 1 << 254
    r = _encoded(SMALL[number])
    for n in range(16):
        message = bytes([n])
        h = int.from_bytes(sha512(r + PUBLIC + message).digest(), "little")
        made = r + (h * clamped % ORDER).to_bytes(32, "little")
        assert not holds(PUBLIC, made, message)


def test_a_key_in_another_form_is_none(holds: Holds) -> None:
    """y + p is read as y by a lenient verifier; the few y below 19 that are points."""
    for y in range(19):
        x = _x(y)
        if x is not None:
            assert not holds(_encoded((x, y), shift=1), SIGNATURE, MESSAGE)


@pytest.mark.parametrize("length", [0, 31, 33, 63, 65])
def test_lengths_that_cannot_be(length: int, holds: Holds) -> None:
    assert not holds(bytes(length), SIGNATURE, MESSAGE)
    assert not holds(PUBLIC, SIGNATURE[:1] * length, MESSAGE)


@given(
    st.binary(min_size=32, max_size=32) | st.just(PUBLIC),
    st.binary(min_size=64, max_size=64) | st.just(SIGNATURE),
    st.binary(max_size=40) | st.just(MESSAGE),
)
def test_both_judge_alike(public: bytes, signature: bytes, message: bytes) -> None:
    found = eddsa.verify(public, signature, message)
    usable = eddsa._usable(public) and eddsa._y(signature[:32]) not in eddsa._SMALL
    for judge in (eddsa._by_nacl, eddsa._by_cryptography):
        assert found == (usable and judge(public, signature, message))
