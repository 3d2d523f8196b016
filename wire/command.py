"""What the hub may ask of one machine, and what the machine answers: signed, dated, once each.

Calls `wire.shape`, `wire.record.envelope`, `wire.sig` and `wire.refusals`. Pure: time is passed in.

Both are envelopes (COSE_Sign1) whose payload no journal entry can have: it names its own type. A
command is signed by a key that the officers let speak for the machine's list, the answer by the
machine's record key. NAMES is all that there is: none opens a lock or changes a rule, and an
answer holds numbers and words of closed tables alone, so nothing of a person and no secret.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from wire import shape
from wire.errors import WireError
from wire.record import envelope
from wire.record.entry import QUALITIES
from wire.refusals import Refused
from wire.sig import PublicKey

CODE: Final = "command"
LIMIT: Final = 1024
"""Bytes of a command's envelope at most."""
ANSWER_LIMIT: Final = 8192
LONGEST_MS: Final = 7 * 86_400_000
"""A command that would be good for longer is none."""

REFRESH: Final = "refresh_list"
DOCTOR: Final = "run_doctor"
DIAGNOSTICS: Final = "collect_diagnostics"
NAMES: Final = (REFRESH, DOCTOR, DIAGNOSTICS)
DONE: Final = "done"
OUTCOMES: Final = (DONE, "command_expired", "command_unknown")
"""What becomes of a command that its machine answers; others are refused without an answer."""


@dataclass(frozen=True)
class Command:
    """`number` rises with each command to a device by one key, and is used once. It may be carried
    out from `not_before` to `not_after`, ms since 1970 UTC.
    """

    device: str
    number: int
    name: str
    not_before: int
    not_after: int


@dataclass(frozen=True)
class Answer:
    """`command` is the SHA-256 of the command's envelope. `list` is the version in force;
    `findings` are the machine's checks with good, warn or bad, `facts` figures, both by name and
    only where the command asks for them.
    """

    device: str
    number: int
    command: bytes
    outcome: str
    at_ms: int
    quality: str
    version: str
    list: int
    list_expires_ms: int
    findings: Mapping[str, str]
    facts: Mapping[str, int]


def encode(command: Command) -> bytes:
    """The payload to sign; raises WireError('command')."""
    return shape.encode(_COMMAND, command, CODE)


def decode(payload: bytes) -> Command:
    """Strict inverse of encode; raises WireError('command' or 'cbor')."""
    return shape.decode(_COMMAND, payload, CODE, limit=LIMIT)


def judge(
    data: bytes,
    *,
    keys: Collection[PublicKey],
    device: str,
    used: Callable[[PublicKey], int],
) -> tuple[Command, PublicKey]:
    """A command for this device by one of these keys, and by which; its number is above all that
    were `used` under that key.

    Raises Refused('command_invalid' or 'command_used'). Whether it is carried out, `outcome` says.
    """
    try:
        payload, key = _signed(data, keys)
        command = decode(payload)
    except WireError as error:
        raise Refused("command_invalid", error.detail) from error
    if command.device != device:
        raise Refused("command_invalid", f"a command for {command.device}")
    if command.number <= used(key):
        raise Refused("command_used", f"number {command.number} after {used(key)}")
    return command, key


def outcome(command: Command, now_ms: int) -> str:
    """DONE where it may be carried out now, else the refusal."""
    if not command.not_before <= now_ms <= command.not_after:
        return "command_expired"
    return DONE if command.name in NAMES else "command_unknown"


def name_of(data: bytes) -> bytes:
    """By what an answer names its command: the SHA-256 of the envelope."""
    return sha256(data).digest()


def encode_answer(answer: Answer) -> bytes:
    """The payload to sign; raises WireError('command')."""
    return shape.encode(_ANSWER, answer, CODE)


def open_answer(data: bytes, key: PublicKey) -> Answer:
    """What this record key signed; raises WireError."""
    if len(data) > ANSWER_LIMIT:
        raise WireError(CODE, f"an answer of {len(data)} bytes")
    return read_answer(envelope.verify(data, key))


def read_answer(payload: bytes) -> Answer:
    """Strict inverse of encode_answer; raises WireError('command' or 'cbor')."""
    return shape.decode(_ANSWER, payload, CODE, limit=ANSWER_LIMIT)


def _signed(data: bytes, keys: Collection[PublicKey]) -> tuple[bytes, PublicKey]:
    if len(data) > LIMIT:
        raise WireError(CODE, f"{len(data)} bytes, at most {LIMIT} expected")
    kid = envelope.parse(data).kid
    key = next((one for one in keys if one.kid == kid), None)
    if key is None:
        raise WireError(CODE, "signed by a key that the list does not name")
    return envelope.verify(data, key), key


def _check(command: Command) -> None:
    if not 0 <= command.not_after - command.not_before <= LONGEST_MS:
        raise shape.ShapeError(f"not_after: within {LONGEST_MS} ms after not_before")


_COMMAND: Final = shape.record(
    Command,
    {
        "device": shape.DEVICE,
        "number": shape.integer(1),
        "name": shape.ID,
        "not_before": shape.integer(0),
        "not_after": shape.integer(0),
    },
    fixed={"v": 1, "type": "command"},
    check=_check,
)
_ANSWER: Final = shape.record(
    Answer,
    {
        "device": shape.DEVICE,
        "number": shape.integer(1),
        "command": shape.octets(32),
        "outcome": shape.choice(*OUTCOMES),
        "at_ms": shape.integer(0),
        "quality": shape.choice(*QUALITIES),
        "version": shape.text(40),
        "list": shape.integer(0),
        "list_expires_ms": shape.integer(0),
        "findings": shape.table(shape.ID, shape.choice("good", "warn", "bad"), 64),
        "facts": shape.table(shape.ID, shape.integer(-(1 << 31)), 64),
    },
    fixed={"v": 1, "type": "answer"},
)
