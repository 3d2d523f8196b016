"""Holders and officers whose keys lie in a token (SoftHSM2): a whole ceremony, a list that machines
adopt, and one form of each key and signature.
"""

import io
import json
from base64 import b64decode, b64encode
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from county import ceremony, keys, token_keys
from county.cli import main
from county.keys import KeyFileError
from tests.county.test_cli import OFFICERS, package_of
from tests.support.contents import DEVICE, NOW, YEAR
from tests.support.soft_token import MODULE, PIN, SoftToken
from tests.support.township import Keys, Township
from wire.errors import WireError
from wire.lists import metadata
from wire.lists.adopt import adopt
from wire.lists.tufapi import Key, SSlibKey, encode_canonical
from wire.sig.es256 import ORDER


@pytest.fixture
def soft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoftToken:
    monkeypatch.setenv("SOFTHSM2_CONF", "")
    return SoftToken.make(tmp_path / "soft")


def uri(soft: SoftToken, name: str, more: str = "") -> str:
    return f"pkcs11:token={soft.label};object={name}?module-path={MODULE}{more}"


def made(soft: SoftToken, name: str) -> token_keys.TokenSigner:
    return token_keys.create(uri(soft, name), lambda _: PIN)


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is asked types the PIN."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PIN}\n" * 20))


@pytest.fixture
def folder(tmp_path: Path, soft: SoftToken, typed: None) -> Path:
    """Keys in files, and beside them one holder's and one officer's in a token."""
    for name in ("holder1", "holder2", "officer2", "hub"):
        run("key", "new", tmp_path / name)
    for name in ("holder3", "officer1"):
        assert run("key", "token", uri(soft, name), tmp_path / f"{name}.pub", "--new") == 0
    return tmp_path


def init(folder: Path, *more: object) -> int:
    words: list[object] = []
    for number in (1, 2, 3):
        words += ["--holder", folder / f"holder{number}.pub"]
    for name in OFFICERS:
        words += ["--officer", folder / f"{name}.pub"]
    needed = ("--holders-needed", 2, "--officers-needed", 2, "--online", folder / "hub.pub")
    return run("root", "init", folder / "root.json", *words, *needed, *more)


def test_a_ceremony_with_a_token_and_files(
    folder: Path, soft: SoftToken, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init(folder) == 0
    assert run("root", "sign", folder / "root.json", "--key", folder / "holder1") == 0
    assert run("root", "sign", folder / "root.json", "--key", uri(soft, "holder3")) == 0
    assert "Fully signed" in capsys.readouterr().out
    root = metadata.read_root((folder / "root.json").read_bytes())
    metadata.verify(root, "root", root.signed)
    (folder / "authority.cbor").write_bytes(package_of(folder))
    for key in (uri(soft, "officer1"), folder / "officer2"):
        assert run("authority", "sign", folder / "authority.cbor", "--key", key) == 0
    assert "Fully signed" in capsys.readouterr().out


def test_the_public_half_is_exported_again_and_never_over_a_file(
    folder: Path, soft: SoftToken
) -> None:
    assert run("key", "token", uri(soft, "holder3"), folder / "again.pub") == 0
    assert keys.load_public(folder / "again.pub") == keys.load_public(folder / "holder3.pub")
    assert run("key", "token", uri(soft, "holder3"), folder / "again.pub") == 2
    assert run("key", "token", uri(soft, "holder3"), folder / "other.pub", "--new") == 2


def test_mistakes_end_in_one_sentence(
    folder: Path, soft: SoftToken, capsys: pytest.CaptureFixture[str]
) -> None:
    init(folder)
    pin = folder / "pin"
    pin.write_text("000000")
    capsys.readouterr()
    wrong = (
        uri(soft, "nothing"),
        uri(soft, "holder3", "&pin-value=1"),
        uri(soft, "holder3", f"&pin-source={pin}"),
        uri(soft, "holder3", f"&pin-source={folder / 'missing'}"),
        uri(soft, "holder3").replace(MODULE, "/no/module.so"),
        "pkcs11:",
    )
    for key in wrong:
        assert run("root", "sign", folder / "root.json", "--key", key) == 2
    said = capsys.readouterr().err
    assert (len(said.splitlines()), "Traceback" in said) == (len(wrong), False)


def test_the_pin_may_come_from_a_file(soft: SoftToken, tmp_path: Path) -> None:
    key = made(soft, "holder")
    pin = tmp_path / "pin"
    pin.write_text(f"{PIN}\n")
    pin.chmod(0o600)
    named = uri(soft, "holder", f"&pin-source=file:{pin}")

    def nobody(question: str) -> str:
        raise AssertionError(question)

    assert token_keys.load(named, nobody).public_key == key.public_key


def test_a_token_pulled_out_signs_nothing(soft: SoftToken) -> None:
    key = made(soft, "holder")
    soft.pull()
    with pytest.raises(KeyFileError, match="pulled out"):
        key.sign(b"root")


def test_machines_adopt_what_tokens_signed(soft: SoftToken) -> None:
    holders: Any = tuple(made(soft, f"holder{number}") for number in range(3))
    officers: Any = tuple(made(soft, f"officer{number}") for number in range(3))
    town = Township.build()
    town = town.rotate(replace(Keys.generate(), holders=holders, officers=officers))
    newer: Any = (*holders[:2], made(soft, "holder3"))
    again = town.rotate(replace(town.keys, holders=newer))
    trusted = town.pinned()
    for version, one in ((2, town), (3, again)):
        bundle = one.bundle(version=version)
        trusted = adopt(trusted, bundle, device=DEVICE, now_ms=NOW)
    assert trusted.lists is not None
    assert trusted.lists.version == 3


def test_one_key_in_two_forms_is_refused(soft: SoftToken) -> None:
    """Two key ids of one key would count as two holders."""
    key = made(soft, "holder")
    pem = key.public_key.keyval["public"]
    bent = [
        pem.replace("\n", "\r\n"),
        pem.rstrip("\n"),
        pem + "\n",
        pem[:60] + "\n" + pem[60:],
        pem.replace("==\n", "=\n"),
        "x" + pem,
        compressed(pem),
    ]
    for other in bent:
        assert other != pem
        with pytest.raises(WireError, match="key"):
            metadata.read_root(root_with(key, named(other)))
    metadata.read_root(root_with(key, key.public_key))


def test_a_signature_has_one_form(soft: SoftToken) -> None:
    key = made(soft, "holder")
    root = ceremony.sign_root(root_with(key, key.public_key), key)
    metadata.read_root(root)
    opened = json.loads(root)
    r, s = decode_dss_signature(bytes.fromhex(opened["signatures"][0]["sig"]))
    der = encode_dss_signature(r, s)
    longer = bytes([der[0], 0x81, *der[1:]])
    for bent in (encode_dss_signature(r, ORDER - s), longer, der + b"\0", der[:-1], b""):
        opened["signatures"][0]["sig"] = bent.hex()
        data = json.dumps(opened, separators=(",", ":"), sort_keys=True).encode()
        with pytest.raises(WireError, match="signature"):
            metadata.read_root(data)


def root_with(holder: token_keys.TokenSigner, other: Key) -> bytes:
    """A draft whose second holder is `other`."""
    hub = Keys.generate().keyholders()
    both = {holder.public_key.keyid: holder.public_key, other.keyid: other}
    quorum = ceremony.Quorum(tuple(both.values()), 1)
    return ceremony.new_root(replace(hub, root=quorum), expires_ms=NOW + YEAR)


def named(pem: str) -> SSlibKey:
    """A key of that text, under the key id that is its own hash."""
    value = {"public": pem}
    body = {"keytype": "ecdsa", "scheme": "ecdsa-sha2-nistp256", "keyval": value}
    keyid = sha256(str(encode_canonical(body)).encode()).hexdigest()
    return SSlibKey(keyid, "ecdsa", "ecdsa-sha2-nistp256", value)


def compressed(pem: str) -> str:
    """The same point with its sign in place of y: OpenSSL takes it as well."""
    point = b64decode("".join(pem.splitlines()[1:-1]))[-64:]
    head = bytes.fromhex("3039301306072a8648ce3d020106082a8648ce3d030107032200")
    der = head + bytes([2 + (point[-1] & 1)]) + point[:32]
    text = b64encode(der).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{text[:64]}\n{text[64:]}\n-----END PUBLIC KEY-----\n"
