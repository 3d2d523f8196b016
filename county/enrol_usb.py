"""A passkey made, or used, on a security key (USB) at the officers' computer, without any network.

Calls `county.{authority,enrolment}`, `wire` and `fido2`. Source: FIDO CTAP 2.1 over USB HID.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from fido2.client import (
    ClientError,
    DefaultClientDataCollector,
    Fido2Client,
    PinRequiredError,
    UserInteraction,
)
from fido2.cose import ES256, EdDSA
from fido2.ctap import CtapDevice, CtapError
from fido2.hid import CtapHidDevice
from fido2.webauthn import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialCreationOptions,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialParameters,
    PublicKeyCredentialRequestOptions,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    UserVerificationRequirement,
)

from county.authority import AuthorityError
from county.enrolment import Subject
from wire.approval.assertion import Assertion
from wire.lists.content import Policy
from wire.lists.enrolment import NewPasskey

KIND: Final = PublicKeyCredentialType.PUBLIC_KEY
WAIT_MS: Final = 60_000

_CAUSES: Final[dict[object, tuple[str, str]]] = {
    CtapError.ERR.PIN_INVALID: ("安全钥匙的 PIN 不对，没有登记", "the key's PIN is wrong"),
    CtapError.ERR.PIN_BLOCKED: ("安全钥匙的 PIN 已锁死", "the key's PIN is blocked"),
    CtapError.ERR.PIN_AUTH_BLOCKED: ("拔下安全钥匙再插上", "take the key out and put it in again"),
}
_CODES: Final[dict[object, tuple[str, str]]] = {
    ClientError.ERR.DEVICE_INELIGIBLE: (
        "这把安全钥匙已登记给本人，请用另一把",
        "this key is enrolled for the person already: take another",
    ),
    ClientError.ERR.CONFIGURATION_UNSUPPORTED: (
        "安全钥匙还没有设 PIN 或指纹，请先设好",
        "the key has no PIN or finger set yet: set one first",
    ),
    ClientError.ERR.TIMEOUT: ("时间到了没有触摸安全钥匙", "nobody touched the key in time"),
}


def plugged_in() -> Sequence[CtapDevice]:
    """Every security key on USB; raises AuthorityError where they may not be asked."""
    try:
        return list(CtapHidDevice.list_devices())
    except OSError as error:
        raise AuthorityError(
            f"读不了安全钥匙（{error.strerror}）。 The security key cannot be read."
        ) from error


def enrol(
    devices: Sequence[CtapDevice],
    subject: Subject,
    origin: str,
    name: str,
    known: Iterable[bytes],
    ask_pin: Callable[[str], str],
    say: Callable[[str], None],
) -> NewPasskey:
    """A new passkey on the one device; raises AuthorityError.

    `known` are credential ids of the person: a key that holds one of them is refused.
    """
    client = _client(devices, origin, ask_pin, say)
    try:
        made = client.make_credential(_options(subject, name, known))
    except ClientError as error:
        raise AuthorityError(_sentence(error)) from error
    answer = made.response
    return NewPasskey(bytes(answer.client_data), bytes(answer.attestation_object))


def confirm(
    devices: Sequence[CtapDevice],
    challenge: bytes,
    policy: Policy,
    own: Iterable[bytes],
    ask_pin: Callable[[str], str],
    say: Callable[[str], None],
) -> Assertion:
    """The challenge signed by one of the person's `own` passkeys on the one device; raises
    AuthorityError.
    """
    client = _client(devices, policy.origins[0], ask_pin, say)
    asked = PublicKeyCredentialRequestOptions(
        challenge=challenge,
        rp_id=policy.rp_id,
        timeout=WAIT_MS,
        allow_credentials=_named(own),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    try:
        made = client.get_assertion(asked).get_response(0)
    except ClientError as error:
        raise AuthorityError(_sentence(error)) from error
    answer = made.response
    return Assertion(
        bytes(made.raw_id),
        bytes(answer.authenticator_data),
        bytes(answer.client_data),
        bytes(answer.signature),
    )


def _client(
    devices: Sequence[CtapDevice],
    origin: str,
    ask_pin: Callable[[str], str],
    say: Callable[[str], None],
) -> Fido2Client:
    if len(devices) != 1:
        raise AuthorityError(
            f"插着 {len(devices)} 把安全钥匙，要正好一把。没有的请用县级登记页 /enrol/。 "
            f"{len(devices)} security keys are plugged in, it must be one; "
            "for other passkeys take the county's page /enrol/."
        )
    return Fido2Client(devices[0], DefaultClientDataCollector(origin), _Person(ask_pin, say))


def _named(credentials: Iterable[bytes]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(type=KIND, id=one) for one in credentials]


class _Person(UserInteraction):
    """Whoever holds the key, in front of the keyboard."""

    def __init__(self, ask_pin: Callable[[str], str], say: Callable[[str], None]) -> None:
        self._ask_pin = ask_pin
        self._say = say

    def prompt_up(self) -> None:
        self._say("请触摸安全钥匙。 Touch the security key.")

    def request_pin(self, *_asked: object) -> str:
        return self._ask_pin("安全钥匙的 PIN the key's PIN")


def _options(
    subject: Subject, name: str, known: Iterable[bytes]
) -> PublicKeyCredentialCreationOptions:
    return PublicKeyCredentialCreationOptions(
        rp=PublicKeyCredentialRpEntity(name=subject.rp_id, id=subject.rp_id),
        user=PublicKeyCredentialUserEntity(
            id=subject.challenge[:16], name=subject.person, display_name=name
        ),
        challenge=subject.challenge,
        pub_key_cred_params=[
            PublicKeyCredentialParameters(type=KIND, alg=one.ALGORITHM) for one in (ES256, EdDSA)
        ],
        timeout=WAIT_MS,
        exclude_credentials=_named(known),
        authenticator_selection=AuthenticatorSelectionCriteria(
            user_verification=UserVerificationRequirement.REQUIRED
        ),
    )


def _sentence(error: ClientError) -> str:
    if isinstance(error, PinRequiredError):
        return "没有输入 PIN，没有登记。 No PIN was given: nothing was enrolled."
    cause = getattr(error.cause, "code", None)
    known = {**_CODES, **_CAUSES}
    zh, en = known.get(cause) or known.get(error.code) or ("安全钥匙没有完成", "it failed")
    return f"{zh}。 Nothing was written: {en}. ({error!r})"
