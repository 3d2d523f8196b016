"""A report sealed for the county: the RFC's figures, what opens it, what is refused."""

import json

import pytest
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.support import sealed_report
from wire import county_report
from wire.county_report import PLAIN, SEALED, Report, SealedError

FIELDS = {
    "concern": "镇书记、镇长",
    "day": "2026-11-27",
    "accused": "",
    "words": "钱",
    "contact": "",
}


def test_the_suite_opens_what_the_rfc_sealed() -> None:
    """RFC 9180, A.3.1. Its messages have further data, ours none: the library's own door for it is
    used here alone.
    """
    rfc = sealed_report.RFC
    key = ec.derive_private_key(int(rfc["skRm"], 16), ec.SECP256R1())
    sealed, info, aad = (bytes.fromhex(rfc[one]) for one in ("sealed", "info", "aad"))
    found = openssl.hpke._decrypt_with_aad(county_report.SUITE, sealed, key, info, aad)
    assert found == bytes.fromhex(rfc["pt"])


@pytest.fixture(scope="module")
def key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def test_only_the_county_opens_it(key: ec.EllipticCurvePrivateKey) -> None:
    sealed = sealed_report.seal(key.public_key(), FIELDS)
    assert (len(sealed), county_report.is_sealed(sealed)) == (SEALED, True)
    assert county_report.open_(sealed, key) == Report(**FIELDS)
    with pytest.raises(SealedError):
        county_report.open_(sealed, ec.generate_private_key(ec.SECP256R1()))


@pytest.mark.parametrize("at", [0, 40, 65, 5_000, SEALED - 1])
def test_a_changed_byte_is_refused(key: ec.EllipticCurvePrivateKey, at: int) -> None:
    spoilt = bytearray(sealed_report.seal(key.public_key(), FIELDS))
    spoilt[at] ^= 1
    with pytest.raises(SealedError):
        county_report.open_(bytes(spoilt), key)


@pytest.mark.parametrize(
    "plain",
    [b"", b"[]", b'"a"', b"\xff", json.dumps({**FIELDS, "more": ""}).encode(), b'{"day": 1}'],
)
def test_what_is_no_report_is_refused(key: ec.EllipticCurvePrivateKey, plain: bytes) -> None:
    sealed = county_report.SUITE.encrypt(plain, key.public_key(), county_report.INFO)
    with pytest.raises(SealedError):
        county_report.open_(sealed, key)


def test_other_bytes_are_none() -> None:
    for data in (b"", bytes(SEALED), b"\x04" + bytes(SEALED - 1), bytes(PLAIN)):
        assert not county_report.is_sealed(data)


def test_a_file_holds_them_in_an_order_that_tells_nothing(key: ec.EllipticCurvePrivateKey) -> None:
    every = [sealed_report.seal(key.public_key(), FIELDS) for _ in range(3)]
    data = county_report.pack(every)
    assert data == county_report.pack(reversed(every))
    assert county_report.unpack(data) == sorted(every)
    assert county_report.unpack(county_report.pack([])) == []
    for wrong in (b"", data[:-1], data[1:]):
        with pytest.raises(SealedError):
            county_report.unpack(wrong)


def test_the_key_is_a_p256_one(key: ec.EllipticCurvePrivateKey) -> None:
    def pem(public: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey) -> bytes:
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    assert len(county_report.point(pem(key.public_key()))) == 65
    others = (
        pem(ec.generate_private_key(ec.SECP384R1()).public_key()),
        pem(ed25519.Ed25519PrivateKey.generate().public_key()),
        b"no key",
    )
    for wrong in others:
        with pytest.raises(ValueError, match=r".+"):
            county_report.point(wrong)
