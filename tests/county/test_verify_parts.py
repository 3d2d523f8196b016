"""The verification page's own parts, in a real browser, against vectors that were not made here."""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Page

from tests.county.verify_rig import base64, rig
from tests.hub.journal_rig import Journal
from tests.support import browser as browsers
from tests.support.browser import PHONE
from wire.errors import WireError
from wire.sig import eddsa
from wire.stamp_code import StampCode, link, parse

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
VECTORS = Path(__file__).parents[1] / "vectors" / "tlog"
ORDER = 2**252 + 27742317777372353535851937790883648493

RFC_8032 = {
    "empty": (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    "one byte": (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    "two bytes": (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
    "SHA(abc)": (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        (
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        ),
        (
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
            "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
        ),
    ),
}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with (
        rig(tmp_path_factory.mktemp("county"), Journal()) as house,
        browsers.chromium() as chromium,
        chromium.page(PHONE) as made,
    ):
        made.goto(f"{house.county}/verify/")
        yield made


@pytest.mark.parametrize("name", RFC_8032)
def test_the_fallback_accepts_what_rfc_8032_shows(page: Page, name: str) -> None:
    key, message, signature = (bytes.fromhex(part) for part in RFC_8032[name])
    assert eddsa.verify(key, signature, message)
    assert _verified(page, key, message, signature)
    assert not _verified(page, key, message + b"!", signature)


def test_the_fallback_agrees_with_another_library_on_random_and_bent_signatures(
    page: Page,
) -> None:
    for number in range(12):
        private = Ed25519PrivateKey.from_private_bytes(sha256(bytes([number])).digest())
        public = private.public_key().public_bytes_raw()
        message = bytes(range(number * 7))
        good = private.sign(message)
        bent = bytearray(good)
        bent[number * 5 % 64] ^= 1 << number % 8
        for signature in (good, bytes(bent)):
            known = eddsa.verify(public, signature, message)
            assert _verified(page, public, message, signature) == known


def test_a_second_form_of_a_signature_is_refused(page: Page) -> None:
    key, message, signature = (bytes.fromhex(part) for part in RFC_8032["one byte"])
    s = int.from_bytes(signature[32:], "little") + ORDER
    assert not _verified(page, key, message, signature[:32] + s.to_bytes(32, "little"))


def test_keys_that_are_no_points_are_refused(page: Page) -> None:
    _, message, signature = (bytes.fromhex(part) for part in RFC_8032["one byte"])
    for key in (b"\xff" * 32, b"\x02" + bytes(31), b"\x01" + bytes(30) + b"\x80"):
        assert not _verified(page, key, message, signature)


def test_inclusion_is_judged_as_the_vectors_say(page: Page) -> None:
    vectors: Mapping[str, Any] = json.loads((VECTORS / "inclusion.json").read_text("utf-8"))
    said = page.evaluate(_INCLUDED, list(vectors.values()))
    assert len(said) == 98
    wrong = [
        name
        for (name, one), found in zip(vectors.items(), said, strict=True)
        if found == one["wantErr"]
    ]
    assert wrong == []


def test_link_and_number_are_read_as_they_are_written(page: Page) -> None:
    hashes = [sha256(bytes([one])).digest() for one in range(40)]
    for township, entry in enumerate(hashes, start=1):
        fragment = link("", township, entry).partition("#")[2]
        assert _parsed(page, fragment) == [township, base64(entry), None]
        digits = StampCode.of(township, entry).digits
        assert _parsed(page, digits) == [township, None, base64(entry[:5])]


def test_what_python_refuses_as_a_number_the_page_refuses(page: Page) -> None:
    right = StampCode.of(7, sha256(b"x").digest()).digits
    tried = [right[:at] + "7" + right[at + 1 :] for at in range(16)]
    tried += ["", "0" * 16, "9" * 16, right + "0", right[1:], "00" + right[2:], "07." + "A" * 42]
    for text in tried:
        try:
            known = parse(text)
        except WireError:
            assert _parsed(page, text) is None, text
        else:
            assert _parsed(page, text) == [known.township, None, base64(known.prefix)]


def _verified(page: Page, key: bytes, message: bytes, signature: bytes) -> bool:
    parts = [b64encode(one).decode() for one in (key, message, signature)]
    return bool(page.evaluate(_VERIFY, parts))


def _parsed(page: Page, fragment: str) -> list[Any] | None:
    found: list[Any] | None = page.evaluate(_PARSE, fragment)
    return found


_VERIFY = """async parts => {
  const { verify } = await import("/verify/ed25519.js");
  const { fromBase64 } = await import("/verify/octets.js");
  const [key, message, signature] = parts.map(fromBase64);
  return verify(key, message, signature);
}"""

_INCLUDED = """async vectors => {
  const { included } = await import("/verify/tree.js");
  const { fromBase64 } = await import("/verify/octets.js");
  const said = [];
  for (const one of vectors) {
    const [leaf, root] = [one.leafHash, one.root].map(text => fromBase64(text || ""));
    const path = (one.proof || []).map(fromBase64);
    said.push(await included(leaf, one.leafIdx, one.treeSize, path, root));
  }
  return said;
}"""

_PARSE = """async fragment => {
  const { parse } = await import("/verify/code.js");
  const found = parse(fragment);
  const text = bytes => bytes === undefined ? null : btoa(String.fromCharCode(...bytes));
  return found && [found.township, text(found.hash), text(found.prefix)];
}"""
