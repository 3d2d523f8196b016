"""An approval that travels by files: what the hub gives out to be signed, and what comes back.

Calls only `wire.shape` and its siblings of `wire.approval`. For keys that no page in a browser can
use. Nothing in the first file is believed but the subject's bytes, and pages by their hashes.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final, TypeAlias

from wire import shape
from wire.approval import correction, subject
from wire.approval.correction import Correction
from wire.approval.decision import APPROVAL, Approval
from wire.approval.subject import Application
from wire.errors import WireError

CODE: Final = "by_file"
LIMIT: Final = 96 << 20
"""Bytes of what the hub gives out, at most."""
ANSWER_LIMIT: Final = 4096

Signable: TypeAlias = Application | Correction


@dataclass(frozen=True)
class SigningRequest:
    """Who is to decide on which step of that subject, under which roster; `pages` are the approved
    pages' own bytes, in the subject's order.
    """

    subject: bytes
    step: str
    person: str
    roster: int
    pages: tuple[bytes, ...]


@dataclass(frozen=True)
class SigningAnswer:
    """What that person decided; `subject` is the subject's hash."""

    subject: bytes
    approval: Approval


def encode_request(asked: SigningRequest) -> bytes:
    """Raises WireError('by_file') for what would not be read, as where the pages are too large."""
    data = shape.encode(_REQUEST, asked, CODE)
    if len(data) > LIMIT:
        raise WireError(CODE, f"{len(data)} bytes, {LIMIT} at most")
    return data


def decode_request(data: bytes) -> SigningRequest:
    """Strict inverse of encode_request; raises WireError('by_file' or 'cbor')."""
    return shape.decode(_REQUEST, data, CODE, limit=LIMIT)


def encode_answer(answer: SigningAnswer) -> bytes:
    """Raises WireError('by_file') for what would not be read."""
    return shape.encode(_ANSWER, answer, CODE)


def decode_answer(data: bytes) -> SigningAnswer:
    """Strict inverse of encode_answer; raises WireError('by_file' or 'cbor')."""
    return shape.decode(_ANSWER, data, CODE, limit=ANSWER_LIMIT)


def signable(data: bytes) -> tuple[str, Signable]:
    """The kind and contents of a subject's bytes; raises WireError('subject' or 'cbor')."""
    try:
        return "application", subject.decode(data)
    except WireError as error:
        try:
            return correction.KIND, correction.decode(data)
        except WireError:
            raise error from None


def strange_page(asked: SigningRequest) -> int | None:
    """The number (from 1) of the first page that is not the subject's, or is missing or one too
    many; raises WireError as `signable` does.
    """
    _, found = signable(asked.subject)
    named = found.pages if isinstance(found, Application) else ()
    given = [sha256(page).digest() for page in asked.pages]
    for number in range(max(len(named), len(given))):
        if named[number : number + 1] != tuple(given[number : number + 1]):
            return number + 1
    return None


_REQUEST: Final = shape.record(
    SigningRequest,
    {
        "subject": shape.octets(1, subject.LIMIT),
        "step": shape.ID,
        "person": shape.ID,
        "roster": shape.integer(1),
        "pages": shape.array(shape.octets(1, LIMIT), 200),
    },
    fixed={"v": 1, "type": "to_sign"},
)
_ANSWER: Final = shape.record(
    SigningAnswer,
    {"subject": shape.octets(32), "approval": APPROVAL},
    fixed={"v": 1, "type": "signed"},
)
