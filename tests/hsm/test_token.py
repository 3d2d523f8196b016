"""A key in a real token (SoftHSM2): made, found, signed with, and every way in which it is not."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pkcs11
import pytest
from pkcs11 import Attribute, KeyType, ObjectClass

from hsm import token
from hsm.errors import PinError, TokenError
from tests.support.soft_token import KEY, MODULE, PIN, SoftToken
from wire.sig import PublicKey


@pytest.fixture
def soft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoftToken:
    monkeypatch.setenv("SOFTHSM2_CONF", "")
    return SoftToken.make(tmp_path)


@pytest.fixture
def key(soft: SoftToken) -> token.TokenKey:
    return token.make_key(soft.place(), PIN)


def failure(soft: SoftToken, label: str = KEY, pin: str | None = PIN) -> str:
    with pytest.raises(TokenError) as failed:
        token.open_key(soft.place(label), pin)
    assert "。 " in str(failed.value)
    return str(failed.value)


def generate(soft: SoftToken, label: str, curve: str, **private: bool) -> None:
    """A key of another kind, made in the token."""
    with soft.session() as session:
        parameters = {Attribute.EC_PARAMS: bytes.fromhex(curve)}
        made = session.create_domain_parameters(KeyType.EC, parameters, local=True)
        given = {Attribute[name.upper()]: value for name, value in private.items()}
        made.generate_keypair(store=True, label=label, private_template=given)


def test_what_it_signs_verifies_always_in_the_lower_half(key: token.TokenKey) -> None:
    public = PublicKey("ES256", key.public)
    for number in range(32):
        public.verify(key.sign(b"%d" % number), b"%d" % number)


def test_the_same_key_is_found_again(soft: SoftToken, key: token.TokenKey) -> None:
    assert token.open_key(soft.place(), PIN).public == key.public


def test_the_private_value_does_not_leave_the_token(soft: SoftToken, key: token.TokenKey) -> None:
    with soft.session() as session:
        private = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=KEY)
        with pytest.raises(pkcs11.AttributeSensitive):
            _ = private[Attribute.VALUE]
        assert private[Attribute.NEVER_EXTRACTABLE]
        assert private[Attribute.LOCAL]


def test_no_key_is_made_over_another(soft: SoftToken, key: token.TokenKey) -> None:
    with pytest.raises(TokenError, match="already"):
        token.make_key(soft.place(), PIN)
    assert token.open_key(soft.place(), PIN).public == key.public


def test_a_module_that_is_not_there_or_is_none(soft: SoftToken) -> None:
    for module in ("/usr/lib/no-such-module.so", "libcrypto.so.3"):
        with pytest.raises(TokenError, match="Not usable as a PKCS#11 module"):
            token.open_key(replace(soft.place(), module=module), PIN)


def test_a_token_that_is_not_plugged_in(soft: SoftToken) -> None:
    with pytest.raises(TokenError, match="No such token"):
        token.open_key(replace(soft.place(), token="another"), PIN)


def test_a_wrong_pin_is_tried_once(soft: SoftToken, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    class Counted:
        def __init__(self, held: pkcs11.Token) -> None:
            self.flags = held.flags
            self._held = held

        def open(self, **given: Any) -> object:
            tries.append(given["user_pin"])
            return self._held.open(**given)

    library = pkcs11.lib(MODULE)

    class Library:
        def get_token(self, **named: str) -> Counted:
            return Counted(library.get_token(**named))

    monkeypatch.setattr(pkcs11, "lib", lambda _: Library())
    with pytest.raises(PinError, match="not tried again"):
        token.open_key(soft.place(), "000000")
    assert tries == ["000000"]


@pytest.mark.parametrize("flag", ["USER_PIN_LOCKED", "USER_PIN_FINAL_TRY"])
def test_the_last_try_is_left_to_a_person(
    soft: SoftToken, monkeypatch: pytest.MonkeyPatch, flag: str
) -> None:
    """SoftHSM2 never says so; other tokens do."""

    class Locking:
        flags = pkcs11.TokenFlag.LOGIN_REQUIRED | pkcs11.TokenFlag[flag]

        def open(self, **_: object) -> object:
            raise AssertionError("the PIN was tried")

    class Library:
        def get_token(self, **_: str) -> Locking:
            return Locking()

    monkeypatch.setattr(pkcs11, "lib", lambda _: Library())
    with pytest.raises(PinError):
        token.open_key(soft.place(), PIN)


def test_a_token_that_wants_a_pin_and_gets_none(soft: SoftToken) -> None:
    assert "PIN" in failure(soft, pin=None)


def test_a_key_that_is_not_there(soft: SoftToken) -> None:
    assert "has 0 of that name" in failure(soft, "nothing")


def test_a_name_that_two_keys_have(soft: SoftToken) -> None:
    for _ in range(2):
        generate(soft, "twice", "06082a8648ce3d030107", sensitive=True, extractable=False)
    assert "has 2 of that name" in failure(soft, "twice")


def test_keys_of_another_kind(soft: SoftToken) -> None:
    generate(soft, "p384", "06052b81040022")
    assert "P-256" in failure(soft, "p384")
    with soft.session() as session:
        session.generate_keypair(KeyType.RSA, 2048, store=True, label="rsa")
    assert "P-256" in failure(soft, "rsa")


def test_a_key_that_could_be_copied_is_not_used(soft: SoftToken) -> None:
    generate(soft, "loose", "06082a8648ce3d030107", sensitive=True, extractable=True)
    assert "copied out" in failure(soft, "loose")


def test_a_public_key_of_another_pair(soft: SoftToken) -> None:
    generate(soft, "one", "06082a8648ce3d030107", sensitive=True, extractable=False)
    generate(soft, "two", "06082a8648ce3d030107", sensitive=True, extractable=False)
    with soft.session() as session:
        session.get_key(object_class=ObjectClass.PUBLIC_KEY, label="one").destroy()
        session.get_key(object_class=ObjectClass.PUBLIC_KEY, label="two")[Attribute.LABEL] = "one"
    assert "not that of the private one" in failure(soft, "one")


def test_a_token_pulled_out_says_so(soft: SoftToken, key: token.TokenKey) -> None:
    key.sign(b"before")
    soft.pull()
    with pytest.raises(TokenError, match="pulled out"):
        key.sign(b"after")
