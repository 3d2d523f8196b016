"""One ECDSA P-256 key in a PKCS#11 token: found, made there, signed with. The only file that
imports `pkcs11`. Calls only `hsm`.

A PIN is given to the token once: tokens lock themselves after a few wrong ones. The session stays
open as long as the key is held, and who is logged in is the whole process (PKCS#11, section 5.6);
when the token is pulled out it is not looked for again here.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pkcs11
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass, TokenFlag

from hsm.errors import PinError, TokenError
from hsm.place import Place

P256: Final = bytes.fromhex("06082a8648ce3d030107")
"""The OID of P-256, DER: CKA_EC_PARAMS of such a key."""
ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
POINT: Final = 65
_WRONG_PIN: Final = (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange)


class TokenKey:
    """`public`: the 65 bytes of the uncompressed point."""

    def __init__(self, private: Any, public: bytes, place: Place) -> None:
        self._private = private
        self._place = place
        self.public = public

    def sign(self, message: bytes) -> bytes:
        """ES256 as r || s, s in the lower half; raises TokenError where the token does not."""
        with _told(self._place):
            made = self._private.sign(hashlib.sha256(message).digest(), mechanism=Mechanism.ECDSA)
        r, s = made[: len(made) // 2], int.from_bytes(made[len(made) // 2 :])
        return bytes(r).rjust(32, b"\0") + min(s, ORDER - s).to_bytes(32)


def open_key(place: Place, pin: str | None) -> TokenKey:
    """The key that lies there; raises TokenError, PinError for the PIN.

    It has to be one that nobody can copy: sensitive, not extractable. One signature is made and
    verified, so that a public half that belongs to another key is found now.
    """
    with _told(place):
        return _open(_session(place, pin), place)


def make_key(place: Place, pin: str | None) -> TokenKey:
    """A new key, made in the token; raises TokenError also where one has that label."""
    with _told(place):
        session = _session(place, pin, rw=True)
        if list(session.get_objects({Attribute.LABEL: place.label})):
            raise TokenError(f"{place.label}: 芯片里已有此密钥。 The token has this key already.")
        curve = session.create_domain_parameters(
            KeyType.EC, {Attribute.EC_PARAMS: P256}, local=True
        )
        curve.generate_keypair(
            store=True,
            label=place.label,
            private_template={
                Attribute.SENSITIVE: True,
                Attribute.EXTRACTABLE: False,
                Attribute.DERIVE: False,
            },
            public_template={Attribute.DERIVE: False},
        )
        return _open(session, place)


def _session(place: Place, pin: str | None, *, rw: bool = False) -> Any:
    try:
        library = pkcs11.lib(place.module)
    except pkcs11.PKCS11Error as error:
        raise TokenError(
            f"{place.module}: 不能作为 PKCS#11 模块使用。 Not usable as a PKCS#11 module: {error}"
        ) from error
    token = library.get_token(token_label=place.token)
    if TokenFlag.LOGIN_REQUIRED not in token.flags:
        return token.open(rw=rw)
    _refuse_last_try(token, place)
    if pin is None:
        raise TokenError(f"{place.token}: 缺少 PIN。 The token wants a PIN and none is given.")
    try:
        return token.open(rw=rw, user_pin=pin)
    except pkcs11.UserAlreadyLoggedIn:
        return token.open(rw=rw)
    except _WRONG_PIN as error:
        raise PinError(
            f"{place.token}: PIN 不对，不再重试（芯片会锁死）。请改正后再启动。 "
            "The PIN is wrong and is not tried again: the token would lock itself. "
            "Put it right, then start again."
        ) from error


def _refuse_last_try(token: Any, place: Place) -> None:
    if TokenFlag.USER_PIN_LOCKED in token.flags:
        raise PinError(
            f"{place.token}: PIN 已锁，请用 SO PIN 解锁。 "
            "The PIN is locked: unlock it with the SO PIN."
        )
    if TokenFlag.USER_PIN_FINAL_TRY in token.flags:
        raise PinError(
            f"{place.token}: PIN 只剩一次机会，不代试。请先用厂家工具登录一次。 "
            "One try of the PIN is left and is not spent here: log in once with the token's own "
            "tool first."
        )


def _open(session: Any, place: Place) -> TokenKey:
    private = _one(session, ObjectClass.PRIVATE_KEY, place)
    public = _one(session, ObjectClass.PUBLIC_KEY, place)
    if private.key_type != KeyType.EC or private[Attribute.EC_PARAMS] != P256:
        raise TokenError(f"{place.label}: 不是 P-256 密钥。 Not an ECDSA key on P-256.")
    if private[Attribute.EXTRACTABLE] or not private[Attribute.SENSITIVE]:
        raise TokenError(
            f"{place.label}: 此密钥可以导出，不用。请在芯片内另行生成。 "
            "This key can be copied out of the token; make one in the token that cannot."
        )
    key = TokenKey(private, _point(public[Attribute.EC_POINT], place), place)
    _hold(key, place)
    return key


def _one(session: Any, kind: ObjectClass, place: Place) -> Any:
    found = list(
        session.get_objects({Attribute.CLASS: kind, Attribute.LABEL: place.label}),
    )
    if len(found) == 1:
        return found[0]
    part = {ObjectClass.PRIVATE_KEY: "私钥 private key", ObjectClass.PUBLIC_KEY: "公钥 public key"}
    raise TokenError(
        f"{place.label}: 芯片 {place.token} 里有 {len(found)} 个此名的{part[kind]}，应为一个。 "
        f"The token {place.token} has {len(found)} of that name; it takes one."
    )


def _point(value: bytes, place: Place) -> bytes:
    """The point out of CKA_EC_POINT: a DER octet string, with some tokens the bare bytes."""
    bare = value[2:] if len(value) == POINT + 2 and value[:2] == b"\x04\x41" else value
    if len(bare) != POINT or bare[0] != 4:
        raise TokenError(f"{place.label}: 公钥读不出。 Its public key cannot be read.")
    return bytes(bare)


def _hold(key: TokenKey, place: Place) -> None:
    message = b"sealctl: is this the public key?"
    made = key.sign(message)
    signature = encode_dss_signature(int.from_bytes(made[:32]), int.from_bytes(made[32:]))
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key.public)
        public.verify(signature, message, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError) as error:
        raise TokenError(
            f"{place.label}: 公钥与私钥不配。 The public key is not that of the private one."
        ) from error


@contextmanager
def _told(place: Place) -> Iterator[None]:
    """What the module says, as a sentence."""
    try:
        yield
    except pkcs11.NoSuchToken as error:
        raise TokenError(
            f"{place.token}: 找不到这个芯片，请检查是否插好。 "
            "No such token: is it plugged in, and is that its label?"
        ) from error
    except pkcs11.MultipleTokensReturned as error:
        raise TokenError(
            f"{place.token}: 有几个芯片同名。 More than one token has that label."
        ) from error
    except pkcs11.PKCS11Error as error:
        said = f"{type(error).__name__} {error}".strip()
        raise TokenError(
            f"{place.token}: 芯片没有应答或已拔出。 "
            f"The token does not answer, or was pulled out: {said}"
        ) from error
